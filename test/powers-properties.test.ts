/**
 * Powers under random histories on the real app: one person, or as many as are one short of a quorum, never
 * bring an order or a change of people and rules about, whatever they send and however the clock moves;
 * whatever everybody does, each order has its quorum of genuine signatures, in time and after its delay,
 * once; and no signature is worth anything but for the bytes it was made for.
 */
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Fact } from '@sonae/core/log/fact.ts';
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import { type Action, actionHash } from '@sonae/proof/action';
import { type Credential, type Proof, proofProblem, type Verdict } from '@sonae/proof/approval';
import { fromBase64, toBase64, toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import type { Signer } from '../packages/server/src/signing/key-file.ts';
import { createTestApp, SYSTEM, type TestApp } from './support/app.ts';
import {
  as,
  charter,
  foundFirm,
  HALT,
  KEYS,
  LOOSEN,
  MEMBERS,
  type Member,
  power,
  signedInput,
  TIGHTEN,
  WALLETS,
} from './support/firm.ts';
import { createSoftwarePasskey } from './support/software-passkey.ts';

const HOUR_MS = 3_600_000;
const LOCAL = 'local:operator';
const SIGNAL = 'peg/USDC';
const CHAIN = { chainId: 1, guardian: `0x${'12'.repeat(20)}`, switchId: `0x${'34'.repeat(32)}` };
const DESK: Power = power({
  id: 'halt-desk',
  targets: HALT.targets.slice(0, 1),
  roles: { ...HALT.roles, execute: ['commander'] },
  proposes: true,
  delayMs: HOUR_MS,
  activation: { anyOf: [{ signal: SIGNAL, atLeast: 'critical' }] },
});
const URGENT: Power = power({
  id: 'halt-urgent',
  proposes: true,
  delayMs: 2 * HOUR_MS,
  emergency: { quorum: 3 },
  refusals: 2,
  bounds: { ...HALT.bounds, uses: { count: 50, windowMs: HOUR_MS } },
  targets: HALT.targets.slice(0, 1),
});
const PAUSE: Power = power({
  id: 'pause-token',
  credentials: ['evm'],
  targets: [
    {
      id: 'token',
      says: { en: 'A token', ja: 'トークン' },
      act: { kind: 'evm.guardian', call: 'stop', args: '0x', ...CHAIN },
      resume: null,
      open: [],
    },
  ],
});
const POWERS: readonly Power[] = [HALT, DESK, URGENT, PAUSE, TIGHTEN, LOOSEN];
const STOPS = POWERS.filter(({ governs }) => governs === null);
/** The same with a quorum of three everywhere, and four to resume or loosen. */
const STRICT: readonly Power[] = POWERS.map((of) => ({
  ...of,
  quorum: of === LOOSEN ? 4 : 3,
  resumeQuorum: 4,
  emergency: of.emergency === null ? null : { quorum: 3 },
}));

const nameOf = ({ type }: { type: string }): string => type.slice(0, type.indexOf('@'));
const stored = async <T>(t: TestApp, view: string, key: string): Promise<T | null> =>
  JSON.parse((await t.app.ports.store.view(view, key)) ?? 'null') as T | null;

async function factsOf(t: TestApp): Promise<Fact[]> {
  const rows = await t.app.ports.store.facts({ limit: 10_000 });
  return rows.map(({ text }) => JSON.parse(text) as Fact);
}

async function newFirm(powers: readonly Power[], more?: (of: Charter) => Charter): Promise<TestApp> {
  const t = createTestApp(createMemoryStore());
  const of = charter(powers);
  await foundFirm(t, more?.(of) ?? of);
  return t;
}

/** One step, with as many small numbers as its choices need. */
type Step = { readonly kind: string; readonly who: number; readonly a: number; readonly b: number };
/** What comes more often stands more often. */
const OPERATOR_STEPS = [
  'request request change approve approve gather gather gather gather forge resume resume decline cancel',
  'execute execute review away back token answer found',
].flatMap((some) => some.split(' '));
const SYSTEM_STEPS = 'keep advance advance advance consider apply alive price done done wait wait'.split(' ');
const nat = fc.nat(1_000);
const steps = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...OPERATOR_STEPS) },
      { weight: 1, arbitrary: fc.constantFrom(...SYSTEM_STEPS) },
    ),
    who: nat,
    a: nat,
    b: nat,
  }),
  { minLength: 50, maxLength: 150 },
);

