/** The gate of customers' withdrawals: how it decided, by which rules, and its newest answers. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Choice } from '../../ui/choice.tsx';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { amountText } from '../books/amounts.ts';
import { HowToFill } from '../books/room-parts.tsx';
import { Empty, Named, NamedList, Section } from '../response/section.tsx';
import { DECISIONS } from './custody-search.ts';
import { Effect } from './effect.tsx';
import { LimitsPanel } from './limits-panel.tsx';

const route = getRouteApi('/custody');
const RULES_SHOWN = 12;

export function GatePanels({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { gate } = page;
  if (gate.lastAt === null)
    return (
      <section className="panel">
        <HowToFill
          says={t('custody.gateFill')}
          steps={[t('custody.gateFill1'), t('custody.gateFill2'), t('custody.gateFill3')]}
          guide="docs/guides/custody.md"
        />
      </section>
    );
  const rules = Object.entries(gate.byRule).sort(([, a], [, b]) => b - a);
  return (
    <>
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Decisions page={page} />
        <Section title={t('custody.byRule')}>
          <div className="p-3">
            <NamedList>
              {DECISIONS.map((decision) => (
                <Named key={decision} name={t(`effect.${decision}`)}>
                  {countText(gate[decision])}
                </Named>
              ))}
              <Named name={t('custody.waiting')}>
                {countText(gate.waiting.held.length + gate.waiting.more)}
              </Named>
              <Named name={t('custody.lastDecision')}>
                <Moment at={gate.lastAt} />
              </Named>
            </NamedList>
          </div>
          <table className="data">
            <tbody>
              {rules.slice(0, RULES_SHOWN).map(([rule, count]) => (
                <tr key={rule}>
                  <th scope="row" className="font-mono text-xs">
                    {rule}
                  </th>
                  <td className="num">{countText(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      </div>
      <LimitsPanel page={page} />
    </>
  );
}

function Decisions({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { decision } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = page.gate.decisions.filter((one) => decision === undefined || one.decision === decision);
  return (
    <Section title={t('custody.decisions')}>
      <div className="border-b border-line px-3 py-2" data-chrome>
        <Choice
          label={t('custody.decision')}
          options={[
            { value: 'all', text: t('common.all') },
            ...DECISIONS.map((value) => ({ value, text: t(`effect.${value}`) })),
          ]}
          value={decision ?? 'all'}
          onChange={(next) =>
            void navigate({
              search: ({ decision: _, ...now }) =>
                next === 'all' ? now : { ...now, decision: next as (typeof DECISIONS)[number] },
              replace: true,
            })
          }
        />
      </div>
      {shown.length === 0 ? <Empty>{t('custody.decisionsNone')}</Empty> : null}
      {shown.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['decision', 'withdrawal', 'why', 'remaining', 'when'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`custody.col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <DecisionRow key={one.id} one={one} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function DecisionRow({ one }: { one: CustodyPage['gate']['decisions'][number] }) {
  const { t, pick } = useTexts();
  const { id, decision, rule, reason, remaining, at } = one;
  return (
    <tr data-withdrawal={id}>
      <td data-label={t('custody.col.decision')}>
        <Effect effect={decision} />
      </td>
      <td data-label={t('custody.col.withdrawal')} className="font-mono text-xs">
        <span data-row tabIndex={-1}>
          {id}
        </span>
      </td>
      <td data-label={t('custody.col.why')}>
        {pick(reason)} <span className="font-mono text-xs text-muted">{rule}</span>
      </td>
      <td data-label={t('custody.col.remaining')} className="text-xs">
        {remaining === null ? '' : remainingText(remaining, t)}
      </td>
      <td data-label={t('custody.col.when')}>
        <Moment at={at} stacked />
      </td>
    </tr>
  );
}

/** The answer names no asset: what is left in minor units is said so. */
function remainingText(
  { limit, left, unit }: NonNullable<CustodyPage['gate']['decisions'][number]['remaining']>,
  t: ReturnType<typeof useTexts>['t'],
): string {
  const amount = amountText(left, 0);
  if (unit === 'value') return `${limit}: ¥${amount}`;
  if (unit === 'count') return `${limit}: ${t('custody.count', { count: Number(left), shown: amount })}`;
  return `${limit}: ${t('books.minorUnits', { amount })}`;
}
