/**
 * The exchange's own list of who may order what. With it the exchange does not need to trust Sonae's server:
 * a stolen HMAC secret or an altered server orders nothing without the approvers' own signatures over the
 * action's hash.
 */
import type { Credential, Proof } from '@sonae/proof/approval';
import { proofProblem } from '@sonae/proof/approval';
import { z } from 'zod';
import type { Approval, ExchangeOrder } from './orders.ts';

const count = z.int().min(1).max(32);
export const pinnedApproversSchema = z.strictObject({
  /** How many different people must have signed, by what the order does. */
  needed: z.strictObject({ stop: count, extend: count, resume: count }),
  approvers: z
    .array(
      z.strictObject({
        principal: z.string().min(1).max(200),
        credential: z.discriminatedUnion('kind', [
          z.strictObject({ id: z.string(), kind: z.literal('ed25519'), publicKey: z.string() }),
          z.strictObject({
            id: z.string(),
            kind: z.literal('evm'),
            address: z.string().regex(/^0x[0-9a-f]{40}$/),
          }),
          z.strictObject({
            id: z.string(),
            kind: z.literal('passkey'),
            handle: z.string(),
            algorithm: z.enum(['ES256', 'EdDSA']),
            publicKey: z.string(),
            rpId: z.string(),
            origins: z.array(z.string()).min(1).max(5),
          }),
        ]),
      }),
    )
    .min(1)
    .max(1_000),
});
export type PinnedApprovers = z.infer<typeof pinnedApproversSchema>;

/**
 * Why the approvals of an order are not enough, or null. Counts people, not signatures.
 */
export function pinnedProblem(pinned: PinnedApprovers, order: ExchangeOrder): string | null {
  const { step } = order.action;
  if (step === 'govern') return 'a govern action orders nothing here';
  const signed = new Set<string>();
  for (const { principal, credential } of pinned.approvers) {
    if (signed.has(principal)) continue;
    const carried = order.approvals.filter(
      (approval) => approval.principal === principal && approval.credential === credential.id,
    );
    if (carried.some((approval) => isGenuine(approval, credential, order))) signed.add(principal);
  }
  const needed = pinned.needed[step];
  if (signed.size >= needed) return null;
  return `${signed.size} of ${needed} needed approvals carry a genuine signature of a pinned approver`;
}

function isGenuine(approval: Approval, credential: Credential, order: ExchangeOrder): boolean {
  const proof = proofOf(approval);
  if (proof === null) return false;
  return proofProblem({ says: 'approve', action: order.action }, credential, proof) === null;
}

/** The proof as it was made; null for a passkey whose signed parts were not carried. */
function proofOf({ kind, signature, passkey }: Approval): Proof | null {
  if (kind !== 'passkey') return { kind, signature };
  return passkey ? { kind, signature, ...passkey } : null;
}