type Play = { readonly t: TestApp; readonly people: readonly string[]; readonly powers: readonly Power[] };

const of = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** One of the newest uses, mostly the newest: what was just asked for is what is acted on. */
async function someUse(t: TestApp, n: number, states?: readonly string[]): Promise<Use | null> {
  const list = (await stored<{ uses: UseSummary[] }>(t, 'authority.uses', 'all'))?.uses ?? [];
  const fit = list.filter(({ state }) => states === undefined || states.includes(state));
  const chosen = fit.length === 0 ? undefined : of(fit.slice(0, 1 + (n % 4)), n >> 2);
  return chosen === undefined ? null : stored<Use>(t, 'authority.use', chosen.id);
}

const signerOf = (who: string, n: number): Signer => {
  const member = (MEMBERS as readonly string[]).includes(who) ? (who as Member) : 'audit';
  return n % 2 === 0 ? KEYS[member] : WALLETS[member];
};

/** Every kind of change of people and rules that needs no new key. */
function changeOf(n: number, powers: readonly Power[]): JsonValue {
  const looser = { ...(powers[0] as Power), bounds: { ...HALT.bounds, durationMs: 48 * HOUR_MS } };
  const holders = [...MEMBERS];
  const role = { id: 'guardian', says: { en: 'All', ja: '全員' }, seats: 6, holders };
  const changes = [
    { change: 'set-power', power: looser },
    { change: 'set-power', power: { ...(powers[0] as Power), reviewWithinMs: HOUR_MS } },
    { change: 'set-role', role },
    { change: 'revoke-credential', principal: of(MEMBERS, n), credential: 'wallet' },
    { change: 'offboard-principal', principal: of(MEMBERS, n) },
    { change: 'withdraw-power', power: DESK.id },
    { change: 'set-policy', policy: { forbid: [] } },
  ];
  return of(changes, n) as unknown as JsonValue;
}

type Command = readonly [name: string, input: JsonValue];
/** A signed statement about a use from this person: their own, or one that pretends to be another's. */
async function signedCommand({ t, people }: Play, step: Step, who: string): Promise<Command | null> {
  const use = await someUse(t, step.a, step.b % 4 === 0 ? undefined : ['requested', 'activated']);
  if (use === null) return null;
  const says: Verdict = step.kind === 'decline' ? 'refuse' : step.kind === 'cancel' ? 'cancel' : 'approve';
  const name = `authority.${{ approve: 'Approve', refuse: 'Decline', cancel: 'Cancel' }[says]}`;
  const needed = use.action?.power === PAUSE.id ? 1 : step.b;
  const own = signedInput(use.id, use.action as Action, says, signerOf(who, needed));
  const reason: Record<string, JsonValue> = says === 'approve' ? {} : { reason: 'random' };
  if (step.kind !== 'forge') return [name, { ...own, principal: who, ...reason }];
  const others = MEMBERS.filter((id) => !people.includes(id));
  const victim = of(others.length === 0 ? MEMBERS : others, step.b);
  const given = use.approvals.map(({ principal, proof }) => ({
    principal,
    proof: proof as unknown as JsonValue,
  }));
  const taken = of([...given, { principal: victim, proof: own.proof ?? null }], step.b);
  const forged = [
    { ...own, principal: victim },
    { ...own, principal: victim, credential: 'wallet' },
    { ...own, principal: who, proof: taken.proof },
    { ...own, principal: taken.principal, proof: taken.proof },
  ];
  return [name, of(forged, step.a + step.b)];
}

