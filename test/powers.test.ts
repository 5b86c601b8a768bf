/** The life of a use of a power on the real app: who may, with what signature, when, how often; every no is recorded. */
import type { Outcome } from '@sonae/core/app/handle.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Powers } from '@sonae/core/nouns/authority/views/powers.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import type { Action } from '@sonae/proof/action';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { signerOf } from '../packages/server/src/signing/key-file.ts';
import { createTestApp, START_MS, SYSTEM, type TestApp } from './support/app.ts';
import {
  as,
  charter,
  foundFirm,
  HALT,
  KEYS,
  LOOSEN,
  type Member,
  power,
  signCharter,
  signedInput,
  TIGHTEN,
  WALLETS,
} from './support/firm.ts';
import { createSoftwarePasskey } from './support/software-passkey.ts';

const HOUR_MS = 3_600_000;
let t: TestApp;

const said = (outcome: Outcome): string[] =>
  outcome.status === 'done' ? outcome.facts.map(({ type }) => type.split('@')[0] ?? '') : [outcome.refused];
const stored = async <T>(view: string, key: string): Promise<T> =>
  JSON.parse((await t.app.ports.store.view(view, key)) ?? 'null') as T;
const useOf = (id: string): Promise<Use> => stored<Use>('authority.use', id);
const actionOf = async (id: string): Promise<Action> => (await useOf(id)).action as Action;
const newestFact = async (): Promise<{ type: string; body: JsonValue }> =>
  JSON.parse((await t.app.ports.store.facts({ newestFirst: true, limit: 1 }))[0]?.text ?? '{}');

async function ask(input: Record<string, JsonValue> = {}, by = 'watch'): Promise<string> {
  const all = { power: 'halt-withdrawals', target: 'btc', reason: 'theft suspected', ...input };
  const outcome = await t.run('authority.Request', all, as(by));
  if (outcome.status !== 'done') throw new Error(`${outcome.refused}: ${outcome.message}`);
  return (outcome.result as { use: string }).use;
}
async function approve(use: string, by: Member, signer = KEYS[by]): Promise<string[]> {
  return said(
    await t.run('authority.Approve', signedInput(use, await actionOf(use), 'approve', signer), as(by)),
  );
}
/** Two guardians approve, the exchange takes it, and shows it. */
async function stopped(powerId = 'halt-withdrawals'): Promise<string> {
  const use = await ask({ power: powerId });
  await approve(use, 'north');
  await approve(use, 'east');
  await t.run('authority.RecordExecution', { use, outcome: { receipt: { ok: true } } }, SYSTEM);
  await t.run('authority.RecordEffect', { use, inEffect: true, seen: {} }, SYSTEM);
  return use;
}
const pass = (ms: number): void => t.clock.moveTo(t.clock.now() + ms);

beforeEach(async () => {
  t = createTestApp(createMemoryStore());
  await foundFirm(t);
});

