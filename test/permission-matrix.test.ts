/**
 * Who may do what with which power in which state of a use: everybody x every power x every state x every
 * verb, answered by the real commands on states that were really built, held against golden/permission-
 * matrix.tsv. A line is a group of cells: who, power, states with the same answer, verb, answer. When a rule
 * changes on purpose, run with UPDATE_GOLDEN=1 and read the difference.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { authorize } from '@sonae/core/app/authorize.ts';
import type { Outcome } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { isRefused, type Refused } from '@sonae/core/kernel/result.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Decided, DecisionContext, Principal } from '@sonae/core/log/define.ts';
import { ask, type World, world } from '@sonae/core/nouns/authority/decisions/checks.ts';
import { VERBS } from '@sonae/core/nouns/authority/engine/power-rules.ts';
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import { USE_STATES, type Use, type UseState } from '@sonae/core/nouns/authority/views/use.ts';
import type { Action } from '@sonae/proof/action';
import type { Verdict } from '@sonae/proof/approval';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { type Signer, signerOf } from '../packages/server/src/signing/key-file.ts';
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
} from './support/firm.ts';

const GOLDEN = fileURLToPath(new URL('golden/permission-matrix.tsv', import.meta.url));
const HOUR_MS = 3_600_000;
const LOCAL = 'local:operator';
const STRANGER = 'stranger';
const SONAE: Principal = { id: 'system:rules', kind: 'system' };
const WHO: readonly Principal[] = [...MEMBERS.map(as), as(LOCAL), as(STRANGER), SONAE];
const OUTSIDER_KEY: Signer = signerOf('ed25519', STRANGER, 'key', new Uint8Array(32).fill(77));
const SIGNAL = 'peg/USDC';

/** What the others lack: a person executes, Sonae proposes, criteria, a delay, an emergency. */
const DESK: Power = power({
  id: 'halt-desk',
  roles: { ...HALT.roles, execute: ['commander'] },
  proposes: true,
  delayMs: HOUR_MS,
  emergency: { quorum: 3 },
  activation: { anyOf: [{ signal: SIGNAL, atLeast: 'critical' }] },
  targets: [
    {
      id: 'market',
      says: { en: 'A market', ja: '市場' },
      act: { kind: 'exchange', system: 'main', operation: 'halt-market', subject: 'BTC/JPY', limit: null },
      resume: {
        kind: 'exchange',
        system: 'main',
        operation: 'resume-market',
        subject: 'BTC/JPY',
        limit: null,
      },
      open: [],
    },
  ],
});
const POWERS: readonly Power[] = [HALT, DESK, TIGHTEN, LOOSEN];

/** States in which no use of a power ever rests, and why. Everything else is built. */
const NEVER: Readonly<Record<string, Partial<Record<UseState, string>>>> = {
  [TIGHTEN.id]: {
    activated: 'no delay: ordered and applied with the approval that suffices',
    ordered: 'applied in the same transaction',
    executed: 'applied is verified: the log is the target',
    lapsed: 'a change has no end',
    resumed: 'a change is undone by another change',
    revoked: 'never waits after its activation',
  },
  [LOOSEN.id]: {
    ordered: 'applied in the same transaction',
    executed: 'applied is verified: the log is the target',
    lapsed: 'a change has no end',
    resumed: 'a change is undone by another change',
  },
};

type Built = { readonly t: TestApp; readonly use: Use };

const stored = async <T>(t: TestApp, view: string, key: string): Promise<T | null> =>
  JSON.parse((await t.app.ports.store.view(view, key)) ?? 'null') as T | null;

async function must(t: TestApp, command: string, input: JsonValue, actor: Principal): Promise<JsonValue> {
  const outcome: Outcome = await t.run(command, input, actor);
  if (outcome.status !== 'done') throw new Error(`${command}: ${outcome.refused}: ${outcome.message}`);
  return outcome.result;
}

