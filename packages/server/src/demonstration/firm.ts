/**
 * A firm that exists on this machine only, to show how powers work: its charter, and signers whose keys lie in the data
 * directory. Every fact says so: the charter is marked as a demonstration, and so is everything the screens show of it.
 */
import { createHash } from 'node:crypto';
import { HOUR_MS } from '@sonae/core/kernel/time.ts';
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { DemoChain } from '../connectors/evm/demo-chain.ts';
import { type Signer, signerOf } from '../signing/key-file.ts';

export const GUARDIANS = [
  'guardian-1',
  'guardian-2',
  'guardian-3',
  'guardian-4',
  'guardian-5',
  'guardian-6',
] as const;
export const COMMANDER = 'commander';
export const AUDITOR = 'auditor';
/** Who else answers in an incident: they approve words, not powers. */
const RESPONDERS: Readonly<Record<string, readonly [en: string, ja: string, holders: readonly string[]]>> = {
  legal: ['Legal', '法務', ['legal-1', 'legal-2']],
  compliance: ['Compliance', 'コンプライアンス', ['compliance-1', 'compliance-2']],
  technology: ['Technology', '技術', ['technology-1', 'technology-2']],
  communications: ['Communications', '広報', ['communications-1', 'communications-2']],
  desk: ['Customer desk', '顧客窓口', ['desk-1']],
  director: ['Representative director', '代表取締役', ['director-1', 'director-2']],
};
/** Who keeps wallets and moves coin: moving and reconciling are different people's work. All of them act at once. */
const CUSTODY: typeof RESPONDERS = {
  'custody-inventory': ['Custody inventory', 'ウォレット台帳', ['custody-1', 'custody-2']],
  'custody-policy': ['Transfer policy', '移転方針', ['custody-1', 'custody-2']],
  'custody-mover': ['Transfers', '受払担当', ['custody-1']],
  'custody-approver': ['Transfer approval', '移転承認', ['custody-2', 'director-1', 'director-2']],
  'custody-call-back': ['Call-back', '電話確認', ['desk-1']],
  'custody-reconciler': ['Reconciliation', '照合担当', ['custody-3']],
};
const RESPONDER_IDS = [
  ...new Set(Object.values({ ...RESPONDERS, ...CUSTODY }).flatMap(([, , holders]) => holders)),
];
export const DEMO_QUORUM = 3;
export const DEMO_LARGE_QUORUM = 4;

export type DemoSigners = {
  /** By principal: the wallet of a guardian, the key of everybody else. */
  readonly wallets: Readonly<Record<string, Signer>>;
  readonly keys: Readonly<Record<string, Signer>>;
};

/** Signers from a seed of the data directory. Not secrets that protect anything: the demonstration signs by itself. */
export function demoSigners(seed: string): DemoSigners {
  const secret = (of: string): Uint8Array =>
    new Uint8Array(createHash('sha256').update(`${seed}/${of}`).digest());
  const everybody = [...GUARDIANS, COMMANDER, AUDITOR, ...RESPONDER_IDS];
  const signers = (kind: 'ed25519' | 'evm', id: string, of: readonly string[]): [string, Signer][] =>
    of.map((principal) => [principal, signerOf(kind, principal, id, secret(`${principal}/${kind}`))]);
  return {
    wallets: Object.fromEntries(signers('evm', 'wallet', GUARDIANS)),
    keys: Object.fromEntries(signers('ed25519', 'key', everybody)),
  };
}

const ROLES = {
  request: ['guardian', 'commander'],
  approve: ['guardian'],
  execute: [],
  cancel: ['commander'],
  review: ['auditor'],
};

type Act = Power['targets'][number]['act'];
type Draft = Pick<Power, 'id' | 'says' | 'does' | 'targets'> & Partial<Power>;

function power(draft: Draft): Power {
  return {
    roles: ROLES,
    proposes: false,
    credentials: ['evm'],
    quorum: DEMO_QUORUM,
    resumeQuorum: DEMO_LARGE_QUORUM,
    delayMs: 0,
    resumeDelayMs: 2 * HOUR_MS,
    emergency: null,
    separation: { requesterApproves: false, approverExecutes: false },
    bounds: { durationMs: 72 * HOUR_MS, amount: null, uses: { count: 3, windowMs: 168 * HOUR_MS } },
    activation: null,
    release: null,
    approveWithinMs: 6 * HOUR_MS,
    refusals: 2,
    publish: 'at-activation',
    reviewWithinMs: 72 * HOUR_MS,
    allows: [],
    governs: null,
    ...draft,
  };
}

const stopOf = (chainId: number, chain: DemoChain, name: keyof DemoChain['switches']): Act => ({
  kind: 'evm.guardian',
  chainId,
  guardian: chain.guardian.toLowerCase(),
  call: 'stop',
  switchId: chain.switches[name].id,
  args: '0x',
});

