/** One history in which every command of the incidents noun is used, and refused, at fixed times. */

import type { Outcome } from '@sonae/core/app/handle.ts';
import { isoTime, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { incidentOf, START_MS, SYSTEM, type TestApp } from '../support/app.ts';

const text = (what: string): JsonValue => ({ en: what, ja: what });

const reading = (minute: number, level: string, price: number): JsonValue => ({
  asset: 'USDC',
  at: isoTime(START_MS + minute * MINUTE_MS),
  level,
  price,
  why: text(`level ${level}`),
  controls: [{ control: 'peg.depeg', level, why: text(`control ${level}`) }],
});

/** Plays the history and returns every outcome in order. */
export async function playHistory({ app, run, clock }: TestApp): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let minute = 0;
  const step = async (command: string, input: JsonValue, system = false): Promise<Outcome> => {
    minute += 10;
    clock.moveTo(START_MS + minute * MINUTE_MS);
    const outcome = await (system ? run(command, input, SYSTEM) : run(command, input));
    outcomes.push(outcome);
    return outcome;
  };
  const items = [0, 1, 2].map((i) => ({ kind: 'bar', openAt: START_MS + i * MINUTE_MS, close: 1 - i / 100 }));
  const [from, to] = [isoTime(START_MS), isoTime(START_MS + 3 * MINUTE_MS)];
  await step('prices.RecordBars', { feed: 'alpha-usdc-usd', from, to, items }, true);
  await step(
    'prices.RecordComposite',
    { asset: 'USDC', from, to, low: 0.98, high: 1, last: 0.98, items },
    true,
  );
  await step(
    'prices.RecordFeedLevel',
    { asset: 'USDC', feed: 'beta-usdc-usd', to: 'blind', at: to, why: text('silent') },
    true,
  );
  await step(
    'prices.RecordRejections',
    { feed: 'beta-usdc-usd', from, to, counts: { 'not-a-number': 3 }, sample: 'NaN' },
    true,
  );
  await step('peg.RecordReading', reading(5, 'watch', 0.9965), true);
  await step('peg.RecordReading', reading(6, 'warning', 0.9895), true);
  await step('peg.RecordReading', reading(7, 'critical', 0.95), true);
  const declared = await step('incidents.Declare', {
    title: 'a person saw something',
    severity: 'pending',
    reporter: 'sealed words',
  });
  const own = incidentOf(declared);
  const list = JSON.parse((await app.ports.store.view('incidents.list', 'all')) ?? '{"incidents":[]}') as {
    incidents: { id: string; correlation: string | null }[];
  };
  const suspected = list.incidents.find((incident) => incident.correlation === 'peg/USDC')?.id ?? '';
  await step('incidents.Verify', { incident: suspected, expectedRevision: 0 });
  await step('incidents.Verify', { incident: suspected });
  await step('incidents.Declare', { incident: suspected, severity: 'major', title: 'USDC below its peg' });
  await step('incidents.Classify', { incident: suspected, severity: 'critical', reason: 'beyond 3 %' });
  await step('incidents.Note', {
    incident: suspected,
    text: 'called the bank',
    happenedAt: isoTime(START_MS),
  });
  await step('incidents.Advance', { incident: suspected, to: 'contained' });
  await step('incidents.Advance', { incident: suspected, to: 'closed' });
  await step('peg.RecordReading', reading(100, 'ok', 0.9999), true);
  for (const phase of ['remediating', 'recovering', 'closed', 'reviewed'])
    await step('incidents.Advance', { incident: suspected, to: phase });
  const cause = { class: 'external', fire: 'external-dependency', text: 'the bank closed' };
  await step('incidents.RecordCause', { incident: suspected, ...cause });
  await step('incidents.CompleteReview', { incident: suspected, summary: 'held at par' });
  await step('peg.RecordReading', reading(200, 'warning', 0.985), true);
  await step('incidents.Lapse', { correlation: 'peg/USDC' }, true);
  await step('incidents.Dismiss', { incident: own, reason: 'not a suspicion' });
  await step('incidents.Advance', { incident: own, to: 'closed' });
  await step('incidents.Reopen', { incident: own });
  await step('incidents.Verify', { incident: 'nobody' });
  return outcomes;
}
