/**
 * The gate: deciding over 100 rules beside Cedar (wasm, policies parsed beforehand) with the same rules and
 * requests in the same run, every answer compared; and the whole check of a use with three signatures of
 * each kind.
 */
import { createRequire } from 'node:module';
import { world } from '@sonae/core/nouns/authority/decisions/checks.ts';
import { verifyUse } from '@sonae/core/nouns/authority/decisions/verify.ts';
import { rulesOfPolicy, rulesOfPower } from '@sonae/core/nouns/authority/engine/power-rules.ts';
import {
  compileRules,
  decideRules,
  type Request,
  type Rule,
} from '@sonae/core/nouns/authority/engine/rules.ts';
import type { Policy, PolicyCondition, Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import type { Action } from '@sonae/proof/action';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import type { Signer } from '../packages/server/src/signing/key-file.ts';
import { createTestApp } from '../test/support/app.ts';
import { CEDAR_CALL, cedarContext, cedarPolicies } from '../test/support/cedar.ts';
import {
  as,
  charter,
  foundFirm,
  HALT,
  KEYS,
  LOOSEN,
  power,
  signedInput,
  TIGHTEN,
  WALLETS,
} from '../test/support/firm.ts';
import { createSoftwarePasskey } from '../test/support/software-passkey.ts';
import { quantile, type Result } from './measure.ts';

const RULES = 100;
const REQUESTS = 2_000;
const ROUNDS = 50;
const WARM_UP_ROUNDS = 5;
const CHECKS = 300;
const CEDAR_ID = 'bench';

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');

/** Every kind of rule that a power can bring: proposals, criteria, an executing role, an emergency. */
const WHOLE: Power = power({
  ...HALT,
  proposes: true,
  roles: { ...HALT.roles, execute: ['commander'] },
  activation: { anyOf: [{ signal: 'peg/USDC', atLeast: 'critical' }] },
  release: { anyOf: [{ signal: 'peg/USDC', quietForMs: 3_600_000 }] },
});

/** What a firm forbids beyond its powers, of four shapes; most speak of something else, as rules do. */
function forbids(n: number): PolicyCondition {
  const shapes: readonly PolicyCondition[] = [
    { all: [{ eq: ['power', `power-${n}`] }, { in: ['verb', ['request', 'activate']] }] },
    {
      all: [
        { eq: ['principal', `member-${n}`] },
        { any: [{ eq: ['target', 'btc'] }, { in: ['kind', ['evm.call', 'bitcoin.psbt']] }] },
      ],
    },
    {
      all: [
        { eq: ['target', `account-${n}`] },
        { eq: ['verb', 'request'] },
        { not: { atMost: ['durationMs', 3_600_000 * (1 + (n % 24))] } },
      ],
    },
    {
      all: [
        { in: ['kind', ['exchange', 'network']] },
        { hasAny: ['roles', [`desk-${n}`, `team-${n}`]] },
        { not: { hasAny: ['roles', ['guardian', 'commander']] } },
      ],
    },
  ];
  return shapes[n % shapes.length] as PolicyCondition;
}

function hundredRules(): Rule[] {
  const own = rulesOfPower(WHOLE);
  const says = { en: 'A rule of the firm.', ja: '社内規則。' };
  const forbid = Array.from({ length: RULES - own.length }, (_, n) => ({
    id: `firm-${n}`,
    says,
    when: forbids(n),
  }));
  return [...own, ...rulesOfPolicy({ forbid } as Policy)];
}

/** Requests as decisions make them, of every verb; some hit a rule of the firm, some lack an attribute. */
function requestOf(n: number): Request {
  const pick = <T>(from: readonly T[], by: number): T => from[Math.floor(n / by) % from.length] as T;
  const verb = pick(['request', 'approve', 'activate', 'execute', 'cancel', 'review'], 1);
  const system = verb === 'activate' || n % 11 === 0;
  const roles = [['guardian'], ['on-call', 'commander'], ['auditor'], [], ['guardian', 'desk-3'], ['desk-7']];
  const whole: Record<string, Request[string]> = {
    verb,
    power: n % 37 === 0 ? 'power-4' : WHOLE.id,
    target: n % 41 === 0 ? 'account-2' : pick(['btc', 'account'], 6),
    kind: 'exchange',
    step: pick(['stop', 'stop', 'stop', 'resume', 'extend'], 7),
    principal: system ? 'system:rules' : n % 43 === 0 ? 'member-1' : pick(['north', 'east', 'watch'], 3),
    system,
    roles: system ? [] : pick(roles, 5),
    durationMs: 3_600_000 * (n % 26),
    usesInWindow: n % 17 === 0 ? 3 : 0,
    criteriaMet: n % 13 !== 0,
    releaseMet: n % 5 !== 0,
    approvals: n % 5,
    isRequester: n % 19 === 0,
    hasApproved: n % 23 === 0,
    credential: pick(['ed25519', 'evm', 'passkey'], 2),
    danger: n % 29 === 0 ? ['raw'] : [],
    delayOver: n % 3 !== 0,
    expired: n % 31 === 0,
  };
  if (n % 47 === 0) whole.credential = undefined;
  if (n % 53 === 0) whole.usesInWindow = undefined;
  return whole;
}

type Timed = { readonly us: readonly number[]; readonly rate: number; readonly answers: readonly boolean[] };

/** Rate and single calls in separate passes, so that the timer does not count as deciding. */
function timed(rounds: number, decide: (n: number) => boolean): Timed {
  const answers: boolean[] = new Array(REQUESTS).fill(false);
  for (let n = 0; n < REQUESTS; n += 1) answers[n] = decide(n);
  const us = new Float64Array(rounds * REQUESTS);
  const startedAt = performance.now();
  for (let i = 0; i < us.length; i += 1) decide(i % REQUESTS);
  const rate = us.length / ((performance.now() - startedAt) / 1_000);
  for (let i = 0; i < us.length; i += 1) {
    const at = process.hrtime.bigint();
    decide(i % REQUESTS);
    us[i] = Number(process.hrtime.bigint() - at) / 1_000;
  }
  return { us: [...us], rate, answers };
}

function timeCedar(rules: readonly Rule[], requests: readonly Request[]): Timed {
  const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar;
  const parsed = cedar.preparsePolicySet(CEDAR_ID, { staticPolicies: cedarPolicies(rules) });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
  const calls = requests.map((request) => ({
    ...CEDAR_CALL,
    entities: [],
    context: cedarContext(request),
    preparsedPolicySetId: CEDAR_ID,
  }));
  return timed(1, (n) => {
    const answer = cedar.statefulIsAuthorized(calls[n] as (typeof calls)[number]);
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    if (answer.response.diagnostics.errors.length > 0)
      throw new Error(JSON.stringify(answer.response.diagnostics));
    return answer.response.decision === 'allow';
  });
}

type Kind = 'evm' | 'ed25519' | 'passkey';

/** How long the whole check takes of an ordered use with three approvals by credentials of one kind. */
async function timeVerify(kind: Kind): Promise<number[]> {
  const phones = Object.fromEntries(
    (['north', 'east', 'south'] as const).map((id) => [
      id,
      createSoftwarePasskey(id, 'phone', 'https://console.example'),
    ]),
  );
  const of = charter([{ ...HALT, quorum: 3 }, TIGHTEN, LOOSEN]);
  const principals = of.principals.map((one) => ({
    ...one,
    credentials: [...one.credentials, ...(phones[one.id] ? [phones[one.id]?.credential] : [])],
  })) as Charter['principals'];
  const t = createTestApp(createMemoryStore());
  await foundFirm(t, { ...of, principals });
  const signerOf = (id: 'north' | 'east' | 'south'): Signer =>
    ({ evm: WALLETS[id], ed25519: KEYS[id], passkey: phones[id] as unknown as Signer })[kind];
  const read = async <T>(view: string, key: string): Promise<T> =>
    JSON.parse((await t.app.ports.store.view(view, key)) ?? 'null') as T;
  const input = { power: HALT.id, target: 'btc', reason: 'theft suspected' };
  const outcome = await t.run('authority.Request', input, as('watch'));
  const id = outcome.status === 'done' ? (outcome.result as { use: string }).use : '';
  for (const who of ['north', 'east', 'south'] as const) {
    const { action } = await read<Use>('authority.use', id);
    await t.run('authority.Approve', signedInput(id, action as Action, 'approve', signerOf(who)), as(who));
  }
  const entries = Object.entries(world()).map(async ([name, { view, key }]) => [
    name,
    (await read<JsonValue>(view.name, key)) ?? view.initial(key),
  ]);
  const state = Object.fromEntries(await Promise.all(entries));
  const use = await read<Use>('authority.use', id);
  const at = new Date(t.clock.now()).toISOString();
  const ms: number[] = [];
  for (let n = 0; n < CHECKS + 20; n += 1) {
    const startedAt = performance.now();
    const verified = verifyUse(use, state, { now: at, surelyPast: at });
    ms.push(performance.now() - startedAt);
    if (!('order' in verified) || verified.order.approvals.length !== 3)
      throw new Error('problem' in verified ? verified.problem : 'an approval was not counted');
  }
  return ms.slice(20);
}

export async function benchGate(progress: (line: string) => void): Promise<Result> {
  const rules = hundredRules();
  if (rules.length !== RULES) throw new Error(`${rules.length} rules`);
  const requests = Array.from({ length: REQUESTS }, (_, n) => requestOf(n));
  progress(`${REQUESTS} requests over ${RULES} rules`);
  const compiled = compileRules(rules);
  const decide = (n: number): boolean => decideRules(compiled, requests[n] as Request).permitted;
  timed(WARM_UP_ROUNDS, decide);
  const ours = timed(ROUNDS, decide);
  const fresh = timed(1, (n) => decideRules(compileRules(rules), requests[n] as Request).permitted);
  progress('the same in Cedar');
  const cedar = timeCedar(rules, requests);
  const unequal = requests.filter((_, n) => ours.answers[n] !== cedar.answers[n]);
  if (unequal.length > 0) throw new Error(`Cedar answers otherwise: ${JSON.stringify(unequal[0])}`);
  const permitted = ours.answers.filter(Boolean).length;
  const rows = [
    { id: `decide over ${RULES} rules`, value: ours.rate, unit: 'decisions/s' },
    { id: 'decide, p50', value: quantile(ours.us, 0.5), unit: 'us' },
    { id: 'decide, p99', value: quantile(ours.us, 0.99), unit: 'us' },
    { id: 'compile and decide, p50', value: quantile(fresh.us, 0.5), unit: 'us' },
    { id: 'compile and decide, p99', value: quantile(fresh.us, 0.99), unit: 'us' },
    { id: 'cedar-wasm, parsed beforehand', value: cedar.rate, unit: 'decisions/s' },
    { id: 'cedar-wasm, p50', value: quantile(cedar.us, 0.5), unit: 'us' },
    { id: 'cedar-wasm, p99', value: quantile(cedar.us, 0.99), unit: 'us' },
    { id: 'requests answered alike', value: requests.length - unequal.length, unit: 'requests' },
    { id: 'of which permitted', value: permitted, unit: 'requests' },
  ];
  for (const kind of ['evm', 'ed25519', 'passkey'] as const) {
    progress(`check a use with three ${kind} approvals`);
    const ms = await timeVerify(kind);
    rows.push({ id: `verify a use, 3 ${kind} approvals, p50`, value: quantile(ms, 0.5), unit: 'ms' });
    rows.push({ id: `verify a use, 3 ${kind} approvals, p99`, value: quantile(ms, 0.99), unit: 'ms' });
  }
  const p99 = quantile(ours.us, 0.99);
  return {
    rows,
    ratios: [
      { id: 'decide p99 / cedar-wasm p99', value: p99 / quantile(cedar.us, 0.99) },
      { id: 'decide rate / cedar-wasm rate', value: ours.rate / cedar.rate },
      { id: 'decide p99 / goal of 100 us', value: p99 / 100 },
      { id: 'compile and decide p99 / goal of 100 us', value: quantile(fresh.us, 0.99) / 100 },
    ],
  };
}
