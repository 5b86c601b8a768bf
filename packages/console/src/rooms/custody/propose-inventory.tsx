/** Proposing changes of the inventory: a button for each kind; somebody else approves what is proposed. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Ask } from '../response/command-form.tsx';
import { usePrincipals } from '../response/use-principals.ts';
import { inventoryFields } from './inventory-fields.ts';
import { INVENTORY_FORMS, inventoryInput } from './inventory-input.ts';

export function ProposeInventory({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const people = usePrincipals();
  return (
    <section className="panel" aria-label={t('inventory.propose')}>
      <div className="flex flex-wrap items-center gap-1.5 px-3 py-2" data-chrome>
        <h2 className="mr-1 font-semibold">{t('inventory.propose')}</h2>
        {INVENTORY_FORMS.map((form) => (
          <Ask
            key={form}
            button={t(`inventoryChange.${form}`)}
            buttonLabel={`${t('inventory.propose')}: ${t(`inventoryChange.${form}`)}`}
            title={t(`inventory.propose.${form}`)}
            command={form === 'addresses' ? 'custody.ProposeAddresses' : 'custody.ProposeChange'}
            lead={<p className="text-muted">{t('inventory.lead')}</p>}
            fields={(written) => inventoryFields(form, page, written, people, t)}
            toInput={(values) => inventoryInput(form, values, page)}
            submit={t('inventory.submit')}
          />
        ))}
      </div>
    </section>
  );
}
