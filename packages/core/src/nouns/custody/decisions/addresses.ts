/** Addresses of a wallet, in bulk: claimed when proposed, so that no two wallets can have one, and added when approved. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { type Ref, ref } from '../../../log/stream.ts';
import { addressProblem, kindAtCustodian } from '../engine/address.ts';
import {
  ADDRESSES_PER_COMMAND_MAX,
  ADDRESSES_PER_FACT_MAX,
  addressesAdded,
  addressesClaimed,
  CHANGES_OPEN_MAX,
  type Change,
} from '../facts/inventory.ts';
import { addressKey, addressText, normalAddress, reasonText, slug } from '../facts/words.ts';
import { type AddressOwner, addressOwner, type Claims, type Inventory } from '../views/inventory.ts';
import { INVENTORY_STREAM, inventoryReads, proposal, tooManySafes } from './changes.ts';
import { chainKindOf, custodyFact, digestOf, dutyProblem, SAYS, secretProblem } from './checks.ts';

const addressRefs = (
  addresses: readonly string[],
  keyOf: (address: string) => string,
): Record<never, Ref<unknown>> =>
  Object.fromEntries(addresses.map((address) => [`address ${address}`, ref(addressOwner, keyOf(address))]));

export const proposeAddresses = defineCommand({
  name: 'custody.ProposeAddresses',
  says: {
    en: 'Propose addresses of a wallet, up to 10,000 at once. Somebody else must approve them.',
    ja: 'ウォレットのアドレスを提案する(一度に1万件まで。別の者の承認が必要)。',
  },
  input: z
    .object({
      wallet: slug,
      chain: slug,
      addresses: z.array(addressText).min(1).max(ADDRESSES_PER_COMMAND_MAX),
      reason: reasonText,
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'secret-material': SAYS.secret,
    'no-wallet': SAYS.wallet,
    'bad-address': { en: 'An address cannot be one.', ja: 'アドレスとして成立しない。' },
    'address-taken': {
      en: 'An address belongs to a wallet, or is proposed for one.',
      ja: 'アドレスが既に登録済みか提案中である。',
    },
    'too-many': { en: 'There are too many.', ja: '件数の上限に達している。' },
  },
  reads: ({ chain, addresses }) => ({
    ...inventoryReads(),
    ...addressRefs(addresses, (address) => addressKey(chain, address)),
  }),
  decide: (input, state, ctx) => {
    const no =
      dutyProblem(state.people, state.policy, ctx.actor.id, 'inventory', ctx.now) ??
      secretProblem(input as unknown as JsonValue) ??
      addressesProblem(
        input,
        state.inventory,
        state as unknown as Readonly<Record<string, AddressOwner | null>>,
      );
    if (no) return no;
    const { wallet, chain } = input;
    const addresses = input.addresses.map(normalAddress);
    const content = { kind: 'addresses' as const, wallet, count: addresses.length };
    const digest = digestOf('custody-change', { ...content, chain, addresses });
    const { fact, id } = proposal(content, digest, input.reason, ctx);
    const claims = batchFacts(addressesClaimed, id, { wallet, chain, addresses });
    return { facts: [fact, ...claims], result: { change: id, digest } };
  },
});

function addressesProblem(
  { wallet, chain, addresses }: { wallet: string; chain: string; addresses: readonly string[] },
  known: Inventory,
  owners: Readonly<Record<string, AddressOwner | null>>,
): Refused | null {
  const of = known.wallets[wallet];
  if (of === undefined || of.retiredAt !== null || of.wallet.chain !== chain)
    return refuse('no-wallet', `wallet: there is no wallet ${wallet} on ${chain}`, 'see the inventory');
  if (known.changes.length >= CHANGES_OPEN_MAX)
    return refuse('too-many', `there are ${CHANGES_OPEN_MAX} open proposals`, 'decide some first');
  const many = tooManySafes(of, addresses.length);
  if (many) return many;
  const seen = new Set<string>();
  for (const [n, address] of addresses.entries()) {
    const kind =
      of.wallet.kind === 'custodian' ? kindAtCustodian(address, chain) : chainKindOf(of.wallet.kind);
    const problem = addressProblem(address, kind, chain);
    if (problem)
      return refuse('bad-address', `addresses.${n}: ${problem.en}`, 'copy it again from the device');
    const normal = normalAddress(address);
    const owner = owners[`address ${address}`];
    if (owner || seen.has(normal))
      return refuse(
        'address-taken',
        `addresses.${n}: ${address} ${owner ? `is ${owner.held ? 'of' : 'proposed for'} wallet ${owner.wallet}` : 'stands twice'}`,
        'an address belongs to one wallet only: find out which',
      );
    seen.add(normal);
  }
  return null;
}

function batches(addresses: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let n = 0; n < addresses.length; n += ADDRESSES_PER_FACT_MAX)
    found.push(addresses.slice(n, n + ADDRESSES_PER_FACT_MAX));
  return found;
}

/** The addresses of an approved proposal, as added. */
export function settledAddresses(id: string, content: Change, claims: Claims): NewFact[] {
  return content.kind === 'addresses' && claims !== null ? batchFacts(addressesAdded, id, claims) : [];
}

/** One fact for so many addresses as fit. */
export function batchFacts(
  def: typeof addressesAdded,
  change: string,
  { wallet, chain, addresses }: NonNullable<Claims>,
): NewFact[] {
  return batches(addresses).map((batch) =>
    custodyFact(def, INVENTORY_STREAM, { change, wallet, chain, addresses: batch }),
  );
}
