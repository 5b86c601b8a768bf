/** The way of a use from request to review, and where it stands on it; or that it has left it. */
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import type { UsePath } from './use-path.ts';

const BAR = { past: 'bg-edge', now: 'bg-accent', ahead: 'border-b border-dashed border-edge' } as const;
const INK = { past: 'text-ink', now: 'font-semibold text-accent', ahead: 'text-muted' } as const;

/** @param withTimes a time below each step, where there is room */
export function UseStepper({ path, withTimes = false }: { path: UsePath; withTimes?: boolean }) {
  const { t } = useTexts();
  const { steps, left } = path;
  const at = steps.findIndex(({ state }) => state === 'now');
  const name = steps[at]?.name ?? 'requested';
  return (
    <div>
      <p className={`mb-1.5 text-xs ${withTimes ? 'sm:hidden' : 'xl:hidden'}`}>
        {t('use.stepOf', { index: at + 1, count: steps.length })}:{' '}
        <strong className="font-semibold">{t(`useStepName.${name}`)}</strong>
      </p>
      <ol className="flex gap-1" aria-label={t('use.path')}>
        {steps.map((step) => (
          <li
            key={step.name}
            className="min-w-0 flex-1"
            aria-current={step.state === 'now' ? 'step' : undefined}
          >
            <div className={`h-1 ${BAR[step.state]}`} />
            <div
              className={`mt-1 text-xs ${withTimes ? 'max-sm:sr-only' : 'max-xl:sr-only'} ${INK[step.state]}`}
            >
              <span className="inline-flex items-center gap-1">
                {step.state === 'past' ? <Icon name="ok" size={12} /> : null}
                {t(`useStepName.${step.name}`)}
              </span>
              {withTimes && step.at !== null ? (
                <div className="text-2xs font-normal text-muted">
                  <Moment at={step.at} stacked />
                </div>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
      {left === null ? null : (
        <p className="mt-1.5 flex items-center gap-2 text-muted">
          <Icon name="minus" />
          {t('use.left', { state: t(`useState.${left}`) })}
        </p>
      )}
    </div>
  );
}