describe('the founding', () => {
  test('takes every founder, once, over exactly this charter', async () => {
    const fresh = createTestApp(createMemoryStore());
    const input = (of = charter(), signatures = signCharter(of)) =>
      ({ charter: of, signatures }) as unknown as JsonValue;
    const five = signCharter(charter(), [KEYS.north, KEYS.east, KEYS.south, KEYS.west, KEYS.watch]);
    expect(said(await fresh.run('authority.Found', input(charter(), five)))).toEqual(['not-signed']);
    const other = signCharter(charter([HALT, TIGHTEN, { ...LOOSEN, quorum: 2 }]));
    expect(said(await fresh.run('authority.Found', input(charter(), other)))).toEqual(['not-signed']);
    expect(said(await fresh.run('authority.Found', input()))).toContain('people.Founded');
    expect(said(await fresh.run('authority.Found', input()))).toEqual(['founded-already']);
  });

  test.each<[string, () => ReturnType<typeof charter>]>([
    ['no power governs', () => charter([HALT])],
    [
      'names role nobody',
      () => charter([power({ ...HALT, roles: { ...HALT.roles, approve: ['nobody'] } }), TIGHTEN, LOOSEN]),
    ],
    ['needs 5 approvers', () => charter([power({ ...HALT, resumeQuorum: 5 }), TIGHTEN, LOOSEN])],
    ['quorum', () => charter([{ ...HALT, quorum: 1 }, TIGHTEN, LOOSEN])],
    ['resumeQuorum', () => charter([{ ...HALT, quorum: 3, resumeQuorum: 2 }, TIGHTEN, LOOSEN])],
    ['delayMs', () => charter([HALT, TIGHTEN, { ...LOOSEN, delayMs: 0 }])],
    [
      'one key stands for one person',
      () => {
        const twice = charter();
        const [first, second, ...rest] = twice.principals;
        const copied = { ...second!, credentials: first!.credentials };
        return { ...twice, principals: [first!, copied, ...rest] };
      },
    ],
  ])('refuses a charter where %s', async (why, make) => {
    const fresh = createTestApp(createMemoryStore());
    const of = make();
    const outcome = await fresh.run('authority.Found', {
      charter: of as unknown as JsonValue,
      signatures: signCharter(of),
    });
    expect(outcome).toMatchObject({ status: 'refused', refused: 'bad-charter' });
    expect((outcome as { message: string }).message).toContain(why);
  });
});

