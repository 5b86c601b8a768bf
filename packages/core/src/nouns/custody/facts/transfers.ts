/**
 * What can have happened to a transfer: requested with its exact transaction, approved by people who name its digest,
 * signed, seen on chain; or denied, stopped, lapsed. And what was seen on chain that nobody had approved.
 */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { customerId, withdrawalId } from './gate.ts';
import {
  addressText,
  amountText,
  bilingual,
  digestText,
  evmAddress,
  hexText,
  isoTime,
  principalId,
  reasonText,
  slug,
  valueText,
} from './words.ts';

export const transferId = z.string().min(1).max(40);
const CALL_DATA_CHARS_MAX = 20_000;

/** What will be signed. For a Safe: the fields of SafeTx; gas refunds are not offered, for they pay somebody. */
export const transactionSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('safe'),
      chainId: z.int().positive(),
      safe: evmAddress,
      to: evmAddress,
      value: amountText,
      data: hexText.max(CALL_DATA_CHARS_MAX),
      operation: z.enum(['call', 'delegatecall']),
      nonce: z.int().nonnegative(),
    })
    .strict(),
  z.object({ kind: z.literal('bitcoin'), feeMax: amountText }).strict(),
  /** A typed instruction to a custodian or bank. */
  z.object({ kind: z.literal('instruction'), reference: z.string().min(1).max(200) }).strict(),
  /** What cannot be decoded; it is here so that asking for it is denied by name. */
  z.object({ kind: z.enum(['raw', 'typed-data']), data: z.string().max(CALL_DATA_CHARS_MAX) }).strict(),
]);
export type Transaction = z.infer<typeof transactionSchema>;

const heldWithdrawal = z.object({ id: withdrawalId, customer: customerId }).strict();

export const orderSchema = z
  .object({
    wallet: slug,
    asset: assetId,
    amount: amountText,
    destination: addressText,
    transaction: transactionSchema,
    /** The withdrawal of a customer that the gate holds and this transfer pays; its list of destinations counts. */
    withdrawal: heldWithdrawal.optional(),
  })
  .strict();
export type Order = z.infer<typeof orderSchema>;

/** What each signer is shown: label and value, nothing that the transaction does not say. */
export const shownSchema = z
  .array(z.object({ label: bilingual, value: z.string().max(500) }).strict())
  .max(40);
export type Shown = z.infer<typeof shownSchema>;

const named = { transfer: transferId };

export const transferRequested = defineFact({
  name: 'custody.TransferRequested',
  version: 1,
  schema: z
    .object({
      ...named,
      order: orderSchema,
      chain: slug,
      /** Of the exact decoded transaction: what approvers name. */
      digest: digestText,
      /** What a Safe's owners sign; null for other kinds. */
      safeTxHash: digestText.nullable(),
      value: valueText,
      quorum: z.int().positive(),
      callBack: z.boolean(),
      rule: z.string().max(60),
      shown: shownSchema,
      reason: reasonText,
      expiresAt: isoTime,
    })
    .strict(),
  says: { en: 'A transfer was requested; it waits for approvals.', ja: '移転が申請され、承認待ちとなった。' },
});

export const transferDenied = defineFact({
  name: 'custody.TransferDenied',
  version: 1,
  schema: z
    .object({
      ...named,
      order: orderSchema,
      rule: z.string().max(60),
      why: bilingual,
      stage: z.enum(['request', 'approval']),
    })
    .strict(),
  says: { en: 'The policy denied a transfer.', ja: 'ポリシーにより移転が拒否された。' },
});

const step = { ...named, digest: digestText };

export const approvalGiven = defineFact({
  name: 'custody.TransferEndorsed',
  version: 1,
  schema: z.object(step).strict(),
  says: { en: 'A person approved a transfer by its digest.', ja: '移転がダイジェスト指定で承認された。' },
});

export const calledBack = defineFact({
  name: 'custody.CallBackConfirmed',
  version: 1,
  schema: z.object({ ...step, spokeWith: z.string().min(1).max(200), note: reasonText }).strict(),
  says: {
    en: 'Somebody called back on a known line and heard the transfer confirmed.',
    ja: '既知の連絡先への折返しで移転が確認された。',
  },
});

export const transferApproved = defineFact({
  name: 'custody.TransferApproved',
  version: 1,
  schema: z
    .object({
      ...step,
      wallet: slug,
      asset: assetId,
      amount: amountText,
      value: valueText,
      chain: slug,
      destination: addressText,
      withdrawal: heldWithdrawal.optional(),
    })
    .strict(),
  says: { en: 'A transfer has every approval; it may be signed.', ja: '移転の承認がそろい、署名できる。' },
});

