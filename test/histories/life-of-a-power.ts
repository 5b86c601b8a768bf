/** A recorded history of powers: a founding, a stop that lapses, one that is resumed and reviewed, a no, a changed rule. */
import type { Outcome } from '@sonae/core/app/handle.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { Action } from '@sonae/proof/action';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { SYSTEM, type TestApp } from '../support/app.ts';
import { as, charter, HALT, KEYS, type Member, signCharter, signedInput, WALLETS } from '../support/firm.ts';

const HOUR_MS = 3_600_000;

export async function playPowers(t: TestApp): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const run = async (command: string, input: JsonValue, actor = as('watch')): Promise<Outcome> => {
    const outcome = await t.run(command, input, actor);
    outcomes.push(outcome);
    return outcome;
  };
  const actionOf = async (use: string): Promise<Action> => {
    const text = await t.app.ports.store.view('authority.use', use);
    return (JSON.parse(text ?? '{}') as Use).action as Action;
  };
  const ask = async (input: Record<string, JsonValue>): Promise<string> => {
    const outcome = await run('authority.Request', {
      power: 'halt-withdrawals',
      reason: 'theft suspected',
      ...input,
    });
    return outcome.status === 'done' ? (outcome.result as { use: string }).use : '';
  };
  const sign = async (use: string, who: Member, signer = KEYS[who]): Promise<Outcome> =>
    run('authority.Approve', signedInput(use, await actionOf(use), 'approve', signer), as(who));
  const effect = async (use: string): Promise<void> => {
    await run('authority.RecordExecution', { use, outcome: { receipt: { at: 'exchange' } } }, SYSTEM);
    await run('authority.RecordEffect', { use, inEffect: true, seen: { halted: true } }, SYSTEM);
  };
  const pass = (ms: number): void => t.clock.moveTo(t.clock.now() + ms);

  const of = charter();
  await run('authority.Found', { charter: of, signatures: signCharter(of) } as unknown as JsonValue);
  const first = await ask({ target: 'btc' });
  await sign(first, 'north');
  await sign(first, 'north', WALLETS.north);
  await sign(first, 'east', WALLETS.east);
  await effect(first);
  const resume = await ask({ target: 'btc', step: 'resume', of: first, reason: 'false alarm' });
  for (const who of ['north', 'east', 'south'] as const) await sign(resume, who);
  pass(2 * HOUR_MS);
  await run('authority.Advance', { use: resume }, SYSTEM);
  await effect(resume);
  await run(
    'authority.Review',
    { use: first, wasRight: true, findings: 'The signs were real.' },
    as('audit'),
  );
  const frozen = await ask({ target: 'account', fill: { subject: 'acct-7' }, durationMs: HOUR_MS });
  await sign(frozen, 'south');
  await sign(frozen, 'west');
  await effect(frozen);
  pass(HOUR_MS);
  await run('authority.Keep', {}, SYSTEM);
  const declined = await ask({ target: 'account', fill: { subject: 'acct-8' } });
  const no = signedInput(declined, await actionOf(declined), 'refuse', KEYS.east);
  await run('authority.Decline', { ...no, reason: 'wrong account' }, as('east'));
  await run('people.DeclareAbsence', { until: new Date(t.clock.now() + HOUR_MS).toISOString() });
  const change = { change: 'set-power', power: { ...HALT, quorum: 3 } } as unknown as JsonValue;
  pass(HOUR_MS);
  const tightened = await ask({
    power: 'tighten-rules',
    target: 'rules',
    reason: 'the board',
    fill: { change },
  });
  await sign(tightened, 'north');
  await sign(tightened, 'east');
  await run('authority.ReadControls', {}, SYSTEM);
  pass(80 * HOUR_MS);
  await run('authority.Keep', {}, SYSTEM);
  return outcomes;
}
