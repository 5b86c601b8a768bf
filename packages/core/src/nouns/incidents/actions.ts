/** What follows from facts: a peg that changes its level signals; what the world must hear goes to the outbox. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { LEVEL_NAMES } from '../../log/levels.ts';
import { levelChanged } from '../peg/facts.ts';
import { type Kind, ROLE_INSTRUCTIONS, ROLE_NAMES } from './facts/kinds.ts';
import { declared, dismissed, phaseReached, suspected, verificationStarted } from './facts/life.ts';
import { headquartersOpened, roleTaken } from './facts/response.ts';
import { improvementOverdue, reportPublished } from './facts/review.ts';

const signalOnLevel: ActionRule = {
  on: levelChanged.name,
  act: (fact): Action[] => {
    if (!isFact(levelChanged, fact)) return [];
    const { asset, from, to, at, why } = fact.body;
    const input = {
      correlation: `peg/${asset}`,
      component: asset,
      title: `${asset} peg: ${to} / ${asset} ペグ: ${LEVEL_NAMES[to].ja}`,
      from,
      to,
      at,
      why,
    };
    return [{ kind: 'command', command: 'incidents.Signal', input }];
  },
};

/** Subscribers of the firm hear of these through the webhook connector, if one is configured. */
const tell = (on: string): ActionRule => ({
  on,
  act: (fact): Action[] => [
    {
      kind: 'send',
      target: 'webhook',
      body: {
        seq: fact.seq,
        id: fact.id,
        type: fact.type,
        recordedAt: fact.recordedAt,
        occurredAt: fact.occurredAt,
        body: fact.body,
      },
    },
  ],
});

/** Beginnings of correlations, and the kind of incident that a control of this name has noticed. */
const KIND_OF_CONTROL: readonly (readonly [prefix: string, kind: Kind])[] = [
  ['peg/', 'peg-break'],
  ['custody.unapproved-movement/', 'asset-outflow'],
  ['custody.unknown-address/', 'asset-outflow'],
  ['reserves.reachable/', 'reserve-blocked'],
];

/** A declaration says when it happened and when the firm knew: clocks hang on that until somebody corrects it. */
const milestonesOnDeclared: ActionRule = {
  on: declared.name,
  act: (fact): Action[] => {
    if (!isFact(declared, fact)) return [];
    const { id, correlation, happenedAt, discoveredAt } = fact.body;
    const state = (milestone: string, at: string): Action => ({
      kind: 'command',
      command: 'incidents.StateMilestone',
      input: { incident: id, milestone, at },
    });
    // The control that noticed says what kind it is; anything else waits for a person.
    const kind = KIND_OF_CONTROL.find(([prefix]) => correlation?.startsWith(prefix))?.[1];
    const reason = `by the control ${correlation} / 統制 ${correlation} による`;
    const input = { incident: id, kinds: kind === undefined ? [] : [kind], reason };
    const kinds: Action[] =
      kind === undefined ? [] : [{ kind: 'command', command: 'incidents.SetKinds', input }];
    return [...kinds, state('occurred', happenedAt), state('aware', discoveredAt)];
  },
};

const followPhase: ActionRule = {
  on: phaseReached.name,
  act: (fact): Action[] => {
    if (!isFact(phaseReached, fact)) return [];
    const { id, to } = fact.body;
    if (to === 'closed')
      return [{ kind: 'command', command: 'incidents.OpenReview', input: { incident: id } }];
    if (to !== 'contained') return [];
    const input = { incident: id, milestone: 'contained', at: fact.recordedAt };
    return [{ kind: 'command', command: 'incidents.StateMilestone', input }];
  },
};

/** The schedule that is called first where the firm has one of this name. */
const FIRST_ON_CALL = 'primary';

const callOnSuspicion: ActionRule = {
  on: suspected.name,
  act: (fact): Action[] => {
    if (!isFact(suspected, fact)) return [];
    const { id, title, why } = fact.body;
    const text = {
      en: `Verify: real, or a false alarm? ${title}: ${why.en}`.slice(0, 2_000),
      ja: `検証を求む(実際か誤検知か)。${title}: ${why.ja}`.slice(0, 2_000),
    };
    const input = {
      subject: id,
      link: `/console/incidents/${id}`,
      text,
      schedules: [FIRST_ON_CALL],
      roles: ['commander'],
    };
    return [{ kind: 'command', command: 'people.Page', input }];
  },
};

/** Whoever verifies, dismisses or declares has taken it up. */
const endCalls = (on: string): ActionRule => ({
  on,
  act: (fact): Action[] => {
    const { id } = fact.body as { id: string };
    return [{ kind: 'command', command: 'people.EndCalls', input: { subject: id } }];
  },
});

const instructOnRole: ActionRule = {
  on: roleTaken.name,
  act: (fact): Action[] => {
    if (!isFact(roleTaken, fact)) return [];
    const { id, role, principal } = fact.body;
    const text = {
      en: `${ROLE_NAMES[role].en}: ${ROLE_INSTRUCTIONS[role].en}`,
      ja: `${ROLE_NAMES[role].ja}: ${ROLE_INSTRUCTIONS[role].ja}`,
    };
    const input = { principal, subject: id, text, link: `/console/incidents/${id}` };
    return [{ kind: 'command', command: 'people.Tell', input }];
  },
};

export const INCIDENT_ACTIONS: readonly ActionRule[] = [
  signalOnLevel,
  milestonesOnDeclared,
  followPhase,
  callOnSuspicion,
  endCalls(verificationStarted.name),
  endCalls(dismissed.name),
  endCalls(declared.name),
  instructOnRole,
  tell(suspected.name),
  tell(declared.name),
  tell(phaseReached.name),
  tell(roleTaken.name),
  tell(headquartersOpened.name),
  tell(improvementOverdue.name),
  tell(reportPublished.name),
];
