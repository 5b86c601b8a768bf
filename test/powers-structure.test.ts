/**
 * The structure of powers: one fact lets an action leave, one function makes it, one module hands it to a
 * target, and whoever adds a command or a way out must say here why it is safe. Every message names what to
 * do instead.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { registry } from '@sonae/core/app/modules.ts';
import type { Action } from '@sonae/core/log/define.ts';
import type { Fact } from '@sonae/core/log/fact.ts';
import { POWER_TARGET } from '@sonae/core/nouns/authority/actions.ts';
import { countingApprovals } from '@sonae/core/nouns/authority/decisions/checks.ts';
import { type Power, powerSchema, QUORUM_MIN } from '@sonae/core/nouns/authority/facts/power.ts';
import {
  cancelled,
  decisionSchema,
  executionOrdered,
  lapsed,
} from '@sonae/core/nouns/authority/facts/use.ts';
import { NO_USE, type Signature, type Use } from '@sonae/core/nouns/authority/views/use.ts';
import { founded } from '@sonae/core/nouns/people/facts/register.ts';
import { type People, type Person, peopleRegister } from '@sonae/core/nouns/people/views/register.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { charter, HALT, KEYS, WALLETS } from './support/firm.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

type Source = { readonly path: string; readonly text: string };

/** Product sources only: no tests, nothing built. */
function sources(dir: string): Source[] {
  return readdirSync(join(ROOT, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = normalize(join(dir, entry.name));
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sources(path);
    if (!/\.tsx?$/.test(entry.name) || /\.test\.tsx?$/.test(entry.name)) return [];
    return [{ path, text: withoutComments(readFileSync(join(ROOT, path), 'utf8')) }];
  });
}
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

const CORE = sources('packages/core/src');
const SERVER = sources('packages/server/src');
const matching = (all: readonly Source[], pattern: RegExp): string[] =>
  all.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
const count = (all: readonly Source[], pattern: RegExp): number =>
  all.reduce((sum, { text }) => sum + [...text.matchAll(pattern)].length, 0);

const HASH = 'a'.repeat(64);
const AT = '2026-04-01T00:00:00Z';
const DECISION = { power: HASH, policy: HASH, permitted: true, rules: ['execute'], approvals: 2, at: AT };
const ORDER = { use: 'u', hash: HASH, kind: 'exchange', by: 'system:rules', emergency: false };

/** A fact of any type, with a body that has every field a rule may look at. */
function factOf(name: string): Fact {
  const version = registry.facts.get(name)?.version ?? 1;
  const why = { en: 'why', ja: 'why' };
  const ended = { revoked: true, signature: {}, until: AT, reason: why };
  const body = { ...ORDER, ...ended, asset: 'USDC', control: 'c', from: 'ok', to: 'critical', at: AT, why };
  const rest = { seq: 1, id: 'f', stream: 's', recordedAt: AT, occurredAt: AT, actor: 'a', cause: 'c' };
  return { ...rest, type: `${name}@${version}`, body } as Fact;
}

/** What every rule does with a fact of its own type; one that needs more of a body is none of ours. */
function actionsOf(name: string): Action[] {
  const kinds = ['exchange', 'govern'];
  return (registry.rules.get(name) ?? []).flatMap((rule) =>
    kinds.flatMap((kind) => {
      const fact = factOf(name);
      try {
        return rule.act({ ...fact, body: { ...(fact.body as object), kind } });
      } catch {
        return [];
      }
    }),
  );
}