async function operatorCommand(play: Play, step: Step, who: string): Promise<Command | null> {
  const { t, powers } = play;
  const { kind, a, b } = step;
  if (['approve', 'forge', 'decline', 'cancel'].includes(kind)) return signedCommand(play, step, who);
  const asked = of(powers, a);
  const target = of(asked.targets, b);
  const base = { power: asked.id, target: target.id, reason: 'random' };
  if (kind === 'request') {
    const subject: Record<string, JsonValue> = target.open.includes('subject')
      ? { subject: `acct-${b}` }
      : {};
    const fill = asked.governs === null ? subject : { change: changeOf(b, powers) };
    return ['authority.Request', { ...base, fill }];
  }
  if (kind === 'change') {
    const governing = of(
      powers.filter(({ governs }) => governs !== null),
      a,
    );
    const fill = { change: changeOf(b, powers) };
    return ['authority.Request', { power: governing.id, target: 'rules', reason: 'random', fill }];
  }
  if (kind === 'away') return ['people.DeclareAbsence', { until: isoTime(t.clock.now() + (1 + b) * 60_000) }];
  if (kind === 'back') return ['people.EndAbsence', {}];
  if (kind === 'token') {
    const expiresAt = isoTime(t.clock.now() + HOUR_MS);
    return ['people.IssueToken', { scopes: ['authority.Approve'], digest: 'a'.repeat(64), expiresAt }];
  }
  if (kind === 'answer') return answerCommand(t, who, b);
  if (kind === 'found')
    return ['authority.Found', { charter: charter() as unknown as JsonValue, signatures: [] }];
  const use = await someUse(t, a, kind === 'resume' && b % 4 > 0 ? ['executed', 'verified'] : undefined);
  if (use === null) return null;
  if (kind === 'execute') return ['authority.Execute', { use: use.id }];
  if (kind === 'review') return ['authority.Review', { use: use.id, wasRight: true, findings: 'random' }];
  const stop = { power: use.action?.power ?? '', target: use.action?.target ?? '', of: use.id };
  return ['authority.Request', { ...stop, step: b % 3 === 0 ? 'extend' : 'resume', reason: 'random' }];
}

async function answerCommand(t: TestApp, who: string, n: number): Promise<Command> {
  const people = await stored<People>(t, 'people.register', 'all');
  const challenge = people?.challenge?.id ?? 'none';
  const body = { founding: people?.founding ?? '', challenge, principal: who };
  const signer = signerOf(who, n);
  const proof = signer.sign({ says: 'answer', body }) as unknown as JsonValue;
  return ['people.Answer', { challenge, principal: who, credential: signer.credential.id, proof }];
}

async function systemCommand({ t }: Play, { kind, a, b }: Step): Promise<Command | null> {
  const why = { en: 'random', ja: 'random' };
  if (kind === 'keep') return ['authority.Keep', {}];
  if (kind === 'alive') return ['people.KeepLiveness', {}];
  if (kind === 'consider') return ['authority.Consider', { signal: SIGNAL, why }];
  if (kind === 'price') {
    const level = of(['critical', 'ok', 'critical', 'warning'], b);
    const at = isoTime(t.clock.now());
    return ['peg.RecordReading', { asset: 'USDC', at, level, price: 0.9, why, controls: [] }];
  }
  const use = await someUse(t, a);
  if (use === null) return null;
  if (kind === 'apply') return ['authority.Apply', { use: use.id }];
  return ['authority.Advance', { use: use.id }];
}

/** The target's answers, as the executor records them: so do stops come into force. */
async function finish(t: TestApp, n: number): Promise<void> {
  const use = await someUse(t, n, ['ordered']);
  if (use === null) return;
  await t.run('authority.RecordExecution', { use: use.id, outcome: { receipt: 1 } }, SYSTEM);
  await t.run('authority.RecordEffect', { use: use.id, inEffect: true, seen: null }, SYSTEM);
}

