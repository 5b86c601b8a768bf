/** How each status looks: an icon and a colour, never a colour alone. */
import type { IconName } from '../ui/icon.tsx';
import type { PageStatus } from './page-data.ts';

export const LOOK: Readonly<
  Record<PageStatus, { icon: IconName; ink: string; fill: string; height: string }>
> = {
  operational: { icon: 'ok', ink: 'text-ok', fill: 'bg-ok', height: 'h-3' },
  under_maintenance: { icon: 'clock', ink: 'text-accent', fill: 'bg-accent', height: 'h-4' },
  degraded_performance: { icon: 'watch', ink: 'text-watch', fill: 'bg-watch', height: 'h-5' },
  partial_outage: { icon: 'warning', ink: 'text-warning', fill: 'bg-warning', height: 'h-6' },
  major_outage: { icon: 'critical', ink: 'text-critical', fill: 'bg-critical', height: 'h-7' },
};