const pass = (t: TestApp, ms: number): void => t.clock.moveTo(t.clock.now() + ms);

async function sign(t: TestApp, use: string, says: Verdict, ...by: Member[]): Promise<void> {
  const command = { approve: 'Approve', refuse: 'Decline', cancel: 'Cancel' }[says];
  for (const who of by) {
    const { action } = (await stored<Use>(t, 'authority.use', use)) as Use;
    const signed = signedInput(use, action as Action, says, KEYS[who]);
    const input = says === 'approve' ? signed : { ...signed, reason: 'not needed' };
    await must(t, `authority.${command}`, input, as(who));
  }
}

/** What a request of this power fills in: a change of the kind that it governs. */
function fillOf(of: Power): JsonValue {
  if (of.governs === null) return {};
  if (of.governs === 'loosen') return { change: { change: 'withdraw-power', power: 'halt-desk' } };
  return { change: { change: 'revoke-credential', principal: 'west', credential: 'wallet' } };
}

const requestInput = (of: Power, more: Record<string, JsonValue> = {}): Record<string, JsonValue> => ({
  power: of.id,
  target: of.targets[0]?.id ?? '',
  reason: 'theft suspected',
  fill: fillOf(of),
  ...more,
});

async function request(t: TestApp, of: Power, more: Record<string, JsonValue> = {}): Promise<string> {
  const result = await must(t, 'authority.Request', requestInput(of, more), as('watch'));
  return (result as { use: string }).use;
}

/** A firm where the criteria of every power are met. */
async function firm(): Promise<TestApp> {
  const t = createTestApp(createMemoryStore());
  await foundFirm(t, charter(POWERS));
  const why = { en: 'depeg', ja: '乖離' };
  const at = isoTime(t.clock.now());
  const reading = { asset: 'USDC', at, level: 'critical', price: 0.9, why, controls: [] };
  await must(t, 'peg.RecordReading', reading, SYSTEM);
  // What Sonae proposed on it would stand in the way of the request.
  const list = (await stored<{ uses: { id: string }[] }>(t, 'authority.uses', 'all'))?.uses ?? [];
  for (const { id } of list) await sign(t, id, 'cancel', 'west');
  return t;
}

const record = (t: TestApp, use: string, outcome: JsonValue): Promise<JsonValue> =>
  must(t, 'authority.RecordExecution', { use, outcome }, SYSTEM);

/** Carries a requested use on to its order. */
async function order(t: TestApp, of: Power, use: string, quorum: number): Promise<void> {
  await sign(t, use, 'approve', ...(['north', 'east', 'south'] as const).slice(0, quorum));
  pass(t, of.delayMs);
  if (of.roles.execute.length > 0) await must(t, 'authority.Execute', { use }, as('watch'));
  else await must(t, 'authority.Advance', { use }, SYSTEM);
}

async function performed(t: TestApp, use: string): Promise<void> {
  await record(t, use, { receipt: 1 });
  await must(t, 'authority.RecordEffect', { use, inEffect: true, seen: null }, SYSTEM);
}

/** Activated: by a delay of the power, or by the two hours before a resumption. */
async function activated(t: TestApp, of: Power): Promise<string> {
  if (of.delayMs > 0) {
    const use = await request(t, of);
    await sign(t, use, 'approve', ...(['north', 'east', 'south'] as const).slice(0, of.quorum));
    pass(t, of.delayMs);
    return use;
  }
  const stop = await request(t, of);
  await order(t, of, stop, of.quorum);
  await performed(t, stop);
  const use = await request(t, of, { step: 'resume', of: stop });
  await sign(t, use, 'approve', 'north', 'east', 'south');
  pass(t, of.resumeDelayMs);
  return use;
}