async function play(stage: Play, all: readonly Step[]): Promise<void> {
  const { t, people } = stage;
  const pauses = [1_000, 60_000, HOUR_MS / 4, HOUR_MS, 2 * HOUR_MS, 2 * HOUR_MS, 25 * HOUR_MS, 48 * HOUR_MS];
  for (const step of all) {
    if (step.kind === 'wait') t.clock.moveTo(t.clock.now() + of(pauses, step.a));
    else if (step.kind === 'done') await finish(t, step.a);
    else if (SYSTEM_STEPS.includes(step.kind)) {
      const command = await systemCommand(stage, step);
      if (command !== null) await t.run(command[0], command[1], SYSTEM);
    } else if (step.kind === 'gather') {
      // Everybody who plays signs the same use, one after the other, from somewhere in the circle on.
      const circle = people.map((_, n) => of(people, n + step.who));
      for (const who of circle) {
        const command = await signedCommand(stage, { ...step, kind: 'approve' }, who);
        if (command !== null) await t.run(command[0], command[1], as(who));
      }
    } else {
      const who = of(people, step.who);
      const command = await operatorCommand(stage, step, who);
      if (command !== null) await t.run(command[0], command[1], as(who));
    }
  }
}

/** What must never happen without a quorum. */
const CHANGES = [
  ...['Founded', 'PrincipalEnrolled', 'CredentialAdded', 'CredentialRevoked', 'PrincipalOffboarded'],
  ...['RoleAssigned', 'PowerAdopted', 'PowerRevoked', 'PolicyAdopted', 'ChangeApplied'],
  ...['Activated', 'ExecutionOrdered', 'Executed'],
];

/** Everything that these may send, in any order, changes nothing that matters. */
async function changesNothing(powers: readonly Power[], people: readonly string[], all: readonly Step[]) {
  const t = await newFirm(powers);
  const before = (await factsOf(t)).length;
  await play({ t, people, powers }, all);
  const after = (await factsOf(t)).slice(before);
  expect(after.map(nameOf).filter((name) => CHANGES.includes(name.split('.')[1] ?? ''))).toEqual([]);
  return after.map(nameOf);
}

describe('too few', () => {
  /** By everybody together: how far one person's random steps get is chance. */
  const seen = new Set<string>();
  test.each([...MEMBERS, 'stranger'])(
    '%s alone, with every credential, the local operator and the clock: no order, no change',
    (who) => {
      const alone = fc.asyncProperty(steps, async (all) => {
        for (const name of await changesNothing(POWERS, [who, LOCAL], all)) seen.add(name);
      });
      return fc.assert(alone, { numRuns: 10, interruptAfterTimeLimit: 20_000 });
    },
    30_000,
  );

  test.each(['Requested', 'Approved', 'AttemptDenied'])('they did get as far as %s', (name) => {
    expect([...seen]).toContain(`authority.${name}`);
  });

  test('two of a quorum of three, and all who do not approve beside them: no order, no change', async () => {
    const guardians = ['north', 'east', 'south', 'west'];
    const pairs = guardians.flatMap((one, n) => guardians.slice(n + 1).map((two) => [one, two]));
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pairs), steps, async (pair, all) => {
        for (const name of await changesNothing(STRICT, [...pair, 'watch', 'audit', LOCAL], all))
          seen.add(name);
      }),
      { numRuns: 30, interruptAfterTimeLimit: 20_000 },
    );
    expect([...seen]).toContain('authority.Approved');
  }, 30_000);
});

/** Who holds what now, told by the facts alone. */
type Register = {
  readonly credentials: Map<string, Credential>;
  guardians: readonly string[];
  powers: Map<string, Power>;
};

function follow(register: Register, fact: Fact): void {
  const body = fact.body as never as Record<string, never>;
  const name = nameOf(fact);
  if (name === 'people.Founded') {
    const { principals, roles } = (fact.body as { charter: Charter }).charter;
    for (const { id, credentials } of principals)
      for (const one of credentials) register.credentials.set(`${id}/${one.id}`, one as Credential);
    register.guardians = roles.find(({ id }) => id === 'guardian')?.holders ?? [];
  }
  if (name === 'people.CredentialRevoked')
    register.credentials.delete(`${body.principal}/${body.credential}`);
  if (name === 'people.PrincipalOffboarded')
    for (const key of [...register.credentials.keys()])
      if (key.startsWith(`${body.principal}/`)) register.credentials.delete(key);
  if (name === 'people.RoleAssigned') {
    const { role } = fact.body as { role: { id: string; holders: string[] } };
    if (role.id === 'guardian') register.guardians = role.holders;
  }
  if (name === 'authority.PowerAdopted') {
    const { power: adopted } = fact.body as unknown as { power: Power };
    register.powers.set(adopted.id, adopted);
  }
  if (name === 'authority.PowerRevoked') register.powers.delete(body.power as unknown as string);
}