describe('from request to order', () => {
  test('two of four approve, and only then may the action leave', async () => {
    const use = await ask();
    expect(await approve(use, 'north')).toEqual(['authority.Approved']);
    expect(await approve(use, 'east')).toEqual([
      'authority.Approved',
      'authority.Activated',
      'authority.ExecutionOrdered',
    ]);
    const due = await t.app.ports.store.claimOutbox(isoTime(Date.now()), isoTime(Date.now() + 1), 100);
    const orders = due.filter(({ target }) => target === 'power');
    expect(orders.map(({ body }) => JSON.parse(body))).toEqual([
      { use, hash: (await useOf(use)).hash, what: 'perform' },
    ]);
    expect((await useOf(use)).decision).toMatchObject({ permitted: true, approvals: 2 });
  });

  test('a passkey, a key and a wallet count alike', async () => {
    const passkey = createSoftwarePasskey('north', 'phone', 'https://console.example');
    const of = charter();
    const [north, ...rest] = of.principals;
    const withPasskey = {
      ...north!,
      credentials: [...north!.credentials, passkey.credential],
    } as typeof north;
    const whole = { ...of, principals: [withPasskey!, ...rest] };
    t = createTestApp(createMemoryStore());
    await foundFirm(t, whole as typeof of);
    const use = await ask();
    const action = await actionOf(use);
    const bad = { ...signedInput(use, action, 'approve', passkey as never) };
    bad.proof = passkey.sign({ says: 'approve', action }, { userVerified: false }) as unknown as JsonValue;
    expect(said(await t.run('authority.Approve', bad, as('north')))).toEqual(['bad-proof']);
    expect(await approve(use, 'north', passkey as never)).toEqual(['authority.Approved']);
    expect(await approve(use, 'east', WALLETS.east)).toContain('authority.ExecutionOrdered');
  });

  test.each<[string, (use: string, action: Action) => Record<string, JsonValue>, string]>([
    [
      'signs another action',
      (use, a) => ({ ...signedInput(use, { ...a, target: 'account' }, 'approve', KEYS.north), use }),
      'bad-proof',
    ],
    [
      'signs a refusal and sends it as approval',
      (use, a) => signedInput(use, a, 'refuse', KEYS.north),
      'bad-proof',
    ],
    [
      'signs for another firm',
      (use, a) => signedInput(use, { ...a, founding: '0'.repeat(64) }, 'approve', KEYS.north),
      'bad-proof',
    ],
    [
      'signs under another policy',
      (use, a) => signedInput(use, { ...a, policy: '0'.repeat(64) }, 'approve', KEYS.north),
      'bad-proof',
    ],
    [
      'sends somebody else’s signature',
      (use, a) => ({ ...signedInput(use, a, 'approve', KEYS.east), principal: 'north' }),
      'bad-proof',
    ],
    [
      'names a key nobody bound',
      (use, a) => ({ ...signedInput(use, a, 'approve', KEYS.north), credential: 'other' }),
      'bad-proof',
    ],
    ['is not in the role', (use, a) => signedInput(use, a, 'approve', KEYS.audit), 'not-allowed'],
    ['requested it', (use, a) => signedInput(use, a, 'approve', KEYS.watch), 'not-allowed'],
    [
      'does not exist',
      (use, a) => ({ ...signedInput(use, a, 'approve', KEYS.north), principal: 'stranger' }),
      'bad-proof',
    ],
  ])('refuses and records an approver who %s', async (_, input, code) => {
    const use = await ask();
    expect(said(await t.run('authority.Approve', input(use, await actionOf(use)), as('north')))).toEqual([
      code,
    ]);
    expect(await newestFact()).toMatchObject({ type: 'authority.AttemptDenied@1', body: { code } });
    expect((await useOf(use)).approvals).toEqual([]);
  });

  test('nobody counts twice, not even with a second credential', async () => {
    const use = await ask();
    await approve(use, 'north');
    expect(await approve(use, 'north')).toEqual(['not-allowed']);
    expect(await approve(use, 'north', WALLETS.north)).toEqual(['not-allowed']);
    expect((await useOf(use)).state).toBe('requested');
  });

  test('an approval of one use is worth nothing for the next, though both do the same', async () => {
    const first = await ask();
    const kept = signedInput(first, await actionOf(first), 'approve', KEYS.north);
    const no = signedInput(first, await actionOf(first), 'refuse', KEYS.east);
    expect(said(await t.run('authority.Decline', { ...no, reason: 'not needed' }, as('east')))).toEqual([
      'authority.Declined',
    ]);
    const second = await ask();
    expect(said(await t.run('authority.Approve', { ...kept, use: second }, as('north')))).toEqual([
      'bad-proof',
    ]);
    expect(said(await t.run('authority.Approve', kept, as('north')))).toEqual(['wrong-state']);
  });

  test('a request runs out of time; a clock that stands still does not save it', async () => {
    const use = await ask();
    await approve(use, 'north');
    pass(HOUR_MS);
    expect(await approve(use, 'east')).toEqual(['not-allowed']);
    await t.run('authority.Keep', {}, SYSTEM);
    expect((await useOf(use)).state).toBe('expired');
  });

  test('people who are not on duty, or strangers, can not ask', async () => {
    const input = { power: 'halt-withdrawals', target: 'btc', reason: 'r' };
    for (const who of ['audit', 'stranger', 'local:operator', 'system:rules'])
      expect(said(await t.run('authority.Request', input, as(who)))).toEqual(['not-allowed']);
    expect(
      said(await t.run('authority.Request', { ...input, durationMs: 25 * HOUR_MS }, as('watch'))),
    ).toEqual(['not-allowed']);
  });

  test('a target’s open fields are filled in, and no others', async () => {
    const input = { power: 'halt-withdrawals', target: 'account', reason: 'r' };
    const run = async (fill: JsonValue) =>
      said(await t.run('authority.Request', { ...input, fill }, as('watch')));
    expect(await run({})).toEqual(['bad-fill']);
    expect(await run({ subject: 'acct-7', operation: 'unfreeze-account' })).toEqual(['bad-fill']);
    expect(await run({ subject: 'a b' })).toEqual(['bad-fill']);
    expect(await run({ subject: 'acct-7' })).toEqual(['authority.Requested']);
    expect(await run({ subject: 'acct-7' })).toEqual(['same-open']);
    expect(await run({ subject: 'acct-8' })).toEqual(['authority.Requested']);
  });
});

