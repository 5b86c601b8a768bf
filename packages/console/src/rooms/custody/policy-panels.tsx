/** The policy of transfers: what is in force, what is proposed or waits, and until when. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import type { Policy, Rule } from '@sonae/core/nouns/custody/facts/policy.ts';
import type { NextPolicy } from '@sonae/core/nouns/custody/views/policy.ts';
import { useTexts } from '../../i18n/language.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { durationText } from '../../ui/time-format.ts';
import { amountText, bpsText } from '../books/amounts.ts';
import { HowToFill } from '../books/room-parts.tsx';
import { Act, Ask } from '../response/command-form.tsx';
import { Empty, Named, NamedList, Rows, Section } from '../response/section.tsx';
import { Effect } from './effect.tsx';
import { LimitsPanel } from './limits-panel.tsx';
import { ProposePolicy } from './propose-policy.tsx';

type T = ReturnType<typeof useTexts>['t'];

export function PolicyPanels({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { policy, next, revision } = page.policy;
  return (
    <>
      {next === null ? null : <NextPanel page={page} next={next} />}
      {policy === null ? (
        <section className="panel">
          <HowToFill
            says={t('custody.policyFill')}
            steps={[t('custody.policyFill1'), t('custody.policyFill2')]}
            guide="docs/guides/custody.md"
          />
          {next === null ? (
            <div className="px-4 pb-4" data-chrome>
              <ProposePolicy policy={null} />
            </div>
          ) : null}
        </section>
      ) : (
        <>
          <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
            <Section
              title={t('custody.rules', { revision })}
              count={policy.rules.length}
              actions={next === null ? <ProposePolicy policy={policy} /> : undefined}
            >
              <Rules page={page} rules={policy.rules} />
            </Section>
            <TermsPanel policy={policy} />
          </div>
          <LimitsPanel page={page} />
        </>
      )}
    </>
  );
}

function Rules({ page, rules }: { page: CustodyPage; rules: readonly Rule[] }) {
  const { t, pick } = useTexts();
  if (rules.length === 0) return <Empty>{t('custody.rulesNone')}</Empty>;
  const order = { deny: 0, hold: 1, allow: 2 } as const;
  return (
    <Rows>
      {[...rules]
        .sort((a, b) => order[a.effect] - order[b.effect])
        .map((rule) => (
          <li key={rule.id} className="px-3 py-1.5">
            <p className="flex flex-wrap items-center gap-x-2.5">
              <Effect effect={rule.effect} />
              <span data-row tabIndex={-1}>
                {pick(rule.says)}
              </span>
              <span className="font-mono text-xs text-muted">{rule.id}</span>
            </p>
            <p className="label">{conditionsOf(rule, page, t).join(' · ') || t('custody.always')}</p>
          </li>
        ))}
    </Rows>
  );
}

/** Of what a rule speaks; all of it must hold. */
function conditionsOf(rule: Rule, page: CustodyPage, t: T): string[] {
  const { path, assets, chains, wallets, counterparts, destination, valueAbove, valueAtMost, outside } = rule;
  const list = (key: Parameters<T>[0], values: readonly string[] | null): string[] =>
    values === null ? [] : [t(key, { values: values.join(', ') })];
  const places = destination?.map((one) => t(`destination.${one}`)) ?? null;
  const asset = assets?.[0] ?? '';
  return [
    ...(path === null ? [] : [t(`path.${path}`)]),
    ...list('custody.ofAssets', assets),
    ...list('custody.ofChains', chains),
    ...list('custody.ofWallets', wallets),
    ...list('custody.ofCounterparts', counterparts),
    ...list('custody.ofDestination', places),
    ...(valueAbove === null ? [] : [t('custody.above', { value: `¥${amountText(valueAbove, 0)}` })]),
    ...(valueAtMost === null ? [] : [t('custody.atMost', { value: `¥${amountText(valueAtMost, 0)}` })]),
    ...(rule.amountAbove === null
      ? []
      : [
          t('custody.above', {
            value: `${amountText(rule.amountAbove, page.decimals[asset] ?? 0)} ${asset}`,
          }),
        ]),
    ...(outside === null
      ? []
      : [
          t(outside.businessDays ? 'custody.outsideDays' : 'custody.outside', {
            from: outside.from,
            to: outside.to,
          }),
        ]),
  ];
}

