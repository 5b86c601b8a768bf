/**
 * A power, as governed data: who may stop what, how many of them, on what target, within what bound, until when. Every
 * field is agreed beforehand, hashed, and part of each approval; nothing about a power is decided while it is used.
 */
import { EXCHANGE_OPERATIONS } from '@sonae/proof/action';
import { concatBytes, toHex, utf8Encode } from '@sonae/proof/bytes';
import { canonicalBytes, type JsonValue } from '@sonae/proof/canonical-json';
import { plainSha256 } from '@sonae/proof/merkle';
import { z } from 'zod';
import { DAY_MS, HOUR_MS } from '../../../kernel/time.ts';
import { levelSchema } from '../../../log/levels.ts';
import { severitySchema } from '../../incidents/facts/life.ts';
import { bilingual, personId } from '../../people/facts/register.ts';

const address = z.string().regex(/^0x[0-9a-f]{40}$/, 'must be 0x and 40 lower-case hex digits');
const bytes = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/, 'must be 0x and lower-case hex bytes')
  .max(20_000);
const word = z.string().regex(/^0x[0-9a-f]{64}$/, 'must be 0x and 64 hex digits');
const decimal = z.string().regex(/^(0|[1-9]\d{0,77})$/, 'must be a whole decimal number');
const chainId = z.int().positive();
const systemId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/);
const subject = z.string().regex(/^[\w.:/@-]{1,100}$/);

const guardianBase = { kind: z.literal('evm.guardian'), chainId, guardian: address };
const guardianStop = z
  .object({ ...guardianBase, call: z.literal('stop'), switchId: word, args: bytes })
  .strict();
const guardianChange = z.object({ ...guardianBase, call: z.enum(['resume', 'extend']), stop: word }).strict();
const evmCall = z
  .object({
    kind: z.literal('evm.call'),
    chainId,
    to: address,
    data: bytes,
    value: decimal,
    operation: z.enum(['call', 'delegatecall']),
  })
  .strict();
const bitcoin = z
  .object({
    kind: z.literal('bitcoin.psbt'),
    network: z.enum(['mainnet', 'testnet', 'regtest']),
    psbt: z.string().max(64_000),
  })
  .strict();
const exchange = z
  .object({
    kind: z.literal('exchange'),
    system: systemId,
    operation: z.enum(EXCHANGE_OPERATIONS),
    subject,
    limit: decimal.nullable(),
  })
  .strict();
const network = z
  .object({
    kind: z.literal('network'),
    system: systemId,
    operation: z.enum(['block', 'unblock', 'shift']),
    subjects: z.array(z.string().min(1).max(100)).max(1_000),
  })
  .strict();
const govern = z.object({ kind: z.literal('govern'), change: z.json() }).strict();

export const actSchema = z.union([guardianStop, guardianChange, evmCall, bitcoin, exchange, network, govern]);
/** What a requester may fill in; everything else of the act stands in the power. */
export const OPEN_FIELDS = ['args', 'data', 'psbt', 'subject', 'subjects', 'limit', 'change'] as const;

export const targetSchema = z
  .object({
    id: personId,
    says: bilingual,
    act: actSchema,
    /** How the effect is undone on systems without a guardian; null where time alone undoes it. */
    resume: actSchema.nullable(),
    open: z.array(z.enum(OPEN_FIELDS)).max(3),
  })
  .strict();
export type PowerTarget = z.infer<typeof targetSchema>;

/** Holds when any part holds. `signal`: correlation of a control, e.g. `peg/USDC`. */
export const criteriaSchema = z
  .object({
    anyOf: z
      .array(
        z.union([
          z.object({ signal: z.string().max(100), atLeast: levelSchema }).strict(),
          z.object({ signal: z.string().max(100), quietForMs: z.int().nonnegative() }).strict(),
          z.object({ severity: severitySchema }).strict(),
        ]),
      )
      .min(1)
      .max(20),
  })
  .strict();
export type Criteria = z.infer<typeof criteriaSchema>;

const roles = z.array(personId).min(1).max(20);
/** Nobody acts alone: whatever a power says, it takes two. */
export const QUORUM_MIN = 2;