async function resumed(t: TestApp, of: Power): Promise<string> {
  const stop = await request(t, of);
  await order(t, of, stop, of.quorum);
  await performed(t, stop);
  const use = await request(t, of, { step: 'resume', of: stop });
  await sign(t, use, 'approve', 'north', 'east', 'south');
  pass(t, of.resumeDelayMs);
  if (of.roles.execute.length > 0) await must(t, 'authority.Execute', { use }, as('watch'));
  else await must(t, 'authority.Advance', { use }, SYSTEM);
  await performed(t, use);
  return stop;
}

/** A change that was sound when it was asked for and no longer is when it is ordered. */
async function failedChange(t: TestApp, of: Power): Promise<string> {
  const use = await request(t, of);
  await sign(t, use, 'approve', 'north');
  const first = await request(t, TIGHTEN, { fill: { change: changeThatFails(of) } });
  await sign(t, first, 'approve', 'north', 'east');
  const rest = (['east', 'south'] as const).slice(0, of.quorum - 1);
  await sign(t, use, 'approve', ...rest);
  pass(t, of.delayMs);
  await must(t, 'authority.Advance', { use }, SYSTEM);
  return use;
}

const changeThatFails = (of: Power): JsonValue =>
  of.governs === 'loosen'
    ? { change: 'withdraw-power', power: 'halt-desk' }
    : { change: 'offboard-principal', principal: 'west' };

async function reach(t: TestApp, of: Power, state: UseState): Promise<string> {
  if (state === 'resumed') return resumed(t, of);
  if (state === 'activated') return activated(t, of);
  if (state === 'failed' && of.governs !== null) return failedChange(t, of);
  if (state === 'revoked') {
    const use = await activated(t, of);
    await sign(t, use, 'cancel', 'west');
    return use;
  }
  const use = await request(t, of);
  await sign(t, use, 'approve', 'north');
  if (state === 'requested') return use;
  if (state === 'declined') await sign(t, use, 'refuse', 'west');
  if (state === 'cancelled') await sign(t, use, 'cancel', 'west');
  if (state === 'expired') {
    pass(t, of.approveWithinMs + of.delayMs);
    await must(t, 'authority.Keep', {}, SYSTEM);
  }
  if (state === 'declined' || state === 'cancelled' || state === 'expired') return use;
  await sign(t, use, 'approve', ...(['east', 'south'] as const).slice(0, of.quorum - 1));
  pass(t, of.delayMs);
  if (of.roles.execute.length > 0) await must(t, 'authority.Execute', { use }, as('watch'));
  else await must(t, 'authority.Advance', { use }, SYSTEM);
  if (state === 'ordered' || of.governs !== null) return use;
  await record(t, use, state === 'failed' ? { why: 'no', final: true } : { receipt: 1 });
  if (state === 'executed' || state === 'failed') return use;
  await must(t, 'authority.RecordEffect', { use, inEffect: true, seen: null }, SYSTEM);
  if (state !== 'lapsed') return use;
  pass(t, of.bounds.durationMs ?? 0);
  await must(t, 'authority.Keep', {}, SYSTEM);
  return use;
}

async function build(of: Power, state: UseState): Promise<Built> {
  const t = await firm();
  const id = await reach(t, of, state);
  const use = (await stored<Use>(t, 'authority.use', id)) as Use;
  expect(use.state, `${of.id}: a use that is ${state}`).toBe(state);
  return { t, use };
}

const contextOf = (t: TestApp, actor: Principal): DecisionContext => {
  const now = isoTime(t.clock.now());
  const seal = (): never => {
    throw new Error('nothing of this is sealed');
  };
  return { now, surelyPast: now, actor, newId: () => 'NEW', seal, evidence: () => ({ items: [], root: '' }) };
};

