/** The file of one customer, fetched by the firm for somebody who can not fetch it, and saved as it is. */
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { ApiError } from '../../api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Labelled } from '../../ui/labelled.tsx';
import { Section } from '../response/section.tsx';
import { fetchCustomerFile } from './proof-queries.ts';

const CUSTOMER_CHARS_MAX = 200;

/** @param epochs names, newest first */
export function CustomerFile({ epochs }: { epochs: readonly string[] }) {
  const { t } = useTexts();
  const ids = { customer: useId(), epoch: useId() };
  const [customer, setCustomer] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const epoch = chosen ?? epochs[0] ?? '';
  const name = `${epoch}-${customer}.json`;
  const fetching = useMutation({
    mutationFn: () => fetchCustomerFile(epoch, customer),
    onSuccess: (text) => save(name, text),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    fetching.mutate();
  };
  const { error } = fetching;
  return (
    <Section title={t('proof.file')}>
      <form className="flex flex-col gap-2.5 p-3" onSubmit={submit} data-chrome>
        <p>{t('proof.fileLead')}</p>
        <div className="flex flex-wrap items-end gap-2.5">
          <Labelled id={ids.customer} text={t('proof.customer')}>
            <input
              id={ids.customer}
              className="field w-56"
              autoComplete="off"
              maxLength={CUSTOMER_CHARS_MAX}
              value={customer}
              onChange={(event) => {
                setCustomer(event.target.value.trim());
                fetching.reset();
              }}
            />
          </Labelled>
          <Labelled id={ids.epoch} text={t('proof.ofEpoch')}>
            <select
              id={ids.epoch}
              className="field w-auto"
              value={epoch}
              onChange={(event) => setChosen(event.target.value)}
            >
              {epochs.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </Labelled>
          <button type="submit" className="btn" disabled={customer === '' || fetching.isPending}>
            {t(fetching.isPending ? 'proof.fetching' : 'proof.fetch')}
          </button>
        </div>
        {error === null ? null : (
          <p role="alert" className="text-critical">
            {error.message}
            {error instanceof ApiError && error.hint !== '' ? ` (${error.hint})` : ''}
          </p>
        )}
        {fetching.isSuccess ? <p role="status">{t('proof.fetched', { name })}</p> : null}
      </form>
    </Section>
  );
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
