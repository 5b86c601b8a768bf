/**
 * Changing the inventory: one person proposes, another approves the digest of exactly that. There is no shorter way,
 * also not for the first wallet or for taking one off.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { DAY_MS, isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import { type DecisionContext, defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { peopleRegister } from '../../people/views/register.ts';
import { addressProblem } from '../engine/address.ts';
import {
  CHANGES_OPEN_MAX,
  type Change,
  CUSTODIANS_MAX,
  changeProposed,
  changeSchema,
  KEYS_MAX,
  WALLETS_MAX,
} from '../facts/inventory.ts';
import { normalAddress, reasonText } from '../facts/words.ts';
import { type Holdings, holdings } from '../views/holdings.ts';
import { ADDRESSES_SHOWN_MAX, type Inventory, inventory, type KnownWallet } from '../views/inventory.ts';
import { policyState } from '../views/policy.ts';
import { custodyFact, digestOf, dutyProblem, SAYS, secretProblem } from './checks.ts';

/** A proposal that nobody decides lapses, and its addresses are free again. */
const CHANGE_LAPSES_MS = 7 * DAY_MS;
export const INVENTORY_STREAM = 'inventory';

export const inventoryReads = () => ({
  people: ref(peopleRegister, 'all'),
  policy: ref(policyState, 'all'),
  inventory: ref(inventory, 'all'),
  holdings: ref(holdings, 'all'),
});
const REFUSALS = { 'no-duty': SAYS.duty, 'secret-material': SAYS.secret } as const;

export const proposeChange = defineCommand({
  name: 'custody.ProposeChange',
  says: {
    en: 'Propose a wallet, key, custodian or destination, or its end. Somebody else must approve it.',
    ja: 'ウォレット、鍵、受託先、送付先の登録または廃止を提案する(別の者の承認が必要)。',
  },
  input: z
    .object({ content: changeSchema, reason: reasonText })
    .strict()
    .refine(({ content }) => content.kind !== 'addresses', {
      error: 'addresses are proposed with custody.ProposeAddresses',
      path: ['content'],
    }),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'bad-change': { en: 'The change does not fit the inventory.', ja: '台帳と整合しない変更である。' },
    'too-many': { en: 'There are too many.', ja: '件数の上限に達している。' },
  },
  reads: inventoryReads,
  decide: ({ content: given, reason }, state, ctx) => {
    const content = withNormalAddress(given);
    const no =
      dutyProblem(state.people, state.policy, ctx.actor.id, 'inventory', ctx.now) ??
      secretProblem({ content: given, reason } as unknown as JsonValue) ??
      changeProblem(content, given, state.inventory, state.holdings);
    if (no) return no;
    const { fact, id, digest } = proposal(content, digestOf('custody-change', content), reason, ctx);
    return { facts: [fact], result: { change: id, digest } };
  },
});

function withNormalAddress(content: Change): Change {
  if (content.kind === 'destination') {
    const { destination } = content;
    return { ...content, destination: { ...destination, address: normalAddress(destination.address) } };
  }
  if (content.kind !== 'retire-destination') return content;
  return { ...content, address: normalAddress(content.address) };
}

/** A proposal of this content under a new id. */
export function proposal(content: Change, digest: string, reason: string, ctx: DecisionContext) {
  const id = ctx.newId();
  const lapsesAt = isoOf(parseTime(ctx.now) + CHANGE_LAPSES_MS);
  return {
    id,
    digest,
    fact: custodyFact(changeProposed, INVENTORY_STREAM, { change: id, content, digest, reason, lapsesAt }),
  };
}

/** Why a change does not fit the inventory as it stands, or null. */
export function changeProblem(
  content: Change,
  given: Change,
  known: Inventory,
  held: Holdings,
): Refused | null {
  const bad = (message: string, fix: string): Refused => refuse('bad-change', message, fix);
  const full = (what: string, most: number): Refused =>
    refuse('too-many', `there are ${most} ${what}`, 'decide or retire some first');
  if (known.changes.length >= CHANGES_OPEN_MAX) return full('open proposals', CHANGES_OPEN_MAX);
  if (content.kind === 'key' && !(content.key.id in known.keys) && Object.keys(known.keys).length >= KEYS_MAX)
    return full('keys', KEYS_MAX);
  if (content.kind === 'custodian' && Object.keys(known.custodians).length >= CUSTODIANS_MAX)
    return full('custodians', CUSTODIANS_MAX);
  if (content.kind === 'wallet') {
    const isNew = !(content.wallet.id in known.wallets);
    if (isNew && Object.keys(known.wallets).length >= WALLETS_MAX) return full('wallets', WALLETS_MAX);
    return walletProblem(content.wallet, known);
  }
  if (content.kind === 'retire') {
    const group = { wallet: known.wallets, key: known.keys, custodian: known.custodians }[content.what];
    if (!(content.id in group))
      return bad(`id: there is no ${content.what} ${content.id}`, 'see the inventory');
    const user = Object.values(known.wallets).find(
      ({ wallet, retiredAt }) =>
        retiredAt === null &&
        ((content.what === 'key' && wallet.keys.includes(content.id)) ||
          (content.what === 'custodian' && wallet.custodian === content.id)),
    );
    const coin = content.what === 'wallet' ? heldIn(held, content.id) : null;
    if (coin !== null)
      return bad(
        `id: ${content.id} still holds ${coin}`,
        'move it first; a wallet that cannot be emptied stays in the inventory and counts',
      );
    if (user)
      return bad(`id: wallet ${user.wallet.id} uses ${content.id}`, 'alter or retire that wallet first');
  }
  if (content.kind === 'safe-state') return safeStateProblem(content, known);
  if (given.kind === 'destination') {
    const problem = addressProblem(
      given.destination.address,
      kindByForm(given.destination.address),
      given.destination.chain,
    );
    if (problem) return bad(`destination.address: ${problem.en}`, 'copy it again from where it was issued');
  }
  return null;
}