test('nobody pushes a stop out of sight by asking often', async () => {
  const stop = await stopped();
  for (let n = 0; n < 1_100; n += 1) {
    const use = await ask({ target: 'account', fill: { subject: `a${n}` } });
    const no = signedInput(use, await actionOf(use), 'refuse', KEYS.east);
    await t.run('authority.Decline', { ...no, reason: 'noise' }, as('east'));
  }
  const { uses } = await stored<{ uses: { id: string }[] }>('authority.uses', 'all');
  expect(uses).toHaveLength(1_000);
  expect(uses.map(({ id }) => id)).toContain(stop);
  pass(24 * HOUR_MS);
  expect(said(await t.run('authority.Keep', {}, SYSTEM))).toContain('authority.Lapsed');
});

test('a person has only so many requests open, and keeps nobody else from asking', async () => {
  for (let n = 0; n < 20; n += 1) await ask({ target: 'account', fill: { subject: `a${n}` } });
  const input = { power: 'halt-withdrawals', target: 'btc', reason: 'r' };
  expect(said(await t.run('authority.Request', input, as('watch')))).toEqual(['too-many-open']);
  expect(said(await t.run('authority.Request', input, as('north')))).toEqual(['authority.Requested']);
});

describe('from order to review', () => {
  test('lapses by itself when its time is over', async () => {
    const use = await stopped();
    expect((await useOf(use)).state).toBe('verified');
    pass(24 * HOUR_MS - 1_000);
    await t.run('authority.Keep', {}, SYSTEM);
    expect((await useOf(use)).state).toBe('verified');
    pass(1_000);
    expect(said(await t.run('authority.Keep', {}, SYSTEM))).toEqual(['authority.Lapsed']);
  });

  test('resuming takes three people and two hours, and one guardian can still call it off', async () => {
    const use = await stopped();
    const resume = await ask({ step: 'resume', of: use, reason: 'false alarm' });
    await approve(resume, 'north');
    await approve(resume, 'east');
    expect((await useOf(resume)).state).toBe('requested');
    expect(await approve(resume, 'south')).toEqual(['authority.Approved', 'authority.Activated']);
    expect(said(await t.run('authority.Advance', { use: resume }, SYSTEM))).toEqual([]);
    pass(2 * HOUR_MS - 1);
    expect(said(await t.run('authority.Advance', { use: resume }, SYSTEM))).toEqual([]);
    pass(1);
    expect(said(await t.run('authority.Advance', { use: resume }, SYSTEM))).toEqual([
      'authority.ExecutionOrdered',
    ]);
    await t.run('authority.RecordExecution', { use: resume, outcome: { receipt: 1 } }, SYSTEM);
    const seen = await t.run('authority.RecordEffect', { use: resume, inEffect: true, seen: {} }, SYSTEM);
    expect(said(seen)).toEqual(['authority.EffectVerified', 'authority.Resumed']);
    expect((await useOf(use)).state).toBe('resumed');
  });

  test('a cancelled resumption leaves the stop in force', async () => {
    const use = await stopped();
    const resume = await ask({ step: 'resume', of: use, reason: 'too early?' });
    for (const who of ['north', 'east', 'south'] as const) await approve(resume, who);
    const no = {
      ...signedInput(resume, await actionOf(resume), 'cancel', KEYS.west),
      reason: 'thief is still in',
    };
    expect(said(await t.run('authority.Cancel', no, as('west')))).toEqual(['authority.Cancelled']);
    pass(3 * HOUR_MS);
    await t.run('authority.Advance', { use: resume }, SYSTEM);
    expect((await useOf(resume)).state).toBe('revoked');
    expect((await useOf(use)).state).toBe('verified');
  });

  test('what the target does not show is said, and is critical after five minutes', async () => {
    const use = await ask();
    await approve(use, 'north');
    await approve(use, 'east');
    await t.run('authority.RecordExecution', { use, outcome: { receipt: 1 } }, SYSTEM);
    const missed = await t.run(
      'authority.RecordEffect',
      { use, inEffect: null, seen: { a: 1, b: 2 } },
      SYSTEM,
    );
    expect(said(missed)).toEqual(['authority.EffectMissed']);
    pass(5 * 60_000 + 1);
    const read = await t.run('authority.ReadControls', {}, SYSTEM);
    // Whoever leads is called at once to verify the suspicion.
    const called = ['people.PageOrdered', 'people.PersonCalled'];
    expect(said(read)).toEqual(['authority.ControlLevelChanged', 'incidents.Suspected', ...called]);
  });

  test('is reviewed by somebody who neither asked nor approved, in time or publicly late', async () => {
    const use = await stopped();
    const input = { use, wasRight: true, findings: 'The theft was real.' };
    for (const who of ['north', 'east', 'watch', 'south'])
      expect(said(await t.run('authority.Review', input, as(who)))).toEqual(['not-allowed']);
    pass(72 * HOUR_MS);
    expect(said(await t.run('authority.Keep', {}, SYSTEM))).toContain('authority.ReviewMissed');
    expect(said(await t.run('authority.Review', input, as('audit')))).toEqual(['authority.Reviewed']);
    expect(said(await t.run('authority.Review', input, as('audit')))).toEqual(['reviewed-already']);
  });

  test('a power is used so often and not more', async () => {
    for (let n = 0; n < 3; n += 1) {
      const use = await ask({ target: 'account', fill: { subject: `a${n}` } });
      await approve(use, 'north');
      await approve(use, 'east');
    }
    const input = { power: 'halt-withdrawals', target: 'btc', reason: 'r' };
    expect(said(await t.run('authority.Request', input, as('watch')))).toEqual(['not-allowed']);
    pass(24 * HOUR_MS);
    expect(said(await t.run('authority.Request', input, as('watch')))).toEqual(['authority.Requested']);
  });
});

