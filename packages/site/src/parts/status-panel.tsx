/** The sentence on top, as bad as the worst component, and every component with its own state. */
import { useTexts } from '../i18n/language.ts';
import type { PageStatus } from '../status/page-data.ts';
import { type ComponentStatus, overallStatus, type PublicStatus } from '../status.ts';
import { Icon, type IconName } from '../ui/icon.tsx';

const LOOK: Readonly<Record<ComponentStatus, { icon: IconName; ink: string; panel: string }>> = {
  operational: { icon: 'ok', ink: 'text-ok', panel: 'border-ok bg-ok-soft text-ok' },
  degraded_performance: { icon: 'watch', ink: 'text-watch', panel: 'border-watch bg-watch-soft text-watch' },
  partial_outage: {
    icon: 'warning',
    ink: 'text-warning',
    panel: 'border-warning bg-warning-soft text-warning',
  },
  major_outage: {
    icon: 'critical',
    ink: 'text-critical',
    panel: 'border-critical bg-critical-soft text-critical',
  },
};

type Props = {
  readonly status: PublicStatus;
  /** Services with a state of their own: the sentence on top is as bad as the worst of everything. */
  readonly services: readonly { readonly status: PageStatus }[];
};

export function StatusPanel({ status, services }: Props) {
  const { t, pick } = useTexts();
  const overall = overallStatus([...status.components, ...services]);
  return (
    <section aria-labelledby="components">
      <p
        className={`flex items-center gap-3 rounded-[3px] border px-4 py-3.5 text-lg font-semibold ${LOOK[overall].panel}`}
      >
        <Icon name={LOOK[overall].icon} size={22} />
        {t(`overall.${overall}`)}
      </p>
      <h2 id="components" className="sr-only">
        {t('components.title')}
      </h2>
      <ul className="panel mt-3">
        {status.components.map((component) => (
          <li
            key={component.id}
            className="flex items-center gap-4 border-b border-line px-4 py-2.5 last:border-b-0"
          >
            <span className="flex-1">{pick(component.name)}</span>
            <span className={`inline-flex items-center gap-1.5 ${LOOK[component.status].ink}`}>
              <Icon name={LOOK[component.status].icon} />
              {t(`status.${component.status}`)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
