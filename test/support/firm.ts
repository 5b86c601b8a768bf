/** A firm for tests: six founders with keys from fixed seeds, powers over an exchange, a chain and the rules. */

import type { Principal } from '@sonae/core/log/define.ts';
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import type { Action } from '@sonae/proof/action';
import type { Proof, Verdict } from '@sonae/proof/approval';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { type Signer, signerOf } from '../../packages/server/src/signing/key-file.ts';
import type { TestApp } from './app.ts';

export const MEMBERS = ['north', 'east', 'south', 'west', 'watch', 'audit'] as const;
export type Member = (typeof MEMBERS)[number];

const seed = (n: number): Uint8Array => new Uint8Array(32).fill(n + 1);
/** Each has an Ed25519 key (`key`) and an EVM account (`wallet`). */
export const KEYS = Object.fromEntries(
  MEMBERS.map((id, n) => [id, signerOf('ed25519', id, 'key', seed(n))]),
) as Record<Member, Signer>;
export const WALLETS = Object.fromEntries(
  MEMBERS.map((id, n) => [id, signerOf('evm', id, 'wallet', seed(n + 20))]),
) as Record<Member, Signer>;

const text = (en: string): { en: string; ja: string } => ({ en, ja: en });
const HOUR_MS = 3_600_000;

const BASE: Omit<Power, 'id' | 'targets'> = {
  says: text('Test power'),
  does: text('Does what the test needs'),
  roles: {
    request: ['guardian', 'on-call'],
    approve: ['guardian'],
    execute: [],
    cancel: ['commander'],
    review: ['auditor'],
  },
  proposes: false,
  credentials: ['passkey', 'ed25519', 'evm'],
  quorum: 2,
  resumeQuorum: 3,
  delayMs: 0,
  resumeDelayMs: 2 * HOUR_MS,
  emergency: null,
  separation: { requesterApproves: false, approverExecutes: false },
  bounds: { durationMs: 24 * HOUR_MS, amount: null, uses: { count: 3, windowMs: 24 * HOUR_MS } },
  activation: null,
  release: null,
  approveWithinMs: HOUR_MS,
  refusals: 1,
  publish: 'at-activation',
  reviewWithinMs: 72 * HOUR_MS,
  allows: [],
  governs: null,
};

export function power(change: Partial<Power> & Pick<Power, 'id' | 'targets'>): Power {
  return { ...BASE, ...change };
}

export const HALT: Power = power({
  id: 'halt-withdrawals',
  targets: [
    {
      id: 'btc',
      says: text('BTC withdrawals'),
      act: { kind: 'exchange', system: 'main', operation: 'halt-withdrawals', subject: 'BTC', limit: null },
      resume: {
        kind: 'exchange',
        system: 'main',
        operation: 'resume-withdrawals',
        subject: 'BTC',
        limit: null,
      },
      open: [],
    },
    {
      id: 'account',
      says: text('An account'),
      act: { kind: 'exchange', system: 'main', operation: 'freeze-account', subject: 'x', limit: null },
      resume: { kind: 'exchange', system: 'main', operation: 'unfreeze-account', subject: 'x', limit: null },
      open: ['subject'],
    },
  ],
});

const governing = (id: string, governs: 'tighten' | 'loosen'): Power =>
  power({
    id,
    governs,
    quorum: governs === 'tighten' ? 2 : 3,
    resumeQuorum: 3,
    delayMs: governs === 'tighten' ? 0 : 48 * HOUR_MS,
    bounds: { durationMs: null, amount: null, uses: { count: 100, windowMs: 24 * HOUR_MS } },
    targets: [
      {
        id: 'rules',
        says: text('People and rules'),
        act: { kind: 'govern', change: null },
        resume: null,
        open: ['change'],
      },
    ],
  });
export const TIGHTEN: Power = governing('tighten-rules', 'tighten');
export const LOOSEN: Power = governing('loosen-rules', 'loosen');

export function charter(
  powers: readonly Power[] = [HALT, TIGHTEN, LOOSEN],
  origin = 'test.sonae.invalid',
): Charter {
  return {
    format: 'sonae/charter/v1',
    origin,
    demonstration: true,
    principals: MEMBERS.map((id) => ({
      id,
      credentials: [
        KEYS[id].credential,
        WALLETS[id].credential,
      ] as Charter['principals'][number]['credentials'],
    })),
    roles: [
      { id: 'guardian', says: text('Guardians'), seats: 4, holders: ['north', 'east', 'south', 'west'] },
      { id: 'commander', says: text('Commander'), seats: 1, holders: ['watch', 'north'] },
      { id: 'on-call', says: text('On call'), seats: 1, holders: ['watch'] },
      { id: 'auditor', says: text('Auditor'), seats: 1, holders: ['audit'] },
    ],
    liveness: { everyMs: 30 * 24 * HOUR_MS, answerWithinMs: 24 * HOUR_MS, floor: 4 },
    powers: powers as unknown as Charter['powers'],
    policy: { forbid: [] },
  };
}

export function signCharter(
  of: Charter,
  signers: readonly Signer[] = MEMBERS.map((id) => KEYS[id]),
): JsonValue {
  const body = of as unknown as JsonValue;
  return signers.map((signer) => ({
    principal: signer.principal,
    credential: signer.credential.id,
    proof: signer.sign({ says: 'found', body }),
  })) as unknown as JsonValue;
}

export async function foundFirm(t: TestApp, of: Charter = charter()): Promise<void> {
  const input = { charter: of as unknown as JsonValue, signatures: signCharter(of) };
  const outcome = await t.run('authority.Found', input);
  if (outcome.status !== 'done') throw new Error(`${outcome.refused}: ${outcome.message}`);
}

export const as = (id: string): Principal => ({ id, kind: 'operator' });

/** What a signed statement about a use looks like as input. */
export function signedInput(
  use: string,
  action: Action,
  says: Verdict,
  signer: Signer,
): Record<string, JsonValue> {
  const proof: Proof = signer.sign({ says, action });
  return {
    use,
    principal: signer.principal,
    credential: signer.credential.id,
    proof: proof as unknown as JsonValue,
  };
}
