/** What time does in custody: a waiting policy comes into force, proposals and approvals lapse, controls are read. */
import { z } from 'zod';
import { KEPT_AT_ONCE_MAX } from '../../../kernel/limits.ts';
import { parseTime, SECOND_MS } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { assetRegister, rates } from '../../instruments/views.ts';
import { ledgerTotals } from '../../ledger/views/totals.ts';
import { peopleRegister } from '../../people/views/register.ts';
import { custodyLevelChanges, custodyLevels } from '../controls/list.ts';
import { clockedBreaks, readCustody } from '../controls/read.ts';
import { CLOCKED_EVENTS, limitBroken, limitCured } from '../facts/holdings.ts';
import { transferStopped } from '../facts/transfers.ts';
import { CUSTOMER_BOOK, VALUE_CURRENCY } from '../facts/words.ts';
import { type Breaks, brokenLimits, holdings, unknownAddresses } from '../views/holdings.ts';
import { type Inventory, inventory } from '../views/inventory.ts';
import { limitsOf, policyState, rolesOf } from '../views/policy.ts';
import { safes } from '../views/safes.ts';
import { chainCursors, type Transfers, transfers, unapprovedMovements } from '../views/transfers.ts';
import { custodyFact } from './checks.ts';
import { rejected } from './decide-change.ts';
import { dueRevision } from './policy.ts';
import { TRANSFER_STREAM } from './request.ts';

export const keepCustody = defineCommand({
  name: 'custody.KeepCustody',
  says: {
    en: 'Let time act on custody: policies that come into force, what lapses, what controls read.',
    ja: '時の経過を処理する(ポリシーの発効、失効、統制の読取り)。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  restMs: 5 * SECOND_MS,
  reads: () => ({
    people: ref(peopleRegister, 'all'),
    policy: ref(policyState, 'all'),
    inventory: ref(inventory, 'all'),
    holdings: ref(holdings, 'all'),
    rates: ref(rates, VALUE_CURRENCY),
    assets: ref(assetRegister, 'all'),
    totals: ref(ledgerTotals, CUSTOMER_BOOK),
    unknown: ref(unknownAddresses, 'all'),
    unapproved: ref(unapprovedMovements, 'all'),
    transfers: ref(transfers, 'all'),
    cursors: ref(chainCursors, 'all'),
    safes: ref(safes, 'all'),
    standing: ref(custodyLevels, 'all'),
    breaks: ref(brokenLimits, 'all'),
  }),
  decide: (_, state, ctx) => {
    const due = [
      ...dueRevision(state.policy, ctx.surelyPast),
      ...lapsedChanges(state.inventory, ctx.now),
      ...lapsedTransfers(state.transfers, ctx.now),
    ];
    const isEmpty = Object.keys(state.inventory.wallets).length === 0;
    if (
      isEmpty &&
      Object.keys(state.unknown.addresses).length === 0 &&
      Object.keys(state.standing).length === 0
    )
      return { facts: due };
    const policy = limitsOf(state.policy);
    const nowMs = parseTime(ctx.now);
    const readings = readCustody({ ...state, policy, roles: rolesOf(state.policy), nowMs });
    const broken = clockedBreaks(state.standing, readings);
    return {
      facts: [
        ...due,
        ...custodyLevelChanges(state.standing, readings, ctx.now).slice(0, KEPT_AT_ONCE_MAX),
        ...clocks(state.breaks, broken, ctx.now),
      ],
    };
  },
});

function lapsedChanges({ changes }: Inventory, now: string): NewFact[] {
  return changes
    .filter(({ lapsesAt }) => parseTime(lapsesAt) <= parseTime(now))
    .slice(0, KEPT_AT_ONCE_MAX)
    .map(({ id }) => rejected(id, 'nobody decided it in time / 期限内に決定されなかった', 'time'));
}

function lapsedTransfers({ transfers: all }: Transfers, now: string): NewFact[] {
  return all
    .filter(({ status, expiresAt }) => status === 'requested' && parseTime(expiresAt) <= parseTime(now))
    .slice(0, KEPT_AT_ONCE_MAX)
    .map(({ id }) => {
      const reason = 'not approved in time / 期限内に承認されなかった';
      return custodyFact(transferStopped, TRANSFER_STREAM, { transfer: id, reason, how: 'time' });
    });
}

/** A clock starts when a limit breaks and ends when it is kept again, whatever happened to levels in between. */
function clocks(before: Breaks, broken: ReturnType<typeof clockedBreaks>, now: string): NewFact[] {
  return CLOCKED_EVENTS.flatMap((event) => {
    const subjects = broken.get(event);
    if ((subjects === undefined) === (before[event] === undefined)) return [];
    const reference = `${event}: ${(subjects ?? ['all']).join(', ')}`.slice(0, 500);
    const def = subjects === undefined ? limitCured : limitBroken;
    return [custodyFact(def, 'limits', { event, at: now, reference })];
  });
}
