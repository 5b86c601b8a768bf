/** What happened to a use: the reason, every signature, what the target said, the verdict, and the rules that decided. */
import type { UseDetail } from '@sonae/core/app/api.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';

export function Panel({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-title">
        <h2 id={id}>{title}</h2>
      </div>
      {children}
    </section>
  );
}

export function ReasonPanel({ use }: { use: Use }) {
  const { t } = useTexts();
  return (
    <Panel id="reason" title={t('use.reason')}>
      <div className="p-3 sm:px-4">
        <p className="max-w-[88ch] text-md whitespace-pre-wrap">{use.reason}</p>
        <p className="mt-1.5 flex flex-wrap gap-x-4 text-xs text-muted">
          <span>
            {t('use.requester')} <span className="font-mono">{use.requester}</span>
          </span>
          <Moment at={use.requestedAt} />
          {use.incident === null ? null : (
            <Link to="/incidents/$id" params={{ id: use.incident }} className="link">
              {t('use.incident')}
            </Link>
          )}
          {use.of === null ? null : (
            <Link to="/powers/uses/$id" params={{ id: use.of }} className="link">
              {t('use.of')}
            </Link>
          )}
        </p>
      </div>
    </Panel>
  );
}

export function SignaturesPanel({ detail }: { detail: UseDetail }) {
  const { t } = useTexts();
  const { use, counting } = detail;
  const rows = [
    ...use.approvals.map((one) => ({ ...one, isYes: true, reason: '' })),
    ...use.declines.map((one) => ({ ...one, isYes: false, credential: '', proof: null })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return (
    <Panel id="signatures" title={t('use.signatures')}>
      {rows.length === 0 ? <p className="p-3 text-muted sm:px-4">{t('use.noSignature')}</p> : null}
      <ol>
        {rows.map((row) => (
          <li
            key={`${row.principal} ${row.at}`}
            className="flex flex-col gap-0.5 border-b border-line px-3 py-2 last:border-b-0 sm:px-4"
          >
            <span className="flex flex-wrap items-center gap-x-2.5">
              <span className={row.isYes ? 'text-ok' : 'text-critical'}>
                <Icon name={row.isYes ? 'ok' : 'close'} />
              </span>
              <span className="font-mono font-semibold">{row.principal}</span>
              <span>{t(row.isYes ? 'use.approvedBy' : 'use.declinedBy')}</span>
              <span className="text-xs text-muted">
                <Moment at={row.at} style="seconds" />
              </span>
              {row.isYes && !counting.includes(row.principal) ? (
                <span className="text-xs font-semibold text-warning">{t('use.notCounting')}</span>
              ) : null}
            </span>
            {row.reason === '' ? null : <span className="whitespace-pre-wrap">{row.reason}</span>}
            {row.proof === null ? null : (
              <details>
                <summary className="text-2xs text-muted">
                  {t('use.signature', { kind: t(`credential.${row.proof.kind}`), id: row.credential })}
                </summary>
                <p className="mt-0.5 font-mono text-2xs">{row.proof.signature}</p>
              </details>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

export function EffectPanel({ use }: { use: Use }) {
  const { t, pick } = useTexts();
  if (use.receipt === null && use.seen === null && use.trouble === null) return null;
  const transaction = textOf(use.receipt, 'transaction');
  return (
    <Panel id="effect" title={t('use.effect')}>
      <div className="flex flex-col gap-2 p-3 sm:px-4">
        {use.trouble === null ? null : (
          <p className="border-l-2 border-warning bg-warning-soft px-3 py-2">{pick(use.trouble)}</p>
        )}
        {transaction === null ? null : (
          <p>
            <span className="label block">{t('use.transaction')}</span>
            <span className="font-mono text-xs">{transaction}</span>
          </p>
        )}
        {use.receipt === null ? null : <Json name={t('use.receipt')} value={use.receipt} />}
        {use.seen === null ? null : <Json name={t('use.seen')} value={use.seen} />}
      </div>
    </Panel>
  );
}

function textOf(value: JsonValue, name: string): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const found = (value as Readonly<Record<string, JsonValue>>)[name];
  return typeof found === 'string' ? found : null;
}

function Json({ name, value }: { name: string; value: JsonValue }) {
  return (
    <details>
      <summary className="text-xs">{name}</summary>
      <pre className="mt-1 border border-line bg-sunken p-2.5 font-mono text-xs whitespace-pre-wrap">
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}

export function ReviewPanel({ use }: { use: Use }) {
  const { t } = useTexts();
  if (use.review === null) return null;
  const { wasRight, reviewer, findings, at } = use.review;
  return (
    <section className="panel" aria-labelledby="verdict">
      <div className="panel-title">
        <h2 id="verdict">{t('review.verdict')}</h2>
        <DisclosureMark isPublic text={t('common.public')} />
      </div>
      <div className="p-3 sm:px-4">
        <p className={`flex items-center gap-2 font-semibold ${wasRight ? 'text-ok' : 'text-critical'}`}>
          <Icon name={wasRight ? 'ok' : 'critical'} />
          {t(wasRight ? 'review.right' : 'review.wrong')}
        </p>
        <p className="mt-1 max-w-[88ch] whitespace-pre-wrap">{findings}</p>
        <p className="mt-1 text-xs text-muted">
          <span className="font-mono">{reviewer}</span> · <Moment at={at} />
        </p>
      </div>
    </section>
  );
}

/** Why it was decided so: the verdict, the rules that spoke, and under which power and policy. */
export function DecisionPanel({ use }: { use: Use }) {
  const { t } = useTexts();
  if (use.decision === null) return null;
  const { permitted, rules, approvals, at, power, policy } = use.decision;
  return (
    <Panel id="decision" title={t('decision.title')}>
      <dl className="grid grid-cols-[96px_minmax(0,1fr)] gap-x-3 gap-y-1.5 p-3 sm:px-4">
        <dt className="label pt-0.5">{t('decision.verdict')}</dt>
        <dd className={permitted ? 'text-ok' : 'text-critical'}>
          {t(permitted ? 'decision.permitted' : 'decision.forbidden')}
        </dd>
        <dt className="label pt-0.5">{t('decision.rules')}</dt>
        <dd className="font-mono text-xs">{rules.join(', ')}</dd>
        <dt className="label pt-0.5">{t('decision.approvals')}</dt>
        <dd>{approvals}</dd>
        <dt className="label pt-0.5">{t('decision.at')}</dt>
        <dd>
          <Moment at={at} />
        </dd>
        <dt className="label pt-0.5">{t('decision.power')}</dt>
        <dd className="font-mono text-2xs">{power}</dd>
        <dt className="label pt-0.5">{t('decision.policy')}</dt>
        <dd className="font-mono text-2xs">{policy}</dd>
        <dt className="label pt-0.5">{t('incident.log')}</dt>
        <dd>
          <Link to="/log" search={{ stream: `authority/${use.id}` }} className="link">
            authority/{use.id}
          </Link>
        </dd>
      </dl>
    </Panel>
  );
}
