/** What the next signal of a correlation should do: whether an incident is open for it, and since when it is uneasy. */
import { isFact } from '../../../log/fact.ts';
import type { Level } from '../../../log/levels.ts';
import { defineView } from '../../../log/stream.ts';
import { levelChanged } from '../../peg/facts.ts';
import {
  declared,
  dismissed,
  lapsed,
  type Phase,
  phaseReached,
  reopened,
  suspected,
  verificationStarted,
} from '../facts/life.ts';
import { INCIDENT_FACTS } from './incident.ts';

/** What the next signal of a correlation should do. */
export type Correlation = {
  readonly incident: string | null;
  readonly phase: Phase | null;
  readonly declared: boolean;
  readonly endedAt: string | null;
  readonly level: Level;
  /** Since when the level has not been ok. */
  readonly uneasySince: string | null;
  readonly quietSince: string | null;
};

/** Key: correlation, e.g. `peg/USDC`. */
export const correlationState = defineView<Correlation>({
  name: 'incidents.correlation',
  version: 1,
  folds: [...INCIDENT_FACTS, levelChanged.name],
  initial: () => ({
    incident: null,
    phase: null,
    declared: false,
    endedAt: null,
    level: 'ok',
    uneasySince: null,
    quietSince: null,
  }),
  keysOf: (fact) => {
    if (isFact(levelChanged, fact)) return [`peg/${fact.body.asset}`];
    const { correlation } = fact.body as { correlation?: string | null };
    return correlation == null ? [] : [correlation];
  },
  apply: (state, fact) => {
    if (isFact(levelChanged, fact)) {
      const { to, at } = fact.body;
      return {
        ...state,
        level: to,
        uneasySince: to === 'ok' ? null : (state.uneasySince ?? at),
        quietSince: to === 'ok' ? at : null,
      };
    }
    if (isFact(suspected, fact))
      return { ...state, incident: fact.body.id, phase: 'suspected', declared: false, endedAt: null };
    if (isFact(declared, fact))
      return { ...state, incident: fact.body.id, phase: 'declared', declared: true, endedAt: null };
    if (isFact(verificationStarted, fact)) return { ...state, phase: 'verifying' };
    if (isFact(dismissed, fact)) return { ...state, phase: 'dismissed', endedAt: fact.recordedAt };
    if (isFact(lapsed, fact)) return { ...state, phase: 'lapsed', endedAt: fact.body.quietSince };
    if (isFact(reopened, fact)) return { ...state, phase: fact.body.to, endedAt: null };
    if (isFact(phaseReached, fact)) {
      return {
        ...state,
        phase: fact.body.to,
        endedAt: fact.body.to === 'closed' ? fact.recordedAt : state.endedAt,
      };
    }
    return state;
  },
});