describe('resuming only what is in force, by its own power', () => {
  const EASY = power({ ...HALT, id: 'easy-halt', resumeQuorum: 2, resumeDelayMs: 0 });
  const powersWith = (...more: Power[]) => charter([HALT, TIGHTEN, LOOSEN, ...more]);

  test('a stop of one power is not resumed through an easier one', async () => {
    t = createTestApp(createMemoryStore());
    await foundFirm(t, powersWith(EASY));
    const use = await stopped();
    const input = { power: 'easy-halt', target: 'btc', step: 'resume', of: use, reason: 'r' };
    expect(said(await t.run('authority.Request', input, as('watch')))).toEqual(['no-use']);
  });

  test('a resumption whose stop has lapsed meanwhile does not lift the next stop', async () => {
    t = createTestApp(createMemoryStore());
    await foundFirm(
      t,
      powersWith(power({ ...HALT, id: 'slow', resumeDelayMs: 30 * HOUR_MS, approveWithinMs: 9 * HOUR_MS })),
    );
    const first = await stopped('slow');
    const resume = await ask({ power: 'slow', step: 'resume', of: first, reason: 'r' });
    for (const who of ['north', 'east', 'south'] as const) await approve(resume, who);
    expect((await useOf(resume)).state).toBe('activated');
    pass(24 * HOUR_MS);
    await t.run('authority.Keep', {}, SYSTEM);
    expect((await useOf(first)).state).toBe('lapsed');
    await stopped('slow');
    pass(6 * HOUR_MS);
    expect(said(await t.run('authority.Advance', { use: resume }, SYSTEM))).toEqual([]);
    expect((await useOf(resume)).state).toBe('activated');
  });
});

