/** A note written late about something early sorts by either time; nobody's hands are nobody's. */
import type { TimelineEntry } from '@sonae/core/nouns/incidents/views/timeline.ts';
import { expect, it } from 'vitest';
import { handsOf, isPublicFact, kindOf, orderTimeline } from './timeline-order.ts';

const entry = (
  seq: number,
  fact: string,
  happened: string,
  recorded: string,
  actor = 'system:rules',
): TimelineEntry => ({
  fact: `incidents.${fact}@1`,
  seq,
  happenedAt: `2023-03-11T${happened}:00Z`,
  discoveredAt: `2023-03-11T${recorded}:00Z`,
  recordedAt: `2023-03-11T${recorded}:00Z`,
  actor,
  text: fact,
});

const TIMELINE = [
  entry(1, 'Suspected', '01:00', '01:10'),
  entry(2, 'VerificationStarted', '01:20', '01:20', 'operator:yui'),
  entry(3, 'SignalJoined', '01:40', '01:40'),
  entry(4, 'NoteAdded', '00:30', '02:00', 'operator:ken'),
  entry(5, 'Declared', '02:00', '02:00', 'operator:yui'),
];
const order = (...args: Parameters<typeof orderTimeline>): number[] =>
  orderTimeline(...args).map(({ seq }) => seq);

it('sorts by when it happened or when it was recorded', () => {
  expect(order(TIMELINE, 'all', { by: 'happened', order: 'oldest' })).toEqual([4, 1, 2, 3, 5]);
  expect(order(TIMELINE, 'all', { by: 'recorded', order: 'oldest' })).toEqual([1, 2, 3, 4, 5]);
  expect(order(TIMELINE, 'all', { by: 'recorded', order: 'newest' })).toEqual([5, 4, 3, 2, 1]);
});

it('filters by kind', () => {
  expect(order(TIMELINE, 'signal', { by: 'recorded', order: 'oldest' })).toEqual([1, 3]);
  expect(order(TIMELINE, 'phase', { by: 'recorded', order: 'oldest' })).toEqual([2, 5]);
  expect(kindOf('incidents.SomethingNew@3')).toBe('phase');
  expect(kindOf('incidents.FieldStated@1')).toBe('known');
  expect(kindOf('incidents.RoleAssigned@1')).toBe('person');
});

it('knows what is public', () => {
  expect(TIMELINE.map(({ fact }) => isPublicFact(fact))).toEqual([false, false, false, false, true]);
});

it('names the commander, before that the last person', () => {
  expect(handsOf({ roles: {}, timeline: TIMELINE })).toBe('operator:yui');
  expect(handsOf({ roles: {}, timeline: TIMELINE.slice(0, 1) })).toBeNull();
  expect(handsOf({ roles: { commander: ['mori', 'sato'] }, timeline: TIMELINE })).toBe('mori');
});