type Signed = { principal: string; credential: string; proof: Proof };
type Seen = { action: Action; requester: string; approvals: Signed[]; activatedAt: number; orders: number };

/** Distinct people whose signature over exactly this action holds now. */
function genuine(
  { action, approvals, requester }: Seen,
  register: Register,
  kinds: readonly string[],
): number {
  const counted = approvals.filter(({ principal, credential: id, proof }) => {
    const credential = register.credentials.get(`${principal}/${id}`);
    if (credential === undefined || !kinds.includes(credential.kind)) return false;
    if (principal === requester || !register.guardians.includes(principal)) return false;
    return proofProblem({ says: 'approve', action }, credential, proof) === null;
  });
  return new Set(counted.map(({ principal }) => principal)).size;
}

/** Holds one order against everything that was recorded before it. */
function checkOrder(fact: Fact, seen: Seen, register: Register): void {
  const { hash, emergency, decision } = fact.body as {
    hash: string;
    emergency: boolean;
    decision: { permitted: boolean };
  };
  const at = Date.parse(fact.recordedAt);
  const { action } = seen;
  const known = register.powers.get(action.power);
  if (known === undefined) throw new Error(`${action.power} was ordered and is not in force`);
  const isStop = action.step === 'stop' || action.step === 'govern';
  const delayMs = isStop ? known.delayMs : known.resumeDelayMs;
  const approvals = genuine(seen, register, known.credentials);
  expect(hash).toBe(toHex(actionHash(action)));
  expect(decision.permitted).toBe(true);
  expect(approvals).toBeGreaterThanOrEqual(isStop ? known.quorum : known.resumeQuorum);
  if (emergency)
    expect(approvals).toBeGreaterThanOrEqual(known.emergency?.quorum ?? Number.POSITIVE_INFINITY);
  else expect(at).toBeGreaterThanOrEqual(seen.activatedAt + delayMs);
  expect(at).toBeLessThan(Date.parse(action.validBefore));
  expect(seen.orders, 'ordered once').toBe(1);
}

/** Reads the log front to back and holds every order against it; the number of orders by kind. */
function checkLog(facts: readonly Fact[]): {
  orders: number;
  urgent: number;
  resumed: number;
  changes: number;
} {
  const register: Register = { credentials: new Map(), guardians: [], powers: new Map() };
  const uses = new Map<string, Seen>();
  const found = { orders: 0, urgent: 0, resumed: 0, changes: 0 };
  for (const fact of facts) {
    const name = nameOf(fact);
    const body = fact.body as unknown as { use: string; action: Action; requester: string } & Signed;
    const seen = uses.get(body.use);
    if (name === 'authority.Requested')
      uses.set(body.use, { ...body, approvals: [], activatedAt: Number.NaN, orders: 0 });
    if (name === 'authority.Approved') seen?.approvals.push(body);
    if (name === 'authority.Activated' && seen) seen.activatedAt = Date.parse(fact.recordedAt);
    if (name === 'authority.ExecutionOrdered' && seen) {
      seen.orders += 1;
      checkOrder(fact, seen, register);
      found.orders += 1;
      if ((fact.body as { emergency: boolean }).emergency) found.urgent += 1;
      if (seen.action.step === 'resume') found.resumed += 1;
    }
    if (name === 'authority.ChangeApplied') {
      expect(seen?.orders, 'a change is applied after its order').toBe(1);
      found.changes += 1;
    }
    if (name === 'authority.Executed') expect(seen?.orders, 'nothing is executed unordered').toBe(1);
    follow(register, fact);
  }
  return found;
}