export const transferStopped = defineFact({
  name: 'custody.TransferStopped',
  version: 1,
  schema: z.object({ ...named, reason: reasonText, how: z.enum(['person', 'time']) }).strict(),
  says: { en: 'A transfer was stopped, or lapsed.', ja: '移転が止められたか、失効した。' },
});

export const transferSigned = defineFact({
  name: 'custody.TransferSigned',
  version: 1,
  schema: z
    .object({
      ...step,
      hash: z.string().min(1).max(100),
      signers: z.array(z.string().min(1).max(100)).max(50),
    })
    .strict(),
  says: { en: 'What was signed is what was approved.', ja: '承認どおりの内容が署名された。' },
});

export const signatureRefused = defineFact({
  name: 'custody.SignatureRefused',
  version: 1,
  schema: z.object({ ...named, why: bilingual }).strict(),
  says: {
    en: 'What was about to be signed, or was signed, is not what was approved.',
    ja: '署名対象が承認内容と一致しなかった。',
  },
});

export const movementSchema = z
  .object({
    chain: slug,
    transaction: z.string().min(1).max(100),
    /** Index of the output or log within the transaction. */
    index: z.int().nonnegative(),
    from: addressText,
    to: addressText,
    asset: assetId,
    amount: amountText,
    at: isoTime,
    transfer: transferId.nullable(),
    withdrawal: z.string().min(1).max(100).nullable(),
  })
  .strict();
export type Movement = z.infer<typeof movementSchema>;

export const MOVEMENTS_PER_COMMAND_MAX = 500;
/** What was read of a chain: every block from `fromHeight` to `toHeight`, whose last one has this hash. */
const blockScan = {
  source: slug,
  chain: slug,
  fromHeight: z.int().nonnegative(),
  toHeight: z.int().nonnegative(),
  hash: z.string().min(1).max(100),
  /**
   * Whether what addresses hold before and after was held against what moved: only then can nothing have left by a way
   * that the reader does not see.
   */
  balanced: z.boolean(),
};
export const blockScanSchema = z.object(blockScan).strict();
export type BlockScan = z.infer<typeof blockScanSchema>;

export const blocksScanned = defineFact({
  name: 'custody.BlocksScanned',
  version: 1,
  schema: z
    .object({ ...blockScan, movements: z.int().nonnegative().max(MOVEMENTS_PER_COMMAND_MAX) })
    .strict(),
  says: {
    en: 'Blocks were read for what left our wallets.',
    ja: '自社ウォレットからの移動を調べるためブロックが読み取られた。',
  },
});

export const scanningStarted = defineFact({
  name: 'custody.ScanningStarted',
  version: 1,
  schema: z.object({ source: slug, chain: slug }).strict(),
  says: {
    en: 'A chain is read from now on for what leaves our wallets.',
    ja: '自社ウォレットからの移動を調べるため、チェーンの読取りが始まった。',
  },
});

export const scanningStopped = defineFact({
  name: 'custody.ScanningStopped',
  version: 1,
  schema: z.object({ source: slug, reason: reasonText, by: z.string().max(100) }).strict(),
  says: {
    en: 'A person said that a chain is no longer to be read.',
    ja: 'チェーンの読取り対象からの除外が記録された。',
  },
});

export const movementMatched = defineFact({
  name: 'custody.MovementMatched',
  version: 1,
  schema: z.object({ movement: movementSchema, wallet: slug }).strict(),
  says: {
    en: 'A movement on chain is one that was approved.',
    ja: 'チェーン上の移動が承認済みのものと一致した。',
  },
});

export const unapprovedFound = defineFact({
  name: 'custody.UnapprovedMovementDetected',
  version: 1,
  schema: z.object({ movement: movementSchema, wallet: slug, why: bilingual }).strict(),
  says: {
    en: 'Coin left one of our wallets and nobody had approved it.',
    ja: '承認のない移動が自社ウォレットから行われた。',
  },
});

export const movementJudged = defineFact({
  name: 'custody.MovementJudged',
  version: 1,
  schema: z
    .object({ movement: z.string().max(250), verdict: z.enum(['explained', 'loss']), reason: reasonText })
    .strict(),
  says: { en: 'A person judged an unapproved movement.', ja: '承認のない移動について判断が記録された。' },
});

export const transferReconciled = defineFact({
  name: 'custody.TransferReconciled',
  version: 1,
  schema: z.object({ ...named, mover: principalId }).strict(),
  says: { en: 'Somebody other than the mover reconciled a transfer.', ja: '受払担当以外の者が照合した。' },
});

export const TRANSFER_FACTS = [
  transferRequested,
  transferDenied,
  approvalGiven,
  calledBack,
  transferApproved,
  transferStopped,
  transferSigned,
  signatureRefused,
  movementMatched,
  unapprovedFound,
  movementJudged,
  transferReconciled,
] as const;
