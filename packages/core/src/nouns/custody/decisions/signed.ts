/**
 * What is about to be signed, or was signed, against what was approved: every field, not the hash alone. A difference is
 * recorded and refused; it is how a friendly screen over a hostile transaction shows itself.
 */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import type { Text } from '../../../log/fact.ts';
import { type Ref, ref } from '../../../log/stream.ts';
import { safeTxHash } from '../engine/safe-hash.ts';
import {
  orderSchema,
  signatureRefused,
  transactionSchema,
  transferId,
  transferSigned,
} from '../facts/transfers.ts';
import { addressKey, addressText, amountText, digestText, normalAddress } from '../facts/words.ts';
import { type AddressOwner, addressOwner } from '../views/inventory.ts';
import { type Transfer, transfers } from '../views/transfers.ts';
import { custodyFact, SAYS } from './checks.ts';
import { TRANSFER_STREAM } from './request.ts';

const OUTPUTS_MAX = 20;
/** What a signer read out of the bytes themselves. */
const signingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('safe'), transaction: transactionSchema.options[0], hash: digestText }).strict(),
  z
    .object({
      kind: z.literal('bitcoin'),
      outputs: z
        .array(z.object({ address: addressText, amount: amountText }).strict())
        .min(1)
        .max(OUTPUTS_MAX),
      fee: amountText,
      /** Id of the unsigned transaction. */
      hash: digestText,
    })
    .strict(),
  z.object({ kind: z.literal('instruction'), order: orderSchema, hash: z.string().min(1).max(100) }).strict(),
]);
export type Signing = z.infer<typeof signingSchema>;

export const recordSigned = defineCommand({
  name: 'custody.RecordSigned',
  says: {
    en: 'Record what was signed for a transfer; refused unless it is exactly what was approved.',
    ja: '移転について署名された内容を記録する(承認内容と完全に一致しなければ拒否)。',
  },
  input: z
    .object({
      transfer: transferId,
      digest: digestText,
      chain: z.string().min(1).max(40),
      signing: signingSchema,
      signers: z.array(z.string().min(1).max(100)).max(50),
    })
    .strict(),
  by: ['system'],
  refusals: {
    'no-transfer': SAYS.transfer,
    'wrong-state': SAYS.state,
    'not-as-approved': {
      en: 'It is not what was approved; this is recorded.',
      ja: '承認内容と一致しない(記録済み)。',
    },
  },
  reads: ({ chain, signing }) => ({
    transfers: ref(transfers, 'all'),
    ...(signing.kind === 'bitcoin' ? outputRefs(chain, signing.outputs) : {}),
  }),
  decide: (input, state) => {
    const transfer = state.transfers.transfers.find(({ id }) => id === input.transfer);
    if (transfer === undefined)
      return refuse('no-transfer', `there is no transfer ${input.transfer}`, 'see the list of transfers');
    const owners = state as unknown as Readonly<Record<string, AddressOwner | null>>;
    const why =
      transfer.status === 'approved' || transfer.status === 'requested'
        ? difference(input.digest, input.signing, transfer, (address) => {
            const owner = owners[`output ${address}`];
            return owner?.held === true && owner.wallet === transfer.order.wallet;
          })
        : null;
    if (why !== null)
      return {
        facts: [custodyFact(signatureRefused, TRANSFER_STREAM, { transfer: transfer.id, why })],
        refusal: refuse('not-as-approved', `${why.en} / ${why.ja}`, 'sign nothing; find out who changed it'),
      };
    if (transfer.status !== 'approved')
      return refuse(
        'wrong-state',
        `the transfer is ${transfer.status}`,
        'only an approved transfer is signed',
      );
    const { signers, signing } = input;
    const body = { transfer: transfer.id, digest: transfer.digest, hash: signing.hash, signers };
    return { facts: [custodyFact(transferSigned, TRANSFER_STREAM, body)] };
  },
});

function outputRefs(
  chain: string,
  outputs: readonly { readonly address: string }[],
): Record<never, Ref<unknown>> {
  return Object.fromEntries(
    outputs.map(({ address }) => [
      `output ${normalAddress(address)}`,
      ref(addressOwner, addressKey(chain, address)),
    ]),
  );
}

/** A version with each of the two domains that Safes have had. */
const DOMAINS = ['1.3.0', '1.2.0'] as const;

/** What differs between a signing and the approved transfer, or null. `isChange`: an address of the same wallet. */
export function difference(
  digest: string,
  signing: Signing,
  transfer: Transfer,
  isChange: (address: string) => boolean,
): Text | null {
  const no = (en: string, ja: string): Text => ({ en, ja });
  const { order } = transfer;
  if (digest !== transfer.digest)
    return no('The digest is of another transaction.', 'ダイジェストが別の取引のものです。');
  if (signing.kind !== order.transaction.kind)
    return no(`It is a ${signing.kind} transaction.`, '取引の形式が承認内容と異なります。');
  if (signing.kind === 'instruction')
    return signing.order.destination === order.destination &&
      signing.order.amount === order.amount &&
      signing.order.asset === order.asset &&
      signing.order.wallet === order.wallet &&
      signing.order.transaction.kind === 'instruction' &&
      order.transaction.kind === 'instruction' &&
      signing.order.transaction.reference === order.transaction.reference
      ? null
      : no('The instruction differs.', '指図の内容が異なります。');
  if (signing.kind === 'safe' && order.transaction.kind === 'safe') {
    const { transaction } = signing;
    if (transaction.operation !== 'call') return no('It is a DELEGATECALL.', 'DELEGATECALL です。');
    const approved = order.transaction as unknown as Readonly<Record<string, unknown>>;
    const field = Object.entries(transaction).find(([name, value]) => approved[name] !== value);
    if (field)
      return no(`${field[0]} differs from what was approved.`, `${field[0]} が承認内容と異なります。`);
    // Which domain it is signed under was settled when it was approved.
    const isOfFields = DOMAINS.some((version) => safeTxHash(transaction, version) === signing.hash);
    return isOfFields && signing.hash === transfer.safeTxHash
      ? null
      : no('The hash is not of these fields.', 'ハッシュが取引内容と一致しません。');
  }
  if (signing.kind !== 'bitcoin' || order.transaction.kind !== 'bitcoin')
    return no('It differs.', '内容が異なります。');
  const paid = signing.outputs.filter(({ address }) => normalAddress(address) === order.destination);
  if (paid.length !== 1 || paid[0]?.amount !== order.amount)
    return no(
      'The destination is not paid exactly what was approved.',
      '宛先への支払額が承認内容と一致しません。',
    );
  const stray = signing.outputs.find((one) => one !== paid[0] && !isChange(normalAddress(one.address)));
  if (stray)
    return no(
      `${stray.address} is neither the destination nor change.`,
      '宛先でも釣銭でもない出力があります。',
    );
  return BigInt(signing.fee) <= BigInt(order.transaction.feeMax)
    ? null
    : no('The fee is above what was approved.', '手数料が承認された上限を超えています。');
}