describe('the only way out', () => {
  /** Why each may: nothing else wakes the executor. */
  const ALLOWED: Readonly<Record<string, string>> = {
    [executionOrdered.name]: 'carries its decision; the gate asks again',
    [lapsed.name]: 'lets go of what has run out of time',
    [cancelled.name]: 'strikes out what waits on the target, with the signature of whoever called it off',
  };

  test('of all facts only order, lapse and call-off send to the executor, and all do', () => {
    const sending = [...registry.rules.keys()].filter((name) =>
      actionsOf(name).some((action) => action.kind === 'send' && action.target === POWER_TARGET),
    );
    expect(sending.sort(), 'let the decision yield ExecutionOrdered instead of a send of its own').toEqual(
      Object.keys(ALLOWED).sort(),
    );
    // A body that the probe does not have could hide a send: the source names the target only there.
    expect(
      matching(CORE, /POWER_TARGET|target: 'power'/),
      'only the actions of authority may name the executor’s target',
    ).toEqual(['packages/core/src/nouns/authority/actions.ts']);
    expect(count(CORE, /target: POWER_TARGET/g), 'one send per way out').toBe(Object.keys(ALLOWED).length);
  });

  test('an order carries its decision: hashes of power and policy, permitted, by which rules', () => {
    const parse = (decision: unknown): boolean =>
      executionOrdered.schema.safeParse({ ...ORDER, decision }).success;
    expect(parse(DECISION)).toBe(true);
    for (const name of Object.keys(DECISION)) {
      const { [name as keyof typeof DECISION]: _, ...less } = DECISION;
      expect(parse(less), `a decision without ${name}: keep it in decisionSchema`).toBe(false);
    }
    for (const name of ['power', 'policy'] as const)
      expect(parse({ ...DECISION, [name]: '' }), `an empty ${name} hash says nothing`).toBe(false);
    expect(executionOrdered.schema.safeParse(ORDER).success, 'no order without a decision').toBe(false);
    expect(Object.keys(decisionSchema.shape).sort()).toEqual(Object.keys(DECISION).sort());
  });

  test('a lapse lets go only of what was ordered: it names a use and its end, and carries no act', () => {
    expect(Object.keys(z.toJSONSchema(lapsed.schema).properties ?? {}).sort()).toEqual(['until', 'use']);
    const [sent] = actionsOf(lapsed.name).filter((action) => action.kind === 'send');
    expect(sent).toMatchObject({ target: POWER_TARGET, body: { use: 'u', what: 'lapse' } });
  });

  test('a call-off strikes out only what was activated, and only with a signature', () => {
    const sentFor = (body: object): unknown[] =>
      (registry.rules.get(cancelled.name) ?? [])
        .flatMap((rule) => rule.act({ ...factOf(cancelled.name), body: { use: 'u', ...body } as never }))
        .filter((action) => action.kind === 'send' && action.target === POWER_TARGET);
    expect(sentFor({ revoked: true, signature: {} })).toMatchObject([{ body: { use: 'u', what: 'strike' } }]);
    expect(sentFor({ revoked: false, signature: {} }), 'nothing waits outside before activation').toEqual([]);
    expect(sentFor({ revoked: true, signature: null }), 'rules sign nothing that a target takes').toEqual([]);
  });

  test('an order over the rules changes the log and reaches no target', () => {
    const fact = factOf(executionOrdered.name);
    const govern = (registry.rules.get(executionOrdered.name) ?? []).flatMap((rule) =>
      rule.act({ ...fact, body: { ...ORDER, kind: 'govern', decision: DECISION } }),
    );
    expect(govern).toEqual([{ kind: 'command', command: 'authority.Apply', input: { use: 'u' } }]);
  });

  test('orders are made in one function, and only after the rules were asked', () => {
    const makers = CORE.flatMap(({ path, text }) =>
      [...text.matchAll(/newFact\(\s*executionOrdered\b/g)].map((match) => {
        const before = text.slice(0, match.index);
        return `${path} ${[...before.matchAll(/function (\w+)/g)].at(-1)?.[1]}`;
      }),
    );
    expect(makers, 'call orderExecution: it asks the rules and records the decision').toEqual([
      'packages/core/src/nouns/authority/decisions/approve.ts orderExecution',
    ]);
    const written = matching(SERVER, /['"`]authority\.ExecutionOrdered/);
    expect(written, 'the server reads orders, it never writes one').toEqual([]);
    const { text = '' } = CORE.find(({ path }) => path.endsWith('decisions/approve.ts')) ?? {};
    const body = text.slice(
      text.indexOf('function orderExecution'),
      text.indexOf('newFact(executionOrdered'),
    );
    expect(body, 'a no of the rules must end orderExecution').toMatch(
      /if \(!decision\.permitted\) return null/,
    );
  });
});

describe('targets', () => {
  test('are performed only by the executor', () => {
    /** Path -> why it may. */
    const ALLOWED: Readonly<Record<string, string>> = {
      'packages/server/src/powers/executor.ts': 'after the gate has checked the use against the verified log',
      'packages/server/src/demonstration/stage.ts':
        'wraps a target whole, so that its chain has the log’s time',
    };
    expect(
      matching(SERVER, /\.perform\(/).sort(),
      'hand the order to the executor; only it asks the gate first',
    ).toEqual(Object.keys(ALLOWED).sort());
    const { text = '' } = SERVER.find(({ path }) => path.endsWith('powers/executor.ts')) ?? {};
    const body = text.slice(text.indexOf('async function perform('), text.indexOf('target.perform('));
    expect(body, 'the executor asks the gate before it performs').toMatch(
      /gate\.check\([\s\S]*'problem' in checked\)\s*return checked\.passes\s*\? later\([\s\S]*: fail\(/,
    );
    const executor = SERVER.filter(({ path }) => path.endsWith('powers/executor.ts'));
    expect(count(executor, /\.perform\(/g), 'the executor performs in one place, behind the gate').toBe(1);
    for (const way of ['strike', 'release'])
      expect(count(SERVER, new RegExp(`target\\.${way}\\?\\.\\(`, 'g')), `${way}: executor and wrapper`).toBe(
        2,
      );
  });

  test('are connected only where connections are made', () => {
    const constructors = /\bcreate(?:Guardian|Exchange|Network|Bitcoin)Target\(/;
    const callers = SERVER.filter(({ text }) =>
      constructors.test(text.replace(/export function create\w+Target\(/g, '')),
    ).map(({ path }) => path);
    expect(callers, 'take the target from connections.ts').toEqual([
      'packages/server/src/powers/connections.ts',
    ]);
    expect(
      matching(SERVER, /\bevmTarget\(/).sort(),
      'only a node’s connections and the demonstration hold a relayer',
    ).toEqual(['packages/server/src/demonstration/stage.ts', 'packages/server/src/powers/connections.ts']);
  });

  test('are imported by nothing else of the server', () => {
    /** Importer -> what it may import of the acting connectors, and why. */
    const ALLOWED: Readonly<Record<string, readonly [RegExp, string]>> = {
      'packages/server/src/powers/connections.ts': [/./, 'opens what the configuration names'],
      'packages/server/src/demonstration/stage.ts': [
        /evm\/(demo-chain|local-evm)\.ts$/,
        'a local chain only',
      ],
      'packages/server/src/demonstration/firm.ts': [/evm\/demo-chain\.ts$/, 'the type of that chain'],
      'packages/server/src/outbox.ts': [/network\/notice-sender\.ts$/, 'opens tickets: words, no orders'],
      'packages/server/src/http/powers.ts': [/evm\/guardian-abi\.ts$/, 'describes calls, makes none'],
      'packages/server/src/connectors/evm-balances/evm-balances.ts': [
        /evm\/rpc-pool\.ts$/,
        'reads, signs nothing',
      ],
      'packages/server/src/connectors/evm-signatures/contract-signature.ts': [
        /evm\/rpc-pool\.ts$/,
        'asks a contract, signs nothing',
      ],
      'packages/server/src/verify/ask-contracts.ts': [
        /evm\/rpc-pool\.ts$/,
        'asks a contract for a verifier, signs nothing',
      ],
      'packages/server/src/connectors/bitcoin-readers/open-readers.ts': [
        /evm\/rpc-pool\.ts$/,
        'the type of an answer',
      ],
      'packages/server/src/custody/psbt-transfer.ts': [
        /bitcoin\/(build-sweep|describe-psbt)\.ts$/,
        'builds and describes unsigned transactions; holds no key and sends nothing',
      ],
    };
    const acting = /^packages\/server\/src\/connectors\/(evm|exchange|network|bitcoin)\//;
    const odd = SERVER.filter(({ path }) => !acting.test(path)).flatMap(({ path, text }) =>
      [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)]
        .map((match) => normalize(join(path, '..', match[1] ?? '')))
        .filter((to) => acting.test(to) && !ALLOWED[path]?.[0].test(to))
        .map((to) => `${path} -> ${to}`),
    );
    expect(odd, 'go through powers/connections.ts, or add it to the list with a reason').toEqual([]);
  });
});

describe('commands of people and powers', () => {
  /** What makes each operator command safe. A new command must be put here consciously. */
  const SAFE: Readonly<Record<string, 'signed' | 'judged' | 'own' | 'calls'>> = {
    'authority.Found': 'signed',
    'authority.Approve': 'signed',
    'authority.Decline': 'signed',
    'authority.Cancel': 'signed',
    'people.Answer': 'signed',
    'authority.Request': 'judged',
    'authority.Execute': 'judged',
    'authority.Review': 'judged',
    // About nobody but the signed-in person; powers over others never go through these.
    'people.DeclareAbsence': 'own',
    'people.EndAbsence': 'own',
    'people.SetContact': 'own',
    'people.IssueToken': 'own',
    // Takes a way in away, from anybody, by anybody enrolled: a stolen token can not wait for a quorum.
    'people.RevokeToken': 'own',
    'people.SetChannels': 'own',
    'people.AnswerPage': 'own',
    // About who is called, when and how: whoever is called still needs the role, the credential and the signature.
    'people.SetSchedule': 'calls',
    'people.TakeShift': 'calls',
    'people.RegisterHelper': 'calls',
    'people.RemoveHelper': 'calls',
    'people.Page': 'calls',
    'people.CallOff': 'calls',
  };
  /** Of both kinds: people call by hand whom the rules call by themselves. */
  const BY_BOTH = ['people.Page'];
  const commands = [...registry.commands.values()].filter(({ name }) => /^(authority|people)\./.test(name));
  const byOperator = commands.filter(({ by }) => by.includes('operator'));

  test('each is signed, judged by the rules, or about oneself: listed here', () => {
    expect(
      byOperator.map(({ name }) => name).sort(),
      'put the new command into SAFE: what keeps one person from doing harm with it?',
    ).toEqual(Object.keys(SAFE).sort());
    expect(
      byOperator.filter(({ by }) => by.includes('system')).map(({ name }) => name),
      'a command is for people or for the system',
    ).toEqual(BY_BOTH);
  });

  test.each(Object.entries(SAFE))('%s is %s', (name, safety) => {
    const command = registry.commands.get(name);
    const schema = JSON.stringify(z.toJSONSchema(command?.input ?? z.never(), { io: 'input' }));
    expect(schema.includes('"proof"'), 'a signature stands in the input as `proof`, and is required').toBe(
      safety === 'signed',
    );
    const source = CORE.find(({ text }) => text.includes(`name: '${name}'`));
    const text = source?.text ?? '';
    const start = text.indexOf(`name: '${name}'`);
    const end = text.indexOf('\nexport const', start);
    const decision = text.slice(start, end < 0 ? undefined : end);
    if (safety === 'judged')
      expect(decision, 'let the rules decide: ask, requestUse or orderExecution').toMatch(
        /\b(ask|requestUse|orderExecution)\(/,
      );
    if (safety === 'signed')
      expect(decision, 'verify the signature before anything else').toMatch(
        /\b(signatureProblem|cancelProblem|proofProblem)\(/,
      );
    if (safety === 'own')
      expect(decision, 'look at the actor, never at a name in the input').toMatch(/ctx\.actor/);
    if (safety === 'calls') {
      expect(decision, 'its facts go into the stream of reaching people').toMatch(/REACH_STREAM/);
      expect(decision, 'it touches neither the register nor a power').not.toMatch(
        /PEOPLE_STREAM|useStream|powers/,
      );
      expect(source?.path, 'beside the other commands about reaching people').toMatch(
        /people\/decisions\/(reach|page)/,
      );
    }
  });

  test('facts of people and rules carry the use that approved them, with these exceptions', () => {
    /** Facts that no use stands behind, and why. */
    const WITHOUT_USE: Readonly<Record<string, string>> = {
      'people.Founded': 'carries every founder’s signature',
      'people.RoleMoved': 'follows from an absence or a silence',
      'people.PrincipalNamed': 'one’s own name and routes, sealed',
      'people.AbsenceDeclared': 'one’s own',
      'people.AbsenceEnded': 'one’s own',
      'people.LivenessChallenged': 'a question',
      'people.LivenessAnswered': 'carries a signature',
      'people.LivenessMissed': 'time, down to the floor',
      'people.TokenIssued': 'a way to be recognised, never to approve',
      'people.TokenRevoked': 'takes that away',
      'people.SignInAccepted': 'a way to be recognised',
      'people.ProviderSignInAccepted': 'a way to be recognised',
      'people.ChannelsStated': 'one’s own channels, addresses sealed',
      'people.ChannelTested': 'a reading',
      'people.ScheduleFixed': 'says who is called when, gives nobody a role',
      'people.ShiftReplaced': 'says who is called when, gives nobody a role',
      'people.HelperRegistered': 'somebody who may be asked; not enrolled, no role',
      'people.HelperRemoved': 'takes that away',
      'people.PageOrdered': 'a call',
      'people.PersonCalled': 'a call',
      'people.PageAnswered': 'one’s own answer; approves nothing',
      'people.PageExhausted': 'time, after the last round',
      'people.PageEnded': 'nobody is needed any more',
      'people.PersonInformed': 'a message',
      'authority.StopRehearsed': 'a reading',
      'authority.ControlLevelChanged': 'a reading',
    };
    const without = [...registry.facts.values()]
      .filter(({ name }) => /^(people|authority)\./.test(name))
      .filter(({ schema }) => !(z.toJSONSchema(schema, { io: 'input' }).required ?? []).includes('use'))
      .map(({ name }) => name);
    expect(without.sort(), 'carry the approved use, or say here why none is needed').toEqual(
      Object.keys(WITHOUT_USE).sort(),
    );
  });

  test('what changes people or rules is written by the founding and by judged changes only', () => {
    const changes = [
      ...['principalEnrolled', 'credentialAdded', 'credentialRevoked', 'principalOffboarded', 'roleAssigned'],
      ...['powerAdopted', 'powerRevoked', 'policyAdopted', 'founded'],
    ];
    const CHANGES = new RegExp(`newFact\\(\\s*(${changes.join('|')})\\b`);
    const decisions = 'packages/core/src/nouns/authority/decisions';
    expect(matching(CORE, CHANGES).sort(), 'make it a change of changes.ts, which people approve').toEqual([
      `${decisions}/changes.ts`,
      `${decisions}/found.ts`,
    ]);
    expect(matching(CORE, /\bjudgeChange\(/).sort(), 'changes are applied by Apply alone').toEqual([
      `${decisions}/changes.ts`,
      `${decisions}/keep.ts`,
      `${decisions}/request.ts`,
    ]);
    expect(registry.commands.get('authority.Apply')?.by).toEqual(['system']);
  });
});

describe('no power is one person’s', () => {
  const quorums = fc.integer({ min: -3, max: 60 });
  const change = fc.record({
    quorum: quorums,
    resumeQuorum: quorums,
    emergency: fc.option(fc.record({ quorum: quorums })),
    governs: fc.constantFrom(null, 'tighten' as const, 'loosen' as const),
    delayMs: fc.constantFrom(0, 3_600_000, 172_800_000),
    proposes: fc.boolean(),
    separation: fc.record({ requesterApproves: fc.boolean(), approverExecutes: fc.boolean() }),
    roles: fc.record({
      request: fc.constantFrom(['guardian'], ['on-call', 'guardian']),
      approve: fc.constant(['guardian']),
      execute: fc.constantFrom([], ['commander']),
      cancel: fc.constant(['guardian']),
      review: fc.constant(['auditor']),
    }),
  });

  test(`whatever else it says, stopping, resuming and emergencies take ${QUORUM_MIN} at least`, () => {
    expect(QUORUM_MIN).toBeGreaterThanOrEqual(2);
    let accepted = 0;
    fc.assert(
      fc.property(change, (more) => {
        const parsed = powerSchema.safeParse({ ...HALT, ...more });
        const needed = [more.quorum, more.resumeQuorum, more.emergency?.quorum ?? 2];
        if (Math.min(...needed) < 2) expect(parsed.success, JSON.stringify(needed)).toBe(false);
        if (!parsed.success) return;
        accepted += 1;
        const { quorum, resumeQuorum, emergency }: Power = parsed.data;
        expect(resumeQuorum).toBeGreaterThanOrEqual(quorum);
        expect(emergency?.quorum ?? quorum).toBeGreaterThanOrEqual(quorum);
      }),
      { numRuns: 3_000 },
    );
    expect(accepted, 'powers that are sound must pass').toBeGreaterThan(100);
  });

  test.each(['1', 1.5, true, null, undefined, [2], Number.NaN, Number.POSITIVE_INFINITY])(
    'a quorum of %j is none',
    (quorum) => {
      expect(powerSchema.safeParse({ ...HALT, quorum }).success).toBe(false);
      expect(powerSchema.safeParse({ ...HALT, resumeQuorum: quorum }).success).toBe(false);
    },
  );
});

describe('of the approvals of a use', () => {
  const fact = { type: `${founded.name}@1`, recordedAt: AT, body: { founding: HASH, charter: charter() } };
  const PEOPLE: People = peopleRegister.apply(peopleRegister.initial('all'), fact as never, 'all');
  const by = (principal: 'north' | 'east' | 'watch', of: typeof KEYS = KEYS): Signature => ({
    principal,
    credential: of[principal].credential.id,
    proof: { kind: 'ed25519', signature: '' },
    at: AT,
  });
  const counted = (approvals: Signature[], power: Power = HALT, people: People = PEOPLE): string[] => {
    const use: Use = { ...NO_USE, requester: 'north', approvals };
    return countingApprovals(use, power, people).map(({ principal }) => principal);
  };
  const changed = (change: (person: Person) => Partial<Person>): People => {
    const east = PEOPLE.persons.east as Person;
    return { ...PEOPLE, persons: { ...PEOPLE.persons, east: { ...east, ...change(east) } } };
  };

  test('one counts that is by a guardian with a bound key of a kind that the power takes', () => {
    expect(counted([by('east')])).toEqual(['east']);
  });

  test.each<[string, () => string[], string[]]>([
    ['a second one by the same person', () => counted([by('east'), by('east', WALLETS)]), ['east']],
    ['the requester’s own', () => counted([by('north'), by('east')]), ['east']],
    ['one by somebody outside the role', () => counted([by('watch')]), []],
    [
      'one of a kind that the power does not take',
      () => counted([by('east')], { ...HALT, credentials: ['evm'] }),
      [],
    ],
    [
      'one by a person who has left',
      () =>
        counted(
          [by('east')],
          HALT,
          changed(() => ({ offboardedAt: AT })),
        ),
      [],
    ],
    [
      'one with a key that was revoked since',
      () => {
        const revoke = ({ credentials }: Person): Partial<Person> => ({
          credentials: { ...credentials, key: { ...credentials.key, revokedAt: AT } as never },
        });
        return counted([by('east')], HALT, changed(revoke));
      },
      [],
    ],
    ['one with a key that was never bound', () => counted([{ ...by('east'), credential: 'other' }]), []],
  ])('%s does not count', (_, count, expected) => {
    expect(count()).toEqual(expected);
  });
});