/** A stop in force, its resumption approved, the delay over: random steps seldom get so far. */
const OPENING: readonly Step[] = [
  { kind: 'request', who: 4, a: 0, b: 0 },
  { kind: 'gather', who: 0, a: 0, b: 1 },
  { kind: 'done', who: 0, a: 0, b: 0 },
  { kind: 'resume', who: 4, a: 0, b: 1 },
  { kind: 'gather', who: 0, a: 0, b: 1 },
  { kind: 'wait', who: 0, a: 4, b: 0 },
  { kind: 'advance', who: 0, a: 0, b: 0 },
];
const openings = fc.constantFrom(0, 3, 5, 7, 7).map((n) => OPENING.slice(0, n));

describe('everybody', () => {
  test('each order has its quorum, in time, after its delay, once, whatever is sent', async () => {
    const total = { orders: 0, urgent: 0, resumed: 0, changes: 0 };
    await fc.assert(
      fc.asyncProperty(openings, steps, fc.boolean(), async (opening, random, isCalm) => {
        const all = [...opening, ...random];
        const t = await newFirm(POWERS);
        // Firms that change their rules at random soon have few left who can act: half of them do not.
        const chosen = isCalm ? all.filter(({ kind }) => kind !== 'change') : all;
        await play({ t, people: [...MEMBERS, LOCAL], powers: isCalm ? STOPS : POWERS }, chosen);
        const found = checkLog(await factsOf(t));
        for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += found[name];
      }),
      { numRuns: 45, interruptAfterTimeLimit: 45_000 },
    );
    // So that the property above is about something.
    expect(total.orders).toBeGreaterThan(20);
    expect(Math.min(total.urgent, total.resumed, total.changes), JSON.stringify(total)).toBeGreaterThan(0);
  }, 60_000);
});

