/**
 * Asking for a transfer. The transaction is decoded and held against what is asked, the policy decides, and the digest
 * of exactly this is what approvers will name. A denial is recorded: somebody tried.
 */
import { z } from 'zod';
import { assert } from '../../../kernel/assert.ts';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import { type Decided, type DecisionContext, defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import type { Asset } from '../../instruments/facts.ts';
import { assetRegister, type Rates, rates } from '../../instruments/views.ts';
import { peopleRegister } from '../../people/views/register.ts';
import { addressProblem } from '../engine/address.ts';
import { type Decision, decideTransfer } from '../engine/decide.ts';
import { decodeOrder, type Problem, transactionProblem } from '../engine/decode.ts';
import { bandOf } from '../engine/loosening.ts';
import { sumSince } from '../engine/sums.ts';
import type { Band, Policy } from '../facts/policy.ts';
import { type Order, orderSchema, transferDenied, transferRequested } from '../facts/transfers.ts';
import { addressKey, normalAddress, reasonText, VALUE_CURRENCY } from '../facts/words.ts';
import { type Answered, answerKey, gateAnswer } from '../views/gate.ts';
import {
  type AddressOwner,
  addressOwner,
  destinationKey,
  inventory,
  type KnownWallet,
  type ListedDestination,
  listedDestination,
} from '../views/inventory.ts';
import { policyState } from '../views/policy.ts';
import { type Safes, safes } from '../views/safes.ts';
import {
  isOpen,
  TRANSFERS_OPEN_MAX,
  type TransferSums,
  transferSums,
  transfers,
} from '../views/transfers.ts';
import { chainKindOf, custodyFact, dutyProblem, SAYS } from './checks.ts';
import { ASKED_ALREADY, askedAlready, withdrawalProblem } from './held-withdrawal.ts';
import { NONCE_USED, nonceProblem, type SafeWorld, safeLines, safeOfOrder } from './safe-checks.ts';
import { compiledOf, destinationState, freshValue, isOurs } from './withdrawal.ts';

export const TRANSFER_STREAM = 'transfers';

/** What judging a transfer needs to know. */
export type TransferWorld = SafeWorld & {
  readonly policy: Policy;
  readonly wallet: KnownWallet;
  readonly asset: Asset;
  readonly owner: AddressOwner | null;
  readonly listed: ListedDestination | null;
  readonly safe: AddressOwner | null;
  /** What the gate answered to the withdrawal that is to be paid. */
  readonly asked: Answered | null;
  readonly rates: Rates;
  readonly sums: TransferSums;
};
type Moment = Pick<DecisionContext, 'now' | 'surelyPast'>;
export type Judged =
  | { readonly problem: Problem }
  | { readonly problem: null; readonly decision: Decision; readonly value: bigint; readonly band: Band };

/** A transfer against its own bytes and the policy as it stands now. */
export function judgeTransfer(order: Order, world: TransferWorld, moment: Moment): Judged {
  const [nowMs, pastMs] = [parseTime(moment.now), parseTime(moment.surelyPast)];
  const { policy, wallet, asset } = world;
  const { transaction } = order;
  const safes = transaction.kind === 'safe' && isOf(world.safe, wallet) ? [transaction.safe] : [];
  const problem = transactionProblem(order, wallet.wallet, asset, safes, policy.contracts);
  if (problem) return { problem };
  const notHeld = withdrawalProblem(order, wallet.wallet.chain, world.asked);
  if (notHeld) return { problem: notHeld };
  const amount = BigInt(order.amount);
  const value = freshValue(amount, asset, world.rates, policy.ratesStaleMs, nowMs);
  if (value === null)
    return {
      problem: { rule: 'no-rate', why: { en: 'There is no fresh rate.', ja: '新しい評価レートがない。' } },
    };
  const isCall = policy.contracts.some(
    (one) => transaction.kind === 'safe' && transaction.data !== '0x' && one.address === order.destination,
  );
  const state = destinationState(
    world.owner,
    world.inventory.wallets,
    world.listed,
    policy.coolOffMs,
    pastMs,
  );
  const ask = {
    path: 'transfer' as const,
    atMs: pastMs,
    asset: order.asset,
    chain: wallet.wallet.chain,
    wallet: wallet.wallet.id,
    customer: order.withdrawal?.customer ?? null,
    counterpart: world.listed?.counterpart ?? null,
    destination: order.destination,
    // A contract on the policy's list has been approved by two people, as a destination is.
    destinationIs: isCall && state === 'unknown' ? ('listed' as const) : state,
    amount,
    value,
  };
  const decision = decideTransfer(compiledOf(policy), ask, (name, since) => {
    const row = Object.hasOwn(world.sums.sums, name) ? world.sums.sums[name] : undefined;
    return sumSince(row ?? [], since);
  });
  if (decision.decision === 'deny') return { problem: { rule: decision.rule, why: decision.reason } };
  const last = policy.bands.at(-1);
  assert(last, 'a policy has a band');
  // What a rule holds, and a call whose worth nobody can say, is not let go by fewer people than the top band asks for.
  const band =
    decision.decision === 'hold' || isCall ? last : bandOf(policy.bands, decision.valueToDestination);
  return { problem: null, decision, value, band };
}

const isOf = (owner: AddressOwner | null, { wallet }: KnownWallet): boolean =>
  owner?.held === true && owner.wallet === wallet.id;

function knownAs({ owner, inventory: { wallets } }: TransferWorld): string {
  if (isOurs(owner, wallets)) return owner?.wallet ?? '';
  return owner?.held ? `${owner.wallet}, which is retired` : 'not on any list';
}

const safeOf = ({ transaction }: Order): string => (transaction.kind === 'safe' ? transaction.safe : '-');

/** Views about an order on a chain, under the names that `TransferWorld` has. */
export const orderReads = (order: Order, chain: string) => ({
  people: ref(peopleRegister, 'all'),
  policy: ref(policyState, 'all'),
  inventory: ref(inventory, 'all'),
  assets: ref(assetRegister, 'all'),
  rates: ref(rates, VALUE_CURRENCY),
  sums: ref(transferSums, 'all'),
  transfers: ref(transfers, 'all'),
  owner: ref(addressOwner, addressKey(chain, order.destination)),
  listed: ref(
    listedDestination,
    destinationKey(order.withdrawal?.customer ?? null, chain, order.destination),
  ),
  // No withdrawal has an empty id.
  asked: ref(gateAnswer, answerKey(order.withdrawal?.id ?? '')),
  safe: ref(addressOwner, addressKey(chain, safeOf(order))),
  safes: ref(safes, 'all'),
});

const requestInput = z
  .object({ chain: z.string().min(1).max(40), order: orderSchema, reason: reasonText })
  .strict();

export const requestTransfer = defineCommand({
  name: 'custody.RequestTransfer',
  says: {
    en: 'Ask for a transfer with the exact transaction that will be signed. Others must approve it.',
    ja: '署名対象の取引そのものを添えて移転を申請する(別の者の承認が必要)。',
  },
  input: requestInput,
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-wallet': SAYS.wallet,
    'no-asset': SAYS.asset,
    'no-policy': {
      en: 'There is no policy: everything is denied.',
      ja: 'ポリシーがなく、すべて拒否される。',
    },
    'bad-address': { en: 'An address cannot be one.', ja: 'アドレスとして成立しない。' },
    'too-many': { en: 'There are too many.', ja: '件数の上限に達している。' },
    'asked-already': ASKED_ALREADY,
    'nonce-used': NONCE_USED,
    'policy-denied': { en: 'The policy denies this transfer.', ja: 'ポリシーがこの移転を拒否する。' },
  },
  reads: ({ order, chain }) => orderReads(order, chain),
  decide: (input, state, ctx) => {
    const order = { ...input.order, destination: normalAddress(input.order.destination) };
    const wallet = state.inventory.wallets[order.wallet];
    const asset = state.assets.assets[order.asset];
    const { policy } = state.policy;
    const no = dutyProblem(state.people, state.policy, ctx.actor.id, 'request', ctx.now);
    if (no) return no;
    if (wallet === undefined || wallet.retiredAt !== null || wallet.wallet.chain !== input.chain)
      return refuse(
        'no-wallet',
        `order.wallet: there is no wallet ${order.wallet} on ${input.chain}`,
        'see the inventory',
      );
    if (asset === undefined)
      return refuse(
        'no-asset',
        `order.asset: there is no asset ${order.asset}`,
        'instruments.DefineAsset first',
      );
    if (policy === null) return refuse('no-policy', 'no policy is in force', 'custody.ProposePolicy first');
    const problem = addressProblem(input.order.destination, chainKindOf(wallet.wallet.kind), input.chain);
    if (problem)
      return refuse(
        'bad-address',
        `order.destination: ${problem.en}`,
        'copy it again from where it was issued',
      );
    if (state.transfers.transfers.filter(isOpen).length >= TRANSFERS_OPEN_MAX)
      return refuse('too-many', `${TRANSFERS_OPEN_MAX} transfers are open`, 'settle or stop some first');
    const taken = askedAlready(order, state.transfers) ?? nonceProblem(order, input.chain, state.safes);
    if (taken) return taken;
    const world = { ...state, policy, wallet, asset };
    return requested(order, judgeTransfer(order, world, ctx), world, input.reason, ctx);
  },
});