describe('who has signed, and when', () => {
  test('an approver who says no later takes the yes back', async () => {
    t = createTestApp(createMemoryStore());
    await foundFirm(t, charter([power({ ...HALT, refusals: 2 }), TIGHTEN, LOOSEN]));
    const use = await ask();
    await approve(use, 'north');
    const no = signedInput(use, await actionOf(use), 'refuse', KEYS.north);
    expect(said(await t.run('authority.Decline', { ...no, reason: 'a mistake' }, as('north')))).toEqual([
      'authority.Declined',
    ]);
    expect(await approve(use, 'east')).toEqual(['authority.Approved']);
    expect((await useOf(use)).approvals.map(({ principal }) => principal)).toEqual(['east']);
    expect(await approve(use, 'south')).toContain('authority.ExecutionOrdered');
  });

  test('approvals end with their own time, also where the delay is long', async () => {
    const change = {
      change: 'set-power',
      power: { ...HALT, quorum: 4, resumeQuorum: 4 },
    } as unknown as JsonValue;
    const use = await ask({ power: 'loosen-rules', target: 'rules', fill: { change } });
    await approve(use, 'north');
    pass(HOUR_MS);
    expect(await approve(use, 'east')).toEqual(['not-allowed']);
    await t.run('authority.Keep', {}, SYSTEM);
    expect((await useOf(use)).state).toBe('expired');
  });

  test('in an emergency the delay falls away, by hand as well as by itself', async () => {
    const slow = { delayMs: HOUR_MS, emergency: { quorum: 3 } };
    const byHand = power({ ...HALT, ...slow, id: 'by-hand', roles: { ...HALT.roles, execute: ['auditor'] } });
    t = createTestApp(createMemoryStore());
    await foundFirm(t, charter([power({ ...HALT, ...slow }), byHand, TIGHTEN, LOOSEN]));
    const use = await ask();
    await approve(use, 'north');
    expect(await approve(use, 'east')).toEqual(['authority.Approved', 'authority.Activated']);
    expect(await approve(use, 'south')).toEqual(['authority.Approved', 'authority.ExecutionOrdered']);
    const other = await ask({ power: 'by-hand' });
    for (const who of ['north', 'east'] as const) await approve(other, who);
    expect(said(await t.run('authority.Execute', { use: other }, as('audit')))).toEqual(['not-allowed']);
    await approve(other, 'south');
    expect(said(await t.run('authority.Execute', { use: other }, as('audit')))).toEqual([
      'authority.ExecutionOrdered',
    ]);
  });
});

describe('changing the rules', () => {
  const change = async (powerId: string, what: JsonValue, approvers: readonly Member[]): Promise<string> => {
    const use = await ask({
      power: powerId,
      target: 'rules',
      reason: 'decided by the board',
      fill: { change: what },
    });
    for (const who of approvers) await approve(use, who);
    return use;
  };
  const powers = async (): Promise<Powers> => stored<Powers>('authority.powers', 'all');
  const people = async (): Promise<People> => stored<People>('people.register', 'all');

  test('tightening is immediate', async () => {
    const use = await change(
      'tighten-rules',
      { change: 'set-power', power: { ...HALT, quorum: 3 } as never },
      ['north', 'east'],
    );
    expect((await useOf(use)).state).toBe('verified');
    expect((await powers()).powers['halt-withdrawals']?.power.quorum).toBe(3);
  });

  test('loosening does not pass as tightening, and waits', async () => {
    const looser = {
      change: 'set-power',
      power: { ...HALT, bounds: { ...HALT.bounds, durationMs: 48 * HOUR_MS } },
    };
    const input = { power: 'tighten-rules', target: 'rules', reason: 'r', fill: { change: looser as never } };
    expect(said(await t.run('authority.Request', input, as('watch')))).toEqual(['bad-fill']);
    const use = await change('loosen-rules', looser as never, ['north', 'east', 'south']);
    expect((await useOf(use)).state).toBe('activated');
    pass(48 * HOUR_MS - 1);
    await t.run('authority.Advance', { use }, SYSTEM);
    expect((await useOf(use)).state).toBe('activated');
    pass(1);
    await t.run('authority.Advance', { use }, SYSTEM);
    expect((await powers()).powers['halt-withdrawals']?.power.bounds.durationMs).toBe(48 * HOUR_MS);
  });

  test('a use that waits does not survive a change of its power', async () => {
    const use = await ask();
    await approve(use, 'north');
    await change('tighten-rules', { change: 'set-power', power: { ...HALT, quorum: 3 } as never }, [
      'north',
      'east',
    ]);
    expect(await approve(use, 'east')).toEqual(['power-changed']);
    await t.run('authority.Advance', { use }, SYSTEM);
    expect((await useOf(use)).state).toBe('cancelled');
  });

  test('a lost key is revoked by two others; its signatures count no more', async () => {
    await change('tighten-rules', { change: 'revoke-credential', principal: 'north', credential: 'key' }, [
      'east',
      'south',
    ]);
    const use = await ask();
    expect(await approve(use, 'north')).toEqual(['bad-proof']);
    expect(await approve(use, 'north', WALLETS.north)).toEqual(['authority.Approved']);
  });

  test('a new key is bound by three others after two days, and shows that its holder has it', async () => {
    const fresh = signerOf('ed25519', 'north', 'key-2', new Uint8Array(32).fill(99));
    const { founding } = await people();
    const credential = fresh.credential as unknown as JsonValue;
    const body = { founding, principal: 'north', credential };
    const proof = fresh.sign({ says: 'bind', body }) as unknown as JsonValue;
    const stolen = { change: 'bind-credential', principal: 'west', credential, proof };
    const input = { power: 'loosen-rules', target: 'rules', reason: 'r', fill: { change: stolen as never } };
    expect(said(await t.run('authority.Request', input, as('watch')))).toEqual(['bad-fill']);
    const use = await change('loosen-rules', { ...stolen, principal: 'north' }, ['east', 'south', 'west']);
    pass(48 * HOUR_MS);
    await t.run('authority.Advance', { use }, SYSTEM);
    const stop = await ask();
    expect(await approve(stop, 'north', fresh)).toEqual(['authority.Approved']);
  });

  test('the firm can not lock itself out', async () => {
    const leave = async (who: string) =>
      said(
        await t.run(
          'authority.Request',
          {
            power: 'tighten-rules',
            target: 'rules',
            reason: 'r',
            fill: { change: { change: 'offboard-principal', principal: who } },
          },
          as('watch'),
        ),
      );
    await change('tighten-rules', { change: 'offboard-principal', principal: 'west' }, ['north', 'east']);
    expect(await leave('south')).toEqual(['bad-fill']);
  });
});