function TermsPanel({ policy }: { policy: Policy }) {
  const { t, language } = useTexts();
  const span = (ms: number): string => durationText(ms, language);
  return (
    <Section title={t('custody.terms')}>
      <div className="flex flex-col gap-3 p-3">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{t('custody.band')}</th>
              <th scope="col">{t('custody.bandQuorum')}</th>
              <th scope="col">{t('custody.callBack')}</th>
            </tr>
          </thead>
          <tbody>
            {policy.bands.map(({ upTo, quorum, callBack }) => (
              <tr key={upTo ?? 'last'}>
                <td>
                  {upTo === null
                    ? t('custody.beyond')
                    : t('custody.atMost', { value: `¥${amountText(upTo, 0)}` })}
                </td>
                <td>{quorum}</td>
                <td>{t(callBack ? 'custody.yes' : 'custody.no')}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <NamedList>
          <Named name={t('custody.ownLimit')}>{bpsText(policy.hotShareBps)}</Named>
          <Named name={t('custody.custodianLimit')}>{bpsText(policy.custodianShareBps)}</Named>
          <Named name={t('custody.coolOff')}>{span(policy.coolOffMs)}</Named>
          <Named name={t('custody.splitWindow')}>{span(policy.splitWindowMs)}</Named>
          <Named name={t('custody.loosenDelay')}>{span(policy.loosenDelayMs)}</Named>
          <Named name={t('custody.approveWithin')}>{span(policy.approveWithinMs)}</Named>
        </NamedList>
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-4 gap-y-0.5">
          {Object.entries(policy.roles).map(([duty, roles]) => (
            <div key={duty} className="contents">
              <dt className="label pt-px">{t(`duty.${duty as keyof Policy['roles']}`)}</dt>
              <dd className="font-mono text-xs">{roles.join(', ')}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Section>
  );
}

/** One that is proposed, or approved and waiting: what it loosens, and how to approve or stop it. */
function NextPanel({ page, next }: { page: CustodyPage; next: NextPolicy }) {
  const { t } = useTexts();
  const { revision, digest, proposer, approver, loosens, effectiveAt, policy } = next;
  return (
    <Section title={t('custody.next', { revision })}>
      <div className="flex flex-col gap-2 p-3" data-next-policy={revision}>
        <p>
          {t('custody.proposedBy', { by: proposer })}
          {approver === null ? '' : ` · ${t('custody.approvedBy', { by: approver })}`}
        </p>
        {effectiveAt === null ? null : (
          <Countdown says={t('custody.comesInForce')} at={effectiveAt} over={t('custody.due')} isGrave />
        )}
        {loosens.length === 0 ? null : (
          <p className="font-semibold text-warning">{t('custody.loosens', { fields: loosens.join(', ') })}</p>
        )}
        <p className="label">
          {t('custody.digest')} <span className="font-mono">{digest}</span>
        </p>
        <details className="border border-line">
          <summary className="px-2 py-1">{t('custody.nextRules', { count: policy.rules.length })}</summary>
          <Rules page={page} rules={policy.rules} />
          <pre className="overflow-x-auto border-t border-line px-2 py-1 font-mono text-xs whitespace-pre-wrap">
            {JSON.stringify({ ...policy, rules: undefined }, null, 2)}
          </pre>
        </details>
        <div className="flex flex-wrap items-center gap-1.5" data-chrome>
          {effectiveAt === null ? (
            <Act
              command="custody.ApprovePolicy"
              input={{ revision, digest }}
              text={t('custody.approve')}
              look="btn-main"
              label={`${t('custody.approve')} ${revision}`}
            />
          ) : null}
          <Ask
            button={t('custody.stopPolicy')}
            buttonLook="btn-grave"
            title={t('custody.stopPolicy')}
            command="custody.RejectPolicy"
            lead={<p>{t('custody.stopPolicyLead')}</p>}
            fields={[{ name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 }]}
            toInput={({ reason }) => ({ revision, reason })}
            submit={t('custody.stopPolicy')}
            look="btn-final"
          />
        </div>
      </div>
    </Section>
  );
}
