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
          <StepLine key={step.name} step={step} />
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

function StepLine({ step }: { step: Step }) {
  const { t } = useTexts();
  const { icon, ink } = LOOK[step.outcome];
  const word = step.outcome === 'skipped' ? t('step.skipped') : t(`step.${step.outcome}`);
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2">
      <span className={`pt-0.5 ${ink}`}>
        <Icon name={icon} />
      </span>
      <span>
        <span className="font-medium">{t(`step.${step.name}`)}</span>{' '}
        <span className={`text-sm ${ink}`}>{word}</span>
        {step.outcome === 'pass' ? (
          <span className="block text-sm text-muted">{t(`step.${step.name}.how`, step.shown)}</span>
        ) : null}
        {step.outcome === 'fail' ? (
          <span className="block font-mono text-xs text-critical">{step.reason}</span>
        ) : null}
      </span>
    </li>
  );
}
