/** Each step of a verification with its outcome, and the exact reason where it failed. */
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import type { Step, Verdict } from './verify-fact.ts';

const LOOK = {
  pass: { icon: 'ok', ink: 'text-ok' },
  fail: { icon: 'critical', ink: 'text-critical' },
  skipped: { icon: 'skip', ink: 'text-muted' },
} as const;

export function StepsView({ verdict }: { verdict: Verdict }) {
  const { t } = useTexts();
  return (
    <div className="mt-2.5 mb-1 border-l-2 border-line pl-3">
      <ol className="flex flex-col gap-1.5">
        {verdict.steps.map((step) => (
          <StepLine
            key={step.name}
            title={t(`step.${step.name}`)}
            how={t(`step.${step.name}.how`, step.shown)}
            outcome={step.outcome}
            reason={step.reason}
          />
        ))}
      </ol>
      {verdict.fact === null ? null : (
        <details className="mt-2">
          <summary className="text-sm">{t('facts.whole')}</summary>
          <pre className="mt-1.5 border border-line bg-sunken p-2.5 font-mono text-xs whitespace-pre-wrap">
            {JSON.stringify(verdict.fact, null, 2)}
          </pre>
        </details>
      )}
    </div>
  );
}

type LineProps = {
  readonly title: string;
  /** What a passed step showed. */
  readonly how: string;
  readonly outcome: Step['outcome'];
  readonly reason: string;
};

export function StepLine({ title, how, outcome, reason }: LineProps) {
  const { t } = useTexts();
  const { icon, ink } = LOOK[outcome];
  const word = outcome === 'skipped' ? t('step.skipped') : t(`step.${outcome}`);
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2">
      <span className={`pt-0.5 ${ink}`}>
        <Icon name={icon} />
      </span>
      <span>
        <span className="font-medium">{title}</span> <span className={`text-sm ${ink}`}>{word}</span>
        {outcome === 'pass' ? <span className="block text-sm text-muted">{how}</span> : null}
        {outcome === 'fail' ? <span className="block font-mono text-xs text-critical">{reason}</span> : null}
      </span>
    </li>
  );
}