/** An asset of which something lies in the wallet, as last read. */
function heldIn({ wallets }: Holdings, wallet: string): string | null {
  const [asset] = Object.entries(wallets[wallet] ?? {}).find(([, { amount }]) => BigInt(amount) > 0n) ?? [];
  return asset ?? null;
}

/** A wallet of Safes has no more addresses than are read and judged, each of them. */
export function tooManySafes({ wallet, addressCount }: KnownWallet, more: number): Refused | null {
  if (!wallet.safe || addressCount + more <= ADDRESSES_SHOWN_MAX) return null;
  return refuse(
    'too-many',
    `wallet: ${wallet.id} is a wallet of Safes, ${ADDRESSES_SHOWN_MAX} at most`,
    'register another wallet for the others',
  );
}

/** A state that could not be told from another one is not accepted. Whose the address is, the reader asks again. */
function safeStateProblem(
  { wallet, chain, address, state }: Extract<Change, { kind: 'safe-state' }>,
  { wallets }: Inventory,
): Refused | null {
  const of = wallets[wallet];
  if (of === undefined || of.retiredAt !== null || !of.wallet.safe || of.wallet.chain !== chain)
    return refuse(
      'bad-change',
      `wallet: ${wallet} is no Safe on ${chain}`,
      'declare the wallet as a Safe first',
    );
  if (!of.addresses.includes(address))
    return refuse(
      'bad-change',
      `address: ${address} is none of ${wallet}`,
      'see the addresses of the wallet',
    );
  if (!state.whole || state.code === null || state.singletonCode === null)
    return refuse(
      'bad-change',
      'state: it is not a whole Safe',
      'only a Safe that was read to its end is accepted',
    );
  return null;
}

/** What an address looks like decides how it is checked: a chain may be one that no wallet of ours is on. */
const kindByForm = (address: string) =>
  /^0x/i.test(address) ? 'evm' : /^(bc|tb|bcrt)1/i.test(address) ? 'bitcoin' : 'other';

function walletProblem(
  { id, kind, chain, chainId, keys, quorum, custodian, safe }: Extract<Change, { kind: 'wallet' }>['wallet'],
  known: Inventory,
): Refused | null {
  const bad = (message: string, fix: string): Refused => refuse('bad-change', message, fix);
  const before = known.wallets[id]?.wallet;
  if (before && (before.chain !== chain || before.kind !== kind))
    return bad(
      `wallet.chain: ${id} is a ${before.kind} wallet on ${before.chain}`,
      'register another wallet',
    );
  const unknown = keys.find((key) => !(key in known.keys));
  if (unknown) return bad(`wallet.keys: there is no key ${unknown}`, 'register the key first');
  if (new Set(keys).size !== keys.length) return bad('wallet.keys: a key stands twice', 'name each key once');
  if (custodian !== null && !(custodian in known.custodians))
    return bad(`wallet.custodian: there is no custodian ${custodian}`, 'register the custodian first');
  const isOurs = kind === 'evm' || kind === 'bitcoin';
  if (isOurs && (custodian !== null || keys.length === 0 || quorum < 1 || quorum > keys.length))
    return bad(
      `wallet.quorum: ${quorum} of ${keys.length} keys`,
      'a wallet of our own names its keys and a quorum from 1 to their number, and no custodian',
    );
  if (!isOurs && (custodian === null || keys.length > 0 || quorum !== 0))
    return bad('wallet.custodian: who holds it is not said', 'name the custodian, no keys, and quorum 0');
  if (safe && (kind !== 'evm' || custodian !== null))
    return bad('wallet.safe: a Safe is a wallet of our own on an EVM chain', 'set it to false');
  const { addressCount = 0 } = known.wallets[id] ?? {};
  if (safe && addressCount > ADDRESSES_SHOWN_MAX)
    return bad(
      `wallet.safe: ${id} has ${addressCount} addresses, a wallet of Safes has ${ADDRESSES_SHOWN_MAX} at most`,
      'register the Safes as wallets of their own',
    );
  if ((kind === 'evm') !== (chainId !== null))
    return bad('wallet.chainId: EVM wallets have one, others none', 'give the EIP-155 chain id, or null');
  return null;
}