function chainPowers(asset: string, chainId: number, chain: DemoChain): Power[] {
  const signal = `peg/${asset}`;
  const critical = { anyOf: [{ signal, atLeast: 'critical' as const }, { severity: 'critical' as const }] };
  return [
    power({
      id: 'pause-token',
      says: { en: 'Pause the token', ja: 'トークンの一時停止' },
      does: {
        en: 'Stops all transfers of the demonstration token, for at most 72 hours.',
        ja: '実演用トークンの全移転を最長72時間停止する。',
      },
      targets: [
        {
          id: 'dusd',
          says: { en: 'Demo Dollar (DUSD)', ja: 'デモドル(DUSD)' },
          act: stopOf(chainId, chain, 'fiat.pause'),
          resume: null,
          open: [],
        },
      ],
      proposes: true,
      activation: critical,
      release: { anyOf: [{ signal, quietForMs: HOUR_MS }] },
    }),
    power({
      id: 'freeze-address',
      says: { en: 'Freeze an address', ja: 'アドレスの凍結' },
      does: {
        en: 'Freezes one address of the demonstration token (`args`: the address, ABI-encoded).',
        ja: '実演用トークンの一つのアドレスを凍結する(`args`: ABI符号化したアドレス)。',
      },
      targets: [
        {
          id: 'dusd',
          says: { en: 'Demo Dollar (DUSD)', ja: 'デモドル(DUSD)' },
          act: stopOf(chainId, chain, 'fiat.freeze'),
          resume: null,
          open: ['args'],
        },
      ],
    }),
    power({
      id: 'switch-oracle',
      says: { en: 'Switch the oracle', ja: 'オラクルの切替' },
      does: {
        en: 'Switches the price of the demonstration yen to its pre-approved fallback source.',
        ja: '実演用円トークンの価格を事前承認済みの代替ソースへ切り替える。',
      },
      targets: [
        {
          id: 'djpy-price',
          says: { en: 'Price of Demo Yen', ja: 'デモ円の価格' },
          act: stopOf(chainId, chain, 'oracle.source'),
          resume: null,
          open: [],
        },
      ],
    }),
  ];
}

function governing(governs: 'tighten' | 'loosen'): Power {
  const isLoose = governs === 'loosen';
  return power({
    id: `${governs}-rules`,
    says: isLoose
      ? { en: 'Loosen the rules', ja: '規則の緩和' }
      : { en: 'Tighten the rules', ja: '規則の厳格化' },
    does: isLoose
      ? {
          en: 'Changes people, powers or policy; waits two days.',
          ja: '人・権限・方針を変更する。二日待つ。',
        }
      : { en: 'Takes rights away, at once.', ja: '権利を取り上げる。即時。' },
    governs,
    credentials: ['passkey', 'ed25519', 'evm'],
    quorum: isLoose ? DEMO_LARGE_QUORUM : DEMO_QUORUM,
    resumeQuorum: DEMO_LARGE_QUORUM,
    delayMs: isLoose ? 48 * HOUR_MS : 0,
    bounds: { durationMs: null, amount: null, uses: { count: 50, windowMs: 168 * HOUR_MS } },
    targets: [
      {
        id: 'rules',
        says: { en: 'People, powers and policy', ja: '人・権限・方針' },
        act: { kind: 'govern', change: null },
        resume: null,
        open: ['change'],
      },
    ],
  });
}

/** @param chain null where no local chain runs: then only the powers over the rules exist */
export function demoCharter(
  origin: string,
  asset: string,
  signers: DemoSigners,
  chain: { readonly chainId: number; readonly contracts: DemoChain } | null,
): Charter {
  const powers = chain === null ? [] : chainPowers(asset, chain.chainId, chain.contracts);
  const principals = [...GUARDIANS, COMMANDER, AUDITOR, ...RESPONDER_IDS].map((id) => ({
    id,
    credentials: [signers.wallets[id], signers.keys[id]].flatMap((signer) =>
      signer === undefined ? [] : [signer.credential as Charter['principals'][number]['credentials'][number]],
    ),
  }));
  const role = (id: string, en: string, ja: string, seats: number, holders: readonly string[]) => ({
    id,
    says: { en, ja },
    seats,
    holders: [...holders],
  });
  return {
    format: 'sonae/charter/v1',
    origin,
    demonstration: true,
    principals,
    roles: [
      role('guardian', 'Guardian', 'ガーディアン', GUARDIANS.length, GUARDIANS),
      role('commander', 'Incident commander', '指揮者', 1, [COMMANDER, 'guardian-1', 'guardian-2']),
      role('auditor', 'Reviewer', '検証者', 1, [AUDITOR]),
      ...Object.entries(RESPONDERS).map(([id, [en, ja, holders]]) => role(id, en, ja, 1, holders)),
      ...Object.entries(CUSTODY).map(([id, [en, ja, holders]]) => role(id, en, ja, holders.length, holders)),
    ],
    liveness: { everyMs: 30 * 24 * HOUR_MS, answerWithinMs: 24 * HOUR_MS, floor: 5 },
    powers: [...powers, governing('tighten'), governing('loosen')] as unknown as Charter['powers'],
    policy: { forbid: [] },
  };
}

/** The founding as input of `authority.Found`: every founder signs with the key. */
export function demoFounding(charter: Charter, signers: DemoSigners): JsonValue {
  const body = charter as unknown as JsonValue;
  const signatures = charter.principals.map(({ id }) => {
    const signer = signers.keys[id] as Signer;
    return { principal: id, credential: signer.credential.id, proof: signer.sign({ says: 'found', body }) };
  });
  return { charter, signatures } as unknown as JsonValue;
}