function requested(
  order: Order,
  judged: Judged,
  world: TransferWorld,
  reason: string,
  ctx: DecisionContext,
): Decided | Refused {
  const transfer = ctx.newId();
  if (judged.problem) return denied(transfer, order, judged.problem, 'request');
  const { decision, value, band } = judged;
  const { wallet } = world.wallet;
  const name = world.listed?.name ?? knownAs(world);
  const { digest, safeTxHash, shown } = decodeOrder(transfer, order, wallet, world.asset, name, {
    version: versionOf(order, wallet.chain, world.safes),
    lines: safeLines(order, wallet.chain, world),
  });
  const body = {
    transfer,
    order,
    chain: wallet.chain,
    digest,
    safeTxHash,
    value: String(value),
    quorum: band.quorum,
    callBack: band.callBack,
    rule: decision.rule,
    shown,
    reason,
    expiresAt: isoOf(parseTime(ctx.now) + world.policy.approveWithinMs),
  };
  return {
    facts: [custodyFact(transferRequested, TRANSFER_STREAM, body)],
    result: {
      transfer,
      digest,
      safeTxHash,
      quorum: band.quorum,
      callBack: band.callBack,
      rule: decision.rule,
    },
  };
}

/** What the Safe of an order says that it is; null where it was never read. */
export const versionOf = (order: Order, chain: string, known: Safes): string | null =>
  safeOfOrder(order, chain, known)?.observed?.state.version ?? null;

/** A no that is itself recorded. */
export function denied(
  transfer: string,
  order: Order,
  { rule, why }: Problem,
  stage: 'request' | 'approval',
): Decided {
  return {
    facts: [custodyFact(transferDenied, TRANSFER_STREAM, { transfer, order, rule, why, stage })],
    refusal: refuse(
      'policy-denied',
      `${rule}: ${why.en} / ${why.ja}`,
      'ask for what the policy allows, or change it',
    ),
  };
}