describe('deputies and signs of life', () => {
  test('a role moves on when its holder is away, visibly, and comes back', async () => {
    const until = isoTime(START_MS + 8 * HOUR_MS);
    const away = await t.run('people.DeclareAbsence', { until }, as('watch'));
    expect(said(away)).toEqual(['people.AbsenceDeclared', 'people.RoleMoved', 'people.RoleMoved']);
    expect(
      said(
        await t.run(
          'authority.Request',
          { power: 'halt-withdrawals', target: 'btc', reason: 'r' },
          as('watch'),
        ),
      ),
    ).toEqual(['not-allowed']);
    pass(8 * HOUR_MS);
    expect(await ask()).toHaveLength(26);
  });

  test('who does not answer falls out of the quorum, down to the floor, and comes back by answering', async () => {
    pass(30 * 24 * HOUR_MS);
    const asked = await t.run('people.KeepLiveness', {}, SYSTEM);
    expect(said(asked)).toEqual(['people.LivenessChallenged']);
    const { challenge, founding } = await stored<People>('people.register', 'all');
    const answerOf = (who: Member, signer = KEYS[who]) => {
      const body = { founding, challenge: challenge?.id ?? '', principal: who };
      const proof = signer.sign({ says: 'answer', body }) as unknown as JsonValue;
      return { challenge: challenge?.id ?? '', principal: who, credential: 'key', proof };
    };
    expect(said(await t.run('people.Answer', answerOf('north', KEYS.east), as('north')))).toEqual([
      'bad-proof',
    ]);
    for (const who of ['north', 'east', 'watch'] as const)
      expect(said(await t.run('people.Answer', answerOf(who), as(who)))).toEqual(['people.LivenessAnswered']);
    pass(24 * HOUR_MS);
    await t.run('people.KeepLiveness', {}, SYSTEM);
    const { persons } = await stored<People>('people.register', 'all');
    const silent = Object.values(persons).filter(({ silentSince }) => silentSince !== null);
    // Six founders, a floor of four: of three silent ones two are dropped.
    expect(silent.map(({ id }) => id)).toEqual(['south', 'west']);
    const use = await ask();
    expect(await approve(use, 'south')).toEqual(['bad-proof']);
  });
});
