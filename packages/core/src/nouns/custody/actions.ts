/** What follows from custody: controls signal incidents, legal limits start and end their clocks, claims are freed. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { limitBroken, limitCured } from './facts/holdings.ts';
import { changeRejected } from './facts/inventory.ts';

const firmEvent = (event: string, at: string, reference: string): Action => ({
  kind: 'command',
  command: 'reports.RecordFirmEvent',
  input: { event, at, reference },
});

const startClock: ActionRule = {
  on: limitBroken.name,
  act: (fact) =>
    isFact(limitBroken, fact) ? [firmEvent(fact.body.event, fact.body.at, fact.body.reference)] : [],
};

const endClock: ActionRule = {
  on: limitCured.name,
  act: (fact) =>
    isFact(limitCured, fact)
      ? [firmEvent(`${fact.body.event}-cured`, fact.body.at, fact.body.reference)]
      : [],
};

const freeClaims: ActionRule = {
  on: changeRejected.name,
  act: (fact) =>
    isFact(changeRejected, fact)
      ? [{ kind: 'command', command: 'custody.ReleaseAddresses', input: { change: fact.body.change } }]
      : [],
};

export const CUSTODY_ACTIONS: readonly ActionRule[] = [startClock, endClock, freeClaims];
