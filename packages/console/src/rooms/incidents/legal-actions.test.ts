/** Phase by phase: what is offered, what is the usual next step, and what waits for calm. */
import type { Phase } from '@sonae/core/nouns/incidents/facts/life.ts';
import { describe, expect, it } from 'vitest';
import { isOpen, type LegalAction, legalActions } from './legal-actions.ts';

const name = (action: LegalAction): string => (action.kind === 'advance' ? action.to : action.kind);

describe('legalActions', () => {
  it.each<[Phase, string[], string | undefined]>([
    ['suspected', ['verify', 'declare', 'dismiss'], 'verify'],
    ['verifying', ['declare', 'dismiss'], 'declare'],
    ['declared', ['contained', 'remediating', 'recovering', 'closed', 'classify'], 'contained'],
    ['contained', ['remediating', 'recovering', 'closed', 'classify'], 'remediating'],
    ['remediating', ['contained', 'recovering', 'closed', 'classify'], 'recovering'],
    ['recovering', ['contained', 'remediating', 'closed', 'classify'], 'closed'],
    ['closed', ['reviewed', 'reopen'], 'reviewed'],
    ['reviewed', ['reopen'], undefined],
    ['dismissed', ['reopen'], undefined],
    ['lapsed', ['reopen'], undefined],
  ])('%s', (phase, expected, main) => {
    const actions = legalActions(phase, 'ok');
    expect(actions.map(name)).toEqual(expected);
    expect(actions.filter((action) => action.main).map(name)).toEqual(main === undefined ? [] : [main]);
  });

  it('does not let an incident close while its controls alarm', () => {
    const close = legalActions('recovering', 'critical').find((action) => name(action) === 'closed');
    expect(close).toMatchObject({ blocked: 'still-alarming', main: false });
    expect(legalActions('recovering', 'watch').find((action) => name(action) === 'closed')).toMatchObject({
      blocked: null,
    });
  });
});

it.each<[Phase, boolean]>([
  ['suspected', true],
  ['recovering', true],
  ['closed', false],
  ['lapsed', false],
])('%s is open: %s', (phase, expected) => {
  expect(isOpen(phase)).toBe(expected);
});
