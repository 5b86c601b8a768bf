/** The way from suspicion to review, and where the incident stands on it; or that it has left it. */
import type { Phase } from '@sonae/core/nouns/incidents/facts/life.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { PHASE_PATH } from './legal-actions.ts';

export function PhaseStepper({ phase }: { phase: Phase }) {
  const { t } = useTexts();
  const at = (PHASE_PATH as readonly Phase[]).indexOf(phase);
  if (at === -1) {
    return (
      <p className="flex items-center gap-2 border-t border-line px-4 py-2.5 text-muted">
        <Icon name="minus" />
        {t('incident.offPath', { phase: t(`phase.${phase}`) })}
      </p>
    );
  }
  return (
    <div className="border-t border-line px-4 py-2.5">
      <p className="mb-1.5 sm:hidden">
        {t('incident.phaseOf', { index: at + 1, count: PHASE_PATH.length })}:{' '}
        <strong className="font-semibold">{t(`phase.${phase}`)}</strong>
      </p>
      <ol className="flex gap-1" aria-label={t('incident.path')}>
        {PHASE_PATH.map((step, i) => (
          <li key={step} className="min-w-0 flex-1" aria-current={i === at ? 'step' : undefined}>
            <div
              className={`h-1 ${i < at ? 'bg-edge' : i === at ? 'bg-accent' : 'border-b border-dashed border-edge'}`}
            />
            <div
              className={`mt-1 flex items-center gap-1 text-xs max-sm:sr-only ${
                i === at ? 'font-semibold text-accent' : i < at ? 'text-ink' : 'text-muted'
              }`}
            >
              {i < at ? <Icon name="ok" size={12} /> : null}
              {t(`phase.${step}`)}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}
