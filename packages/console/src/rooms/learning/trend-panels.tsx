/** Trends as tables that everybody can read, with bars beside the numbers; spans that cannot be true are shown loudly. */
import type { Trends } from '@sonae/core/nouns/incidents/engine/trends.ts';
import { KIND_NAMES, type Kind } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { Link } from '@tanstack/react-router';
import { isKey, useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { durationText } from '../../ui/time-format.ts';
import { Empty, Section } from '../response/section.tsx';

export function TrendPanels({ trends }: { trends: Trends }) {
  const { t, pick } = useTexts();
  const word = (prefix: string) => (value: string) => {
    const key = `${prefix}.${value}`;
    return isKey(key) ? t(key) : value;
  };
  const kind = (value: string): string =>
    value in KIND_NAMES ? pick(KIND_NAMES[value as Kind]) : t('class.none');
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Spans trends={trends} />
      <Section title={t('trends.months')}>
        <Months trends={trends} />
      </Section>
      <Counted title={t('trends.kinds')} counts={trends.byKind} name={kind} />
      <Counted title={t('trends.severities')} counts={trends.bySeverity} name={word('severity')} />
      <Counted title={t('trends.causes')} counts={trends.byCause} name={word('cause')} />
    </div>
  );
}

function Spans({ trends }: { trends: Trends }) {
  const { t, language } = useTexts();
  const rows = [
    ['toDeclare', trends.toDeclare],
    ['toContain', trends.toContain],
    ['toRecover', trends.toRecover],
  ] as const;
  const text = (ms: number | null): string => (ms === null ? '–' : durationText(ms, language));
  const invalid = [...new Set(rows.flatMap(([, span]) => span.invalid))];
  return (
    <Section title={t('trends.spans')}>
      <p className="px-3 pt-2.5">
        {t('trends.totals', { declared: trends.declared, falseAlarms: trends.falseAlarms })}
      </p>
      {invalid.length === 0 ? null : (
        <div
          className="m-3 border-l-2 border-critical bg-critical-soft px-3 py-2"
          role="alert"
          data-invalid-spans
        >
          <p className="inline-flex items-center gap-1.5 font-semibold text-critical">
            <Icon name="critical" size={14} />
            {t('trends.invalid')}
          </p>
          <p className="flex flex-wrap gap-x-3">
            {invalid.map((id) => (
              <Link key={id} to="/incidents/$id" params={{ id }} search={{ tab: 'facts' }} className="link">
                {id}
              </Link>
            ))}
          </p>
        </div>
      )}
      <table className="data [&_th]:!whitespace-normal max-sm:[&_td]:!px-2 max-sm:[&_th]:!px-2">
        <thead>
          <tr>
            <th scope="col">{t('trends.span')}</th>
            <th scope="col" className="num">
              {t('trends.count')}
            </th>
            <th scope="col" className="num">
              {t('trends.median')}
            </th>
            <th scope="col" className="num">
              {t('trends.worst')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, span]) => (
            <tr key={name}>
              <th scope="row" className="in-[tr:last-child]:border-b-0">
                {t(`trends.${name}`)}
              </th>
              <td className="num">{span.count}</td>
              <td className="num">{text(span.medianMs)}</td>
              <td className="num">{text(span.worstMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Months({ trends }: { trends: Trends }) {
  const { t } = useTexts();
  const months = trends.byMonth.toReversed();
  const most = Math.max(1, ...months.flatMap(({ declared, falseAlarms }) => [declared, falseAlarms]));
  if (months.length === 0) return <Empty>{t('trends.none')}</Empty>;
  return (
    <table className="data">
      <thead>
        <tr>
          <th scope="col">{t('trends.month')}</th>
          <th scope="col">{t('trends.declared')}</th>
          <th scope="col">{t('trends.falseAlarms')}</th>
        </tr>
      </thead>
      <tbody>
        {months.map(({ month, declared, falseAlarms }) => (
          <tr key={month}>
            <th scope="row" className="in-[tr:last-child]:border-b-0">
              {month}
            </th>
            <td>
              <Bar count={declared} most={most} />
            </td>
            <td>
              <Bar count={falseAlarms} most={most} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type CountedProps = {
  readonly title: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly name: (value: string) => string;
};

function Counted({ title, counts, name }: CountedProps) {
  const { t } = useTexts();
  const rows = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return (
    <Section title={title}>
      {rows.length === 0 ? (
        <Empty>{t('trends.none')}</Empty>
      ) : (
        <table className="data">
          <caption className="sr-only">{title}</caption>
          <tbody>
            {rows.map(([value, count]) => (
              <tr key={value}>
                <th scope="row" className="!whitespace-normal in-[tr:last-child]:border-b-0">
                  {name(value)}
                </th>
                <td className="w-1/2">
                  <Bar count={count} most={most} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** The number says it; the bar only makes it easy to compare. */
function Bar({ count, most }: { count: number; most: number }) {
  return (
    <span className="flex items-center gap-2">
      <span className="w-6 text-end">{count}</span>
      <span className="h-2 min-w-0 flex-1" aria-hidden="true">
        <span className="block h-2 bg-accent" style={{ width: `${(count / most) * 100}%` }} />
      </span>
    </span>
  );
}
