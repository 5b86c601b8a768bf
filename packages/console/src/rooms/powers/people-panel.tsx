/** Who the people are: who acts in each role, who stands in for them, who is away and who no longer answers. */
import type { Member, PowersPage, RoleView } from '@sonae/core/app/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { DemonstrationMark } from './demonstration-mark.tsx';
import { PersonIds } from './person-ids.tsx';

export function PeoplePanel({ page }: { page: PowersPage }) {
  const { t } = useTexts();
  return (
    <section className="panel" aria-labelledby="people">
      <div className="panel-title">
        <h2 id="people">{t('people.title')}</h2>
        {page.demonstration ? <DemonstrationMark /> : null}
      </div>
      {page.members.length === 0 ? <p className="p-3 text-muted">{t('people.none')}</p> : null}
      <ul>
        {page.roles.map((role) => (
          <Role key={role.id} role={role} members={page.members} />
        ))}
      </ul>
      <Missing members={page.members} />
      <Credentials members={page.members} />
    </section>
  );
}

function Role({ role, members }: { role: RoleView; members: readonly Member[] }) {
  const { t, pick } = useTexts();
  const deputies = role.holders.filter((id) => !role.acting.includes(id));
  return (
    <li className="border-b border-line px-3 py-2">
      <p>
        <span className="font-semibold">{pick(role.says)}</span>{' '}
        <span className="font-mono text-xs text-muted">{role.id}</span>
      </p>
      <p className="text-xs">
        <span className="text-muted">{t('people.acting')}</span>{' '}
        {role.acting.length === 0 ? (
          <span className="font-semibold text-critical">{t('people.nobodyActs')}</span>
        ) : (
          <PersonIds ids={role.acting} />
        )}
      </p>
      {deputies.length === 0 ? null : (
        <p className="text-xs">
          <span className="text-muted">{t('people.deputies')}</span>{' '}
          <PersonIds
            ids={deputies.map((id) =>
              members.some((one) => one.id === id && one.present) ? id : t('people.away', { id }),
            )}
          />
        </p>
      )}
    </li>
  );
}

function Missing({ members }: { members: readonly Member[] }) {
  const { t } = useTexts();
  const missing = members.filter(({ present }) => !present);
  if (missing.length === 0)
    return members.length === 0 ? null : (
      <p className="flex items-center gap-2 border-b border-line px-3 py-2 text-ok">
        <Icon name="ok" />
        {t('people.allPresent', { count: members.length })}
      </p>
    );
  return (
    <ul>
      {missing.map(({ id, absentUntil, silentSince }) => (
        <li
          key={id}
          className="flex flex-wrap items-center gap-x-2 border-b border-line px-3 py-2 text-watch"
        >
          <Icon name={silentSince === null ? 'clock' : 'blind'} />
          <span className="font-mono">{id}</span>
          <span>
            {t(silentSince === null ? 'people.absentUntil' : 'people.silentSince')}{' '}
            <Moment at={silentSince ?? absentUntil} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Credentials({ members }: { members: readonly Member[] }) {
  const { t } = useTexts();
  if (members.length === 0) return null;
  return (
    <details className="px-3 py-2">
      <summary className="text-xs">{t('people.credentials')}</summary>
      <ul className="mt-1 text-xs">
        {members.map(({ id, credentials }) => (
          <li key={id} className="py-0.5">
            <span className="font-mono">{id}</span>{' '}
            <span className="text-muted">
              {credentials
                .map((one) =>
                  t('people.credential', { kind: t(`credential.${keyOf(one.kind)}`), id: one.id }),
                )
                .join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function keyOf(kind: string): 'passkey' | 'evm' | 'ed25519' {
  return kind === 'passkey' || kind === 'evm' ? kind : 'ed25519';
}