describe('a signature', () => {
  const phones = Object.fromEntries(
    MEMBERS.map((id) => [id, createSoftwarePasskey(id, 'phone', 'https://console.example')]),
  ) as unknown as Record<Member, Signer>;
  const withPhones = (whole: Charter): Charter => ({
    ...whole,
    principals: whole.principals.map((one) => ({
      ...one,
      credentials: [
        ...one.credentials,
        phones[one.id as Member].credential as (typeof one.credentials)[number],
      ],
    })),
  });
  const signersOf = (who: Member): readonly Signer[] => [KEYS[who], WALLETS[who], phones[who]];

  async function requested(t: TestApp, asked: Power = HALT): Promise<Use> {
    const input = { power: asked.id, target: asked.targets[0]?.id ?? '', reason: 'r' };
    const outcome = await t.run('authority.Request', input, as('watch'));
    if (outcome.status !== 'done') throw new Error(outcome.message);
    return (await stored<Use>(t, 'authority.use', (outcome.result as { use: string }).use)) as Use;
  }
  /** Refused or turned away, and nothing counted. */
  async function isRefused(t: TestApp, use: string, input: JsonValue): Promise<void> {
    const before = (await stored<Use>(t, 'authority.use', use))?.approvals.length;
    const said = await t.run('authority.Approve', input, as('north')).then(
      (outcome) => outcome.status,
      (error: { fault?: { code: string } }) => error.fault?.code,
    );
    expect(['refused', 'input.invalid']).toContain(said);
    expect((await stored<Use>(t, 'authority.use', use))?.approvals.length).toBe(before);
  }

  test('with any byte of it altered is worth nothing, of every kind', async () => {
    const t = await newFirm([HALT, TIGHTEN, LOOSEN], withPhones);
    const use = await requested(t);
    const kinds = fc.constantFrom(0, 1, 2);
    await fc.assert(
      fc.asyncProperty(
        kinds,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (kind, f, n, mask) => {
          const signer = signersOf('north')[kind] as Signer;
          const input = signedInput(use.id, use.action as Action, 'approve', signer);
          const proof = { ...(input.proof as Record<string, string>) };
          const field = of(
            Object.keys(proof).filter((name) => name !== 'kind'),
            f,
          );
          const isHex = proof[field]?.startsWith('0x') === true;
          const bytes = isHex
            ? Uint8Array.from(Buffer.from(proof[field]?.slice(2) ?? '', 'hex'))
            : Uint8Array.from(fromBase64(proof[field] ?? ''));
          const at = n % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ mask;
          proof[field] = isHex ? `0x${toHex(bytes)}` : toBase64(bytes);
          await isRefused(t, use.id, { ...input, proof });
        },
      ),
      { numRuns: 300 },
    );
    // Unaltered they are worth something: the test above can fail.
    for (const who of ['north', 'east'] as const) {
      const signer = who === 'north' ? phones.north : WALLETS.east;
      const input = signedInput(use.id, use.action as Action, 'approve', signer);
      expect((await t.run('authority.Approve', input, as(who))).status).toBe('done');
    }
  }, 30_000);

  test('over an action of which any field differs is worth nothing', async () => {
    const t = await newFirm([HALT, TIGHTEN, LOOSEN]);
    const { id, action } = await requested(t);
    const base = action as Action;
    const leaves = Object.keys(base).filter((name) => name !== 'act') as (keyof Action)[];
    const later = isoTime(Date.parse(base.validBefore) + 1_000);
    const others: Action[] = [
      ...leaves.map((name) => ({ ...base, [name]: name === 'validBefore' ? later : `${base[name]}x` })),
      { ...base, act: { ...base.act, subject: 'ETH' } as Action['act'] },
      { ...base, act: { ...base.act, operation: 'resume-withdrawals' } as Action['act'] },
      { ...base, act: { ...base.act, extra: 1 } as unknown as Action['act'] },
    ];
    for (const other of others)
      for (const signer of [KEYS.north, WALLETS.north])
        await isRefused(t, id, { ...signedInput(id, other, 'approve', signer), use: id });
  });

  test('for another chain, another guardian or another switch is worth nothing', async () => {
    const t = await newFirm(POWERS);
    const { id, action } = await requested(t, PAUSE);
    const base = action as Action;
    const others = [
      { chainId: 137 },
      { guardian: `0x${'13'.repeat(20)}` },
      { switchId: `0x${'35'.repeat(32)}` },
    ];
    for (const other of others) {
      const moved = { ...base, act: { ...base.act, ...other } as Action['act'] };
      await isRefused(t, id, { ...signedInput(id, moved, 'approve', WALLETS.north), use: id });
    }
    // The same key, over the action as it stands, but as a plain verdict instead of the contract's own order.
    const plain = { ...base, act: HALT.targets[0]?.act as Action['act'] };
    await isRefused(t, id, { ...signedInput(id, plain, 'approve', WALLETS.north), use: id });
    const right = signedInput(id, base, 'approve', WALLETS.north);
    expect((await t.run('authority.Approve', right, as('north'))).status).toBe('done');
  });

  test('is worth nothing a second time, for another use, under another name, or after the use', async () => {
    const t = await newFirm([HALT, TIGHTEN, LOOSEN]);
    const first = await requested(t);
    const signed = (use: Use, who: Member): Record<string, JsonValue> =>
      signedInput(use.id, use.action as Action, 'approve', KEYS[who]);
    const [north, east] = [signed(first, 'north'), signed(first, 'east')];
    // Changed about: each signature under the other's name, before and after the true ones.
    await isRefused(t, first.id, { ...north, proof: east.proof ?? null });
    await isRefused(t, first.id, { ...east, principal: 'north' });
    expect((await t.run('authority.Approve', north, as('north'))).status).toBe('done');
    await isRefused(t, first.id, north);
    await isRefused(t, first.id, { ...north, principal: 'east' });
    expect((await t.run('authority.Approve', east, as('east'))).status).toBe('done');
    await isRefused(t, first.id, east);
    await t.run('authority.RecordExecution', { use: first.id, outcome: { why: 'no', final: true } }, SYSTEM);
    const second = await requested(t);
    for (const old of [north, east]) await isRefused(t, second.id, { ...old, use: second.id });
    // In another order they are worth as much.
    for (const who of ['east', 'north'] as const)
      expect((await t.run('authority.Approve', signed(second, who), as('north'))).status).toBe('done');
    expect((await stored<Use>(t, 'authority.use', second.id))?.state).toBe('ordered');
  });
});
