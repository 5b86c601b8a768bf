/** Deciding proposals of the inventory: by somebody else, who names the digest of what they were shown. */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { addressesReleased, changeApproved, changeRejected } from '../facts/inventory.ts';
import { digestText, reasonText } from '../facts/words.ts';
import type { Holdings } from '../views/holdings.ts';
import { claimedAddresses, type Inventory, type OpenChange } from '../views/inventory.ts';
import { batchFacts, settledAddresses } from './addresses.ts';
import { changeProblem, INVENTORY_STREAM, inventoryReads, tooManySafes } from './changes.ts';
import { custodyFact, dutyProblem, SAYS, staleDigest } from './checks.ts';

const NO_CHANGE = { en: 'No open proposal has this id.', ja: 'この ID の未決の提案はない。' };
const decideReads = ({ change }: { change: string }) => ({
  ...inventoryReads(),
  claims: ref(claimedAddresses, change),
});
const noChange = (id: string): Refused =>
  refuse('no-change', `there is no open proposal ${id}`, 'see the open proposals of the inventory');

export const approveChange = defineCommand({
  name: 'custody.ApproveChange',
  says: {
    en: 'Approve somebody else’s proposal by the digest of what you were shown. It holds at once.',
    ja: '他者の提案を、表示された内容のダイジェストを指定して承認する(直ちに有効)。',
  },
  input: z.object({ change: z.string().min(1).max(40), digest: digestText }).strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-change': NO_CHANGE,
    'own-work': SAYS.own,
    'stale-digest': SAYS.digest,
    'bad-change': { en: 'The change does not fit the inventory.', ja: '台帳と整合しない変更である。' },
  },
  reads: decideReads,
  decide: ({ change, digest }, state, ctx) => {
    const open = state.inventory.changes.find(({ id }) => id === change);
    if (open === undefined || parseTime(open.lapsesAt) <= parseTime(ctx.now)) return noChange(change);
    const no =
      dutyProblem(state.people, state.policy, ctx.actor.id, 'inventory', ctx.now) ??
      (open.proposer === ctx.actor.id
        ? refuse('own-work', `${open.proposer} proposed it`, 'ask somebody else who has the role')
        : null) ??
      staleDigest(digest, open.digest) ??
      // What it stands on may have gone since it was proposed.
      stillFits(open, state.inventory, state.holdings);
    if (no) return no;
    const { content, proposer } = open;
    return {
      facts: [
        ...settledAddresses(open.id, content, state.claims),
        custodyFact(changeApproved, INVENTORY_STREAM, { change, content, digest, proposer }),
      ],
      result: { change },
    };
  },
});

function stillFits({ content }: OpenChange, known: Inventory, held: Holdings): Refused | null {
  if (content.kind !== 'addresses') return changeProblem(content, content, { ...known, changes: [] }, held);
  const wallet = known.wallets[content.wallet];
  if (wallet?.retiredAt === null) {
    const many = tooManySafes(wallet, content.count);
    return many && refuse('bad-change', many.message, many.fix);
  }
  return refuse('bad-change', `wallet: ${content.wallet} is retired`, 'reject the proposal');
}

export const rejectChange = defineCommand({
  name: 'custody.RejectChange',
  says: {
    en: 'Turn a proposal down, or take your own back.',
    ja: '提案を却下する、または自分の提案を取り下げる。',
  },
  input: z.object({ change: z.string().min(1).max(40), reason: reasonText }).strict(),
  by: ['operator'],
  refusals: { 'no-duty': SAYS.duty, 'no-change': NO_CHANGE },
  reads: inventoryReads,
  decide: ({ change, reason }, state, ctx) => {
    const open = state.inventory.changes.find(({ id }) => id === change);
    if (open === undefined) return noChange(change);
    const no = dutyProblem(state.people, state.policy, ctx.actor.id, 'inventory', ctx.now);
    return no ?? { facts: [rejected(change, reason, 'person')] };
  },
});

export const rejected = (change: string, reason: string, how: 'person' | 'time'): NewFact =>
  custodyFact(changeRejected, INVENTORY_STREAM, { change, reason, how });

/** Runs by itself once a proposal of addresses is turned down or lapsed. */
export const releaseAddresses = defineCommand({
  name: 'custody.ReleaseAddresses',
  says: { en: 'Free the addresses of a proposal that is over.', ja: '終了した提案のアドレスを解放する。' },
  input: z.object({ change: z.string().min(1).max(40) }).strict(),
  by: ['system'],
  refusals: {},
  reads: decideReads,
  decide: ({ change }, state) => {
    const isOpen = state.inventory.changes.some(({ id }) => id === change);
    if (isOpen || state.claims === null) return { facts: [] };
    return { facts: batchFacts(addressesReleased, change, state.claims) };
  },
});
