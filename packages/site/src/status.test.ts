/** The one sentence on top is as bad as the worst component; updates say what changed. */
import { expect, it } from 'vitest';
import { type ComponentStatus, overallStatus, type PublicUpdate, updateKind } from './status.ts';

const components = (...statuses: ComponentStatus[]) =>
  statuses.map((status, i) => ({ id: String(i), name: { en: '', ja: '' }, status }));
const update = (phase: PublicUpdate['phase'], severity: PublicUpdate['severity']): PublicUpdate => ({
  at: '',
  phase,
  severity,
  seq: 0,
});

it('is as bad as the worst component', () => {
  expect(overallStatus([])).toBe('operational');
  expect(overallStatus(components('operational', 'degraded_performance'))).toBe('degraded_performance');
  expect(overallStatus(components('partial_outage', 'major_outage', 'operational'))).toBe('major_outage');
});

it('says what an update changed', () => {
  expect(updateKind(update('declared', 'pending'), undefined)).toBe('declared');
  expect(updateKind(update('declared', 'critical'), update('declared', 'pending'))).toBe('severity');
  expect(updateKind(update('contained', 'critical'), update('declared', 'critical'))).toBe('contained');
  expect(updateKind(update('declared', 'critical'), update('closed', 'critical'))).toBe('reopened');
});
