/** A charter in words, with its hash first: the people and their keys, the roles, the powers, the rules, what stands out. */
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import type { ReactNode } from 'react';
import { useTexts } from '../../../i18n/language.ts';
import { Icon } from '../../../ui/icon.tsx';
import { spanText } from '../../../ui/time-format.ts';
import { Hash } from '../action-panel.tsx';
import { PersonIds } from '../person-ids.tsx';
import { CharterPower } from './charter-power.tsx';
import { ableIn } from './charter-problems.ts';
import type { ReadCharter } from './charter-reading.ts';
import type { Finding } from './finding.ts';

export function CharterView({ read }: { read: ReadCharter }) {
  const { t } = useTexts();
  const { charter, powers } = read;
  const power = (one: ReadCharter['powers'][number]): ReactNode => (
    <CharterPower key={one.id} power={one} able={ableIn(charter, one)} founding={read.hash} />
  );
  return (
    <div className="flex min-w-0 flex-col gap-3 border border-line">
      <Hash hex={read.hash} label={t('founding.hash')} />
      <Findings read={read} />
      <div className="grid gap-3 px-3 lg:grid-cols-2">
        <People charter={charter} />
        <Roles charter={charter} />
      </div>
      <Part title={t('founding.powers')}>{powers.filter(({ governs }) => governs === null).map(power)}</Part>
      <Part title={t('founding.governing')}>
        {powers.filter(({ governs }) => governs !== null).map(power)}
      </Part>
      <Rules read={read} />
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t border-line">
      <h4 className="px-3 pt-2 font-semibold">{title}</h4>
      {children}
    </section>
  );
}

function Findings({ read: { problems, warnings } }: { read: ReadCharter }) {
  const { t } = useTexts();
  return (
    <>
      {problems.length === 0 ? null : (
        <div className="mx-3 border-2 border-critical bg-critical-soft p-3" role="alert">
          <p className="flex items-center gap-2 text-md font-semibold text-critical">
            <Icon name="critical" size={18} />
            {t('founding.problems')}
          </p>
          <Said all={problems} />
        </div>
      )}
      {warnings.length === 0 ? (
        <p className="flex items-center gap-1.5 px-3 text-xs text-ok">
          <Icon name="ok" size={12} />
          {t('founding.noWarnings')}
        </p>
      ) : (
        <div className="mx-3 border-l-2 border-watch bg-watch-soft px-3 py-2">
          <p className="flex items-center gap-2 font-semibold text-watch">
            <Icon name="watch" />
            {t('founding.warnings')}
          </p>
          <Said all={warnings} />
        </div>
      )}
    </>
  );
}

function Said({ all }: { all: readonly Finding[] }) {
  const { t } = useTexts();
  return (
    <ul className="mt-1 list-disc pl-6">
      {all.map(({ says, values }) => (
        <li key={`${says} ${JSON.stringify(values)}`}>{t(says, values)}</li>
      ))}
    </ul>
  );
}

type CredentialOf = Charter['principals'][number]['credentials'][number];

/** What tells one key from another, as far as two people would compare it. */
function keyText(credential: CredentialOf): string {
  if (credential.kind === 'evm') return credential.address;
  if (credential.kind === 'ed25519') return credential.publicKey;
  return `${credential.publicKey} · ${credential.rpId}`;
}

function People({ charter }: { charter: Charter }) {
  const { t } = useTexts();
  return (
    <section className="min-w-0">
      <h4 className="font-semibold">{t('founding.people', { count: charter.principals.length })}</h4>
      <ul>
        {charter.principals.map(({ id, credentials }) => (
          <li key={id} className="border-b border-line py-1 last:border-b-0">
            <span className="font-mono font-semibold">{id}</span>
            <ul className="text-xs">
              {credentials.map((one) => (
                <li key={one.id}>
                  {t('people.credential', { kind: t(`credential.${one.kind}`), id: one.id })}{' '}
                  <span className="font-mono text-2xs text-muted">{keyText(one)}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Roles({ charter }: { charter: Charter }) {
  const { t, pick } = useTexts();
  return (
    <section className="min-w-0">
      <h4 className="font-semibold">{t('founding.roles')}</h4>
      <ul>
        {charter.roles.map(({ id, says, seats, holders }) => (
          <li key={id} className="border-b border-line py-1 last:border-b-0">
            <span className="font-semibold">{pick(says)}</span>{' '}
            <span className="font-mono text-xs text-muted">{id}</span>
            <p className="text-xs">
              <span className="text-muted">{t('founding.role', { seats })}</span> <PersonIds ids={holders} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rules({ read: { charter, policy } }: { read: ReadCharter }) {
  const { t, pick, language } = useTexts();
  const { everyMs, answerWithinMs, floor } = charter.liveness;
  const every = spanText(everyMs, language);
  const within = spanText(answerWithinMs, language);
  return (
    <Part title={t('founding.rules')}>
      <div className="flex flex-col gap-1 px-3 pb-3">
        {policy.forbid.length === 0 ? (
          <p>{t('founding.noRules')}</p>
        ) : (
          <ul className="list-disc pl-6">
            {policy.forbid.map(({ id, says }) => (
              <li key={id}>
                {t('powers.policyRule')}: {pick(says)}
              </li>
            ))}
          </ul>
        )}
        <p>{t('founding.liveness', { every, within, floor })}</p>
        <p className="text-xs">
          <span className="text-muted">{t('founding.origin')}</span>{' '}
          <span className="font-mono">{charter.origin}</span>
        </p>
      </div>
    </Part>
  );
}