export const powerSchema = z
  .object({
    id: personId,
    says: bilingual,
    /** In words, for those who will approve and for the public. */
    does: bilingual,
    targets: z.array(targetSchema).min(1).max(50),
    roles: z
      .object({
        request: roles,
        approve: roles,
        /** Empty: Sonae executes as soon as everything holds. */
        execute: z.array(personId).max(20),
        cancel: roles,
        review: roles,
      })
      .strict(),
    /** Sonae itself may prepare a request when the activation criteria are met; it never approves. */
    proposes: z.boolean(),
    credentials: z
      .array(z.enum(['passkey', 'ed25519', 'evm']))
      .min(1)
      .max(3),
    quorum: z.int().min(QUORUM_MIN).max(50),
    resumeQuorum: z.int().min(QUORUM_MIN).max(50),
    delayMs: z
      .int()
      .nonnegative()
      .max(60 * DAY_MS),
    resumeDelayMs: z
      .int()
      .nonnegative()
      .max(60 * DAY_MS),
    /** With this many approvals the delay falls away, while the criteria of activation hold. */
    emergency: z
      .object({ quorum: z.int().min(QUORUM_MIN).max(50) })
      .strict()
      .nullable(),
    separation: z.object({ requesterApproves: z.boolean(), approverExecutes: z.boolean() }).strict(),
    bounds: z
      .object({
        durationMs: z
          .int()
          .positive()
          .max(90 * DAY_MS)
          .nullable(),
        /** Largest `limit` that may be filled in, minor units, decimal. */
        amount: decimal.nullable(),
        uses: z.object({ count: z.int().positive(), windowMs: z.int().positive() }).strict(),
      })
      .strict(),
    activation: criteriaSchema.nullable(),
    release: criteriaSchema.nullable(),
    approveWithinMs: z
      .int()
      .positive()
      .max(30 * DAY_MS),
    /** This many refusals by approvers end a request. */
    refusals: z.int().min(1).max(50),
    publish: z.enum(['at-activation', 'after-review']),
    reviewWithinMs: z
      .int()
      .positive()
      .max(90 * DAY_MS),
    /** What the decoder calls a danger and this power allows nevertheless. */
    allows: z.array(z.enum(['raw', 'delegatecall', 'value'])).max(3),
    /** For powers over the rules themselves. */
    governs: z.enum(['tighten', 'loosen']).nullable(),
  })
  .strict()
  .refine((p) => p.resumeQuorum >= p.quorum, 'resumeQuorum: restarting takes at least as many as stopping')
  .refine((p) => p.emergency === null || p.emergency.quorum >= p.quorum, 'emergency.quorum: at least quorum')
  .refine((p) => p.governs !== 'loosen' || p.delayMs >= HOUR_MS, 'delayMs: loosening waits at least an hour')
  .refine((p) => p.governs !== 'loosen' || p.emergency === null, 'emergency: loosening has no emergency')
  .refine((p) => new Set(p.targets.map((t) => t.id)).size === p.targets.length, 'targets: ids must differ');
export type Power = z.infer<typeof powerSchema>;

/** Firm-wide rules over all powers: they can only forbid, so that no rule opens what a power does not. */
const conditionSchema: z.ZodType<PolicyCondition> = z.lazy(() =>
  z.union([
    z.object({ eq: z.tuple([z.string(), z.union([z.string(), z.int(), z.boolean()])]) }).strict(),
    z.object({ in: z.tuple([z.string(), z.array(z.string()).max(100)]) }).strict(),
    z.object({ atLeast: z.tuple([z.string(), z.int()]) }).strict(),
    z.object({ atMost: z.tuple([z.string(), z.int()]) }).strict(),
    z.object({ hasAny: z.tuple([z.string(), z.array(z.string()).max(100)]) }).strict(),
    z.object({ all: z.array(conditionSchema).max(20) }).strict(),
    z.object({ any: z.array(conditionSchema).max(20) }).strict(),
    z.object({ not: conditionSchema }).strict(),
  ]),
);
export type PolicyCondition =
  | { eq: [string, string | number | boolean] }
  | { in: [string, string[]] }
  | { atLeast: [string, number] }
  | { atMost: [string, number] }
  | { hasAny: [string, string[]] }
  | { all: PolicyCondition[] }
  | { any: PolicyCondition[] }
  | { not: PolicyCondition };
export const policySchema = z
  .object({
    forbid: z.array(z.object({ id: personId, says: bilingual, when: conditionSchema }).strict()).max(200),
  })
  .strict();
export type Policy = z.infer<typeof policySchema>;

/** Hex SHA-256 of a power's or policy's canonical bytes under its own domain: what approvals are bound to. */
export function policyHash(of: Power | Policy): string {
  return toHex(
    plainSha256(concatBytes(utf8Encode('sonae/power/v1\n'), canonicalBytes(of as unknown as JsonValue))),
  );
}
