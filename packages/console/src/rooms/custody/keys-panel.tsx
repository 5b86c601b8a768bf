/** Keys and custodians as they were declared: where they lie, who holds them, what is known of their devices. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Section } from '../response/section.tsx';

type Stored = {
  readonly everOnline: boolean;
  readonly onlineOnlyToSign: boolean;
  readonly leavesDevice: boolean;
};

export function KeysPanel({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { keys, custodians } = page;
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Section title={t('custody.keys')} count={keys.length}>
        {keys.length === 0 ? <p className="p-3 text-muted">{t('custody.keysNone')}</p> : null}
        {keys.length === 0 ? null : (
          <table className="data stack">
            <thead>
              <tr>
                {(['key', 'place', 'holder', 'device', 'backups'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`custody.col.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {keys.map((key) => (
                <tr key={key.id}>
                  <td data-label={t('custody.col.key')}>
                    <span className="font-mono text-xs">{key.id}</span>
                    <br />
                    <span className="text-xs text-muted">{t(`keyKind.${key.kind}`)}</span>
                  </td>
                  <td data-label={t('custody.col.place')}>{key.place}</td>
                  <td data-label={t('custody.col.holder')}>{key.holder}</td>
                  <td data-label={t('custody.col.device')}>
                    <Storage stored={key} />
                  </td>
                  <td data-label={t('custody.col.backups')}>
                    {key.backups.length === 0 ? <span className="text-muted">{t('common.none')}</span> : null}
                    {key.backups
                      .map(
                        ({ place, sealed }) =>
                          `${place} (${t(sealed ? 'custody.sealed' : 'custody.unsealed')})`,
                      )
                      .join(', ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Section>
      <Section title={t('custody.custodians')} count={custodians.length}>
        {custodians.length === 0 ? <p className="p-3 text-muted">{t('custody.custodiansNone')}</p> : null}
        <ul>
          {custodians.map((one) => (
            <li key={one.id} className="border-b border-line px-3 py-2 last:border-b-0">
              <span className="font-semibold">{one.name}</span>{' '}
              <span className="font-mono text-xs text-muted">{one.id}</span>
              <Storage stored={one} />
              <p className="text-xs text-muted">
                {t(one.manual ? 'custody.withManual' : 'reason.no-manual')} ·{' '}
                {t(one.contentChecked ? 'custody.withCheck' : 'reason.content-unchecked')}
              </p>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function Storage({ stored }: { stored: Stored }) {
  const { t } = useTexts();
  const { everOnline, onlineOnlyToSign, leavesDevice } = stored;
  return (
    <ul className="text-xs">
      <li>{t(everOnline ? 'reason.was-online' : 'reason.never-online')}</li>
      <li>{t(leavesDevice ? 'reason.leaves-device' : 'custody.boundToDevice')}</li>
      {everOnline ? <li>{t(onlineOnlyToSign ? 'custody.onlineToSign' : 'reason.online-longer')}</li> : null}
    </ul>
  );
}
