/** The published report of an incident: timeline, impact, actions, causes, lessons, plan; verifiable like every fact. */
import { useTexts } from '../i18n/language.ts';
import type { PublicReport } from '../status.ts';
import { Moment } from '../ui/moment.tsx';

const PARTS = ['impact', 'actions', 'causes', 'lessons', 'plan'] as const;

export function IncidentReport({ report }: { report: PublicReport }) {
  const { t, pick } = useTexts();
  return (
    <details className="border-t border-line px-4 py-3">
      <summary className="cursor-pointer font-medium">
        {t('report.heading')}: {report.title}
      </summary>
      <p className="mt-2 flex flex-wrap gap-x-4 text-sm text-muted">
        <Moment at={report.at} />
        <a href={`?fact=${report.seq}#fact-${report.seq}`} className="link whitespace-nowrap">
          {t('incidents.proof', { seq: report.seq })}
        </a>
      </p>
      <h4 className="mt-3 font-semibold">{t('report.timeline')}</h4>
      <ol className="mt-1">
        {report.timeline.map(({ at, text }) => (
          <li key={`${at}${text.en}`} className="grid gap-x-4 py-1 sm:grid-cols-[17rem_minmax(0,1fr)]">
            <span className="text-sm">
              <Moment at={at} />
            </span>
            <span>{pick(text)}</span>
          </li>
        ))}
      </ol>
      {PARTS.map((part) => (
        <div key={part}>
          <h4 className="mt-3 font-semibold">{t(`report.${part}`)}</h4>
          <p className="mt-1 whitespace-pre-line">{pick(report[part])}</p>
        </div>
      ))}
    </details>
  );
}