/** What a command would answer this person now, without its leaving a trace: decisions are pure. */
async function answer(
  t: TestApp,
  name: string,
  input: JsonValue,
  actor: Principal,
  isAbout: (body: unknown) => boolean = () => true,
): Promise<string> {
  const command = registry.commands.get(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const denied = authorize(command, actor);
  if (denied !== null) return `no ${denied.refused}`;
  const parsed = command.input.parse(input);
  const state: Record<string, JsonValue> = {};
  for (const [key, asked] of Object.entries(command.reads(parsed)))
    state[key] = (await stored<JsonValue>(t, asked.view.name, asked.key)) ?? asked.view.initial(asked.key);
  const decided: Decided | Refused = command.decide(parsed, state as never, contextOf(t, actor));
  if (isRefused(decided)) return `no ${decided.refused}`;
  if (decided.refusal) {
    const [denial] = decided.facts as unknown as readonly { body: { rules?: string[] } }[];
    return `no ${[decided.refusal.refused, ...(denial?.body.rules ?? ['unrecorded'])].join(' ')}`;
  }
  const told = decided.facts.filter(({ body }) => isAbout(body));
  const facts = told.map(({ type }) => type.replace(/^\w+\.|@\d+$/g, ''));
  return facts.length === 0 ? 'nothing' : `yes ${facts.join(' ')}`;
}

/** Everybody signs with the key they have; the two who were never enrolled with one that nobody bound. */
const keyOf = (id: string): Signer => (id in KEYS ? KEYS[id as Member] : { ...OUTSIDER_KEY, principal: id });

async function operatorAnswers({ t, use }: Built, of: Power, who: Principal): Promise<[string, string][]> {
  const signed = (says: Verdict): Record<string, JsonValue> =>
    signedInput(use.id, use.action as Action, says, keyOf(who.id));
  const reason = 'not needed';
  const findings = { wasRight: true, findings: 'it was right' };
  const resume = requestInput(of, { step: 'resume', of: use.id, fill: {} });
  const asked: [string, string, JsonValue][] = [
    ['approve', 'authority.Approve', signed('approve')],
    ['decline', 'authority.Decline', { ...signed('refuse'), reason }],
    ['cancel', 'authority.Cancel', { ...signed('cancel'), reason }],
    ['execute', 'authority.Execute', { use: use.id }],
    ['review', 'authority.Review', { use: use.id, ...findings }],
    ['resume', 'authority.Request', resume],
  ];
  const answers = asked.map(
    async ([verb, command, input]): Promise<[string, string]> => [verb, await answer(t, command, input, who)],
  );
  return Promise.all(answers);
}

/** Sonae itself: its own commands, and what the rules say to every verb when nobody stands behind it. */
async function sonaeAnswers({ t, use }: Built, of: Power): Promise<[string, string][]> {
  const state = Object.fromEntries(
    await Promise.all(
      Object.entries(world()).map(async ([name, { view, key }]) => [
        name,
        (await stored<JsonValue>(t, view.name, key)) ?? view.initial(key),
      ]),
    ),
  ) as World;
  const action = use.action as Action;
  const asked = { power: of, action, durationMs: 0, use, principal: null, approvals: use.approvals.length };
  const rules = VERBS.map((verb): [string, string] => {
    const { record } = ask({ ...asked, verb }, state, contextOf(t, SONAE));
    return [`rules:${verb}`, [record.permitted ? 'yes' : 'no', ...record.rules].join(' ')];
  });
  return [['advance', await answer(t, 'authority.Advance', { use: use.id }, SONAE)], ...rules];
}

type Cells = Map<string, string[]>;

const put = (cells: Cells, who: string, of: string, state: string, verb: string, said: string): void => {
  const key = `${who}\t${of}\t\t${verb}\t${said}`;
  cells.set(key, [...(cells.get(key) ?? []), state]);
};

async function addState(cells: Cells, of: Power, state: UseState): Promise<void> {
  const built = await build(of, state);
  for (const who of WHO) {
    const own = who.kind === 'system' ? await sonaeAnswers(built, of) : [];
    for (const [verb, said] of [...(await operatorAnswers(built, of, who)), ...own])
      put(cells, who.id, of.id, state, verb, said);
  }
}

async function addRequests(cells: Cells, of: Power): Promise<void> {
  const t = await firm();
  for (const who of WHO)
    put(cells, who.id, of.id, '-', 'request', await answer(t, 'authority.Request', requestInput(of), who));
  const input = { signal: SIGNAL, why: { en: 'depeg', ja: '乖離' } };
  const about = (body: unknown): boolean => JSON.stringify(body).includes(`"power":"${of.id}"`);
  put(cells, SONAE.id, of.id, '-', 'propose', await answer(t, 'authority.Consider', input, SONAE, about));
}

let cells: Cells | null = null;
async function matrix(): Promise<Cells> {
  if (cells !== null) return cells;
  const made: Cells = new Map();
  for (const of of POWERS) {
    await addRequests(made, of);
    for (const state of USE_STATES) if (NEVER[of.id]?.[state] === undefined) await addState(made, of, state);
  }
  cells = made;
  return made;
}

const ORDER = ['-', ...USE_STATES];
function linesOf(made: Cells): string[] {
  const lines = [...made].map(([key, states]) => {
    const [who, of, , verb, said] = key.split('\t');
    const sorted = [...states].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
    return [who, of, verb, said, sorted.join(' ')].join('\t');
  });
  const never = Object.entries(NEVER).flatMap(([of, states]) =>
    Object.entries(states).map(([state, why]) => `(nobody)\t${of}\t-\tnever: ${why}\t${state}`),
  );
  return ['who\tpower\tverb\tanswer\tstates', ...[...lines, ...never].sort()];
}

const linesWith = async (verb: RegExp, said: RegExp): Promise<string[][]> =>
  linesOf(await matrix())
    .map((line) => line.split('\t'))
    .filter(([, , v, s]) => verb.test(v ?? '') && said.test(s ?? ''));

describe('the matrix of permissions', () => {
  test('is the golden one', async () => {
    const text = `${linesOf(await matrix()).join('\n')}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, text);
    expect(text, 'if it was meant to change: UPDATE_GOLDEN=1, and read the difference').toBe(
      readFileSync(GOLDEN, 'utf8'),
    );
    expect(text.split('\n').length).toBeLessThan(2_000);
  });

  test('has every cell: everybody, every power, every state, every verb', async () => {
    const seen = new Set(
      linesOf(await matrix()).flatMap((line) => {
        const [who, of, verb, , states = ''] = line.split('\t');
        return states.split(' ').map((state) => `${who} ${of} ${state} ${verb}`);
      }),
    );
    const verbs = ['approve', 'decline', 'cancel', 'execute', 'review', 'resume'];
    for (const of of POWERS)
      for (const { id } of WHO) {
        expect(seen.has(`${id} ${of.id} - request`)).toBe(true);
        for (const state of USE_STATES)
          for (const verb of verbs)
            expect(
              seen.has(`${id} ${of.id} ${state} ${verb}`) || seen.has(`(nobody) ${of.id} ${state} -`),
              `${id} ${of.id} ${state} ${verb}`,
            ).toBe(true);
      }
  });

  test('lets those who were never enrolled do nothing at all', async () => {
    const yes = (await linesWith(/./, /^yes/)).filter(([who]) => who === LOCAL || who === STRANGER);
    expect(yes).toEqual([]);
  });

  test('lets Sonae propose, activate and execute, and never approve, cancel or review', async () => {
    const yes = (await linesWith(/./, /^yes/)).filter(([who]) => who === SONAE.id).map(([, , verb]) => verb);
    expect([...new Set(yes)].sort()).toEqual(
      ['advance', 'propose', 'rules:activate', 'rules:execute', 'rules:request'].sort(),
    );
  });

  test('lets nobody approve or review what they asked for, nor review what they approved', async () => {
    const approving = (await linesWith(/^approve$/, /^yes/)).map(([who]) => who);
    expect(approving).not.toContain('watch');
    expect(new Set((await linesWith(/^review$/, /^yes/)).map(([who]) => who))).toEqual(new Set(['audit']));
  });
});
