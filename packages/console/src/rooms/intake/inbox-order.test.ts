/** Which groups wait for somebody, and which links are shown as such. */
import type { AlarmGroupView } from '@sonae/core/app/api.ts';
import { describe, expect, test } from 'vitest';
import { hostOf, mayJudge, waitingForJudgement } from './inbox-order.ts';

const group = (phase: string | null, critical: number): AlarmGroupView =>
  ({
    firing: { watch: 0, warning: 0, critical },
    incident: phase === null ? null : { phase },
  }) as unknown as AlarmGroupView;

test.each([
  ['suspected', true],
  ['verifying', true],
  ['declared', false],
  ['dismissed', false],
  [null, false],
])('a group whose incident is %s: %s', (phase, expected) => expect(mayJudge(group(phase, 1))).toBe(expected));

test('only what fires and is not judged counts', () => {
  expect(waitingForJudgement([group('suspected', 1), group('suspected', 0), group('declared', 3)])).toBe(1);
});

describe('links', () => {
  test.each([
    ['https://grafana.example/d/1', 'grafana.example'],
    ['javascript:alert(1)', null],
    ['https://', null],
    [null, null],
  ])('%s leads to %s', (link, host) => expect(hostOf(link)).toBe(host));
});
