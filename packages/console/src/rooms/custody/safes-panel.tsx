/**
 * Safes as the chain has them: who can move what they hold, by which code, what changed since two people accepted it, and
 * the proposal to accept what was read.
 */
import type { SafeView } from '@sonae/core/app/custody/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Ask } from '../response/command-form.tsx';
import { Named, NamedList, Rows, Section } from '../response/section.tsx';

export function SafesPanel({ safes }: { safes: readonly SafeView[] }) {
  const { t } = useTexts();
  if (safes.length === 0) return null;
  return (
    <Section title={t('custody.safes')} count={safes.length}>
      <Rows>
        {safes.map((safe) => (
          <SafeRow key={`${safe.chain} ${safe.address}`} safe={safe} />
        ))}
      </Rows>
    </Section>
  );
}

function SafeRow({ safe }: { safe: SafeView }) {
  const { t, pick } = useTexts();
  const { wallet, chain, address, observed, findings, confirmed, awaited } = safe;
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2" data-safe={address}>
      <p data-row tabIndex={-1} className="flex flex-wrap items-center gap-x-2.5">
        <SafeMark safe={safe} />
        <span className="font-semibold">{wallet}</span>
        <span className="font-mono text-xs">{address}</span>
        <span className="text-muted">{chain}</span>
      </p>
      {findings.map(({ level, says }) => (
        <p
          key={says.en}
          className={`border-l-2 px-2 ${level === 'critical' ? 'border-critical text-critical' : 'border-warning text-warning'}`}
        >
          {pick(says)}
        </p>
      ))}
      {observed === null ? <p className="text-muted">{t('custody.safeUnread')}</p> : <State safe={safe} />}
      {awaited === null ? null : (
        <p className="label">
          {t('custody.safeAwaited')} <Moment at={awaited.until} />
        </p>
      )}
      {observed === null || (confirmed && findings.length === 0) ? null : <Accept safe={safe} />}
    </li>
  );
}

function SafeMark({ safe: { findings, confirmed } }: { safe: SafeView }) {
  const { t } = useTexts();
  const worst = findings.some(({ level }) => level === 'critical') ? 'critical' : 'warning';
  if (findings.length > 0)
    return (
      <span
        className={`inline-flex items-center gap-1 font-semibold ${worst === 'critical' ? 'text-critical' : 'text-warning'}`}
      >
        <Icon name={worst} size={13} />
        {t('custody.safeFound', { count: findings.length })}
      </span>
    );
  return (
    <span className={`inline-flex items-center gap-1 font-semibold ${confirmed ? 'text-ok' : 'text-watch'}`}>
      <Icon name={confirmed ? 'ok' : 'watch'} size={13} />
      {t(confirmed ? 'custody.safeConfirmed' : 'custody.safeNew')}
    </span>
  );
}

/** Every part of the state, in words and addresses, so that it can be compared line by line. */
function State({ safe: { observed, nonce, readAt } }: { safe: SafeView }) {
  const { t } = useTexts();
  if (observed === null) return null;
  const { state, block } = observed;
  const named = (addresses: readonly (string | null)[]): string =>
    addresses.map((one) => one ?? '–').join(' ') || t('custody.none');
  const { threshold, owners, modules, guard, moduleGuard, fallbackHandler, singleton, version } = state;
  return (
    <NamedList>
      <Named name={t('custody.safeOwners')}>
        {t('custody.safeThreshold', { threshold, owners: owners.length })}
        <Code>{named(owners)}</Code>
      </Named>
      <Named name={t('custody.safeSingleton')}>
        {version ?? '?'}
        <Code>{singleton}</Code>
      </Named>
      <Named name={t('custody.safeModules')}>
        <Code>{named(modules)}</Code>
      </Named>
      <Named name={t('custody.safeGuards')}>
        <Code>{named([guard, moduleGuard])}</Code>
      </Named>
      <Named name={t('custody.safeHandler')}>
        <Code>{named([fallbackHandler])}</Code>
      </Named>
      <Named name={t('custody.safeNonce')}>{nonce ?? '–'}</Named>
      <Named name={t('custody.safeReadAt')}>
        {block.height} <Moment at={readAt ?? observed.at} />
      </Named>
    </NamedList>
  );
}

function Code({ children }: { children: string }) {
  return <p className="font-mono text-xs [overflow-wrap:anywhere]">{children}</p>;
}

function Accept({ safe }: { safe: SafeView }) {
  const { t } = useTexts();
  const { wallet, chain, address, observed } = safe;
  if (observed === null) return null;
  const content = { kind: 'safe-state', wallet, chain, address, state: observed.state };
  return (
    <div data-chrome>
      <Ask
        button={t('custody.safeAccept')}
        buttonLabel={`${t('custody.safeAccept')} ${address}`}
        title={t('custody.safeAccept')}
        command="custody.ProposeChange"
        lead={<p>{t('custody.safeAcceptLead')}</p>}
        fields={[{ name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 }]}
        toInput={({ reason }) => ({ content, reason })}
        submit={t('custody.safeAccept')}
      />
    </div>
  );
}
