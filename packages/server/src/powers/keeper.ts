/** What time does with powers while this node leads: expiry, delays, lapses, signs of life, rehearsals, controls. */
import type { App } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { HOUR_MS, MINUTE_MS, parseTime, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import { waitingUses } from '@sonae/core/nouns/authority/decisions/keep.ts';
import type { Uses } from '@sonae/core/nouns/authority/views/list.ts';
import type { Powers } from '@sonae/core/nouns/authority/views/powers.ts';
import type { Order } from '@sonae/core/ports/target.ts';
import { ACTION_FORMAT, type Act, type Action } from '@sonae/proof/action';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { sleep } from '../drive-scenario.ts';
import type { FindTarget } from './executor.ts';
import type { Gate } from './gate.ts';

const KEEPER: Principal = { id: 'system:clock', kind: 'system' };
export const KEEP_EVERY_MS = SECOND_MS / 2;
const CONTROLS_EVERY_MS = MINUTE_MS;
export const REHEARSE_EVERY_MS = 12 * HOUR_MS;
/** What failed may only have been out of reach: it is tried again soon. */
const REHEARSE_AGAIN_MS = 10 * MINUTE_MS;

/** Commands by which time acts: `noun.Keep...`, run by the clock alone, with an empty input. */
const KEEPING = [...registry.commands.values()].filter(
  ({ name, by }) => /^\w+\.Keep/.test(name) && by.includes('system'),
);
const KEEP_COMMANDS = KEEPING.map(({ name }) => name);

/** Names of the commands of the next round: those that may rest do so while the log stands still. */
export function createPace(app: Pick<App, 'ports'>): () => Promise<readonly string[]> {
  let seenSize = -1;
  const keptAt = new Map<string, number>();
  return async () => {
    const { size } = (await app.ports.store.head()).frontier;
    const nowMs = app.ports.clock.now();
    const isStill = size === seenSize;
    seenSize = size;
    const due = KEEPING.filter(({ name, restMs = 0 }) => {
      const restedMs = nowMs - (keptAt.get(name) ?? Number.NEGATIVE_INFINITY);
      return !isStill || restedMs < 0 || restedMs >= restMs;
    });
    for (const { name } of due) keptAt.set(name, nowMs);
    return due.map(({ name }) => name);
  };
}

/** One round: whatever is due now happens now. */
export async function keepRound(app: App, commands: readonly string[] = KEEP_COMMANDS): Promise<void> {
  const submit = (command: string, input: JsonValue): Promise<unknown> =>
    app.submit({ command, input, actor: KEEPER });
  const kept = await Promise.allSettled(commands.map((command) => submit(command, {})));
  for (const use of waitingUses(await readUses(app))) await submit('authority.Advance', { use: use.id });
  // One noun that cannot keep its time holds up no power; it is told once everything else is done.
  for (const outcome of kept) if (outcome.status === 'rejected') throw outcome.reason;
}

async function readUses(app: App): Promise<Uses['uses']> {
  const text = await app.ports.store.view('authority.uses', 'all');
  return text === undefined ? [] : (JSON.parse(text) as Uses).uses;
}

/** Rehearses every prepared stop whose last rehearsal is old: against the present state, without effect. */
export async function rehearseStops(app: App, find: FindTarget): Promise<void> {
  const text = await app.ports.store.view('authority.powers', 'all');
  if (text === undefined) return;
  const nowMs = app.ports.clock.now();
  const inForce = await targetsInForce(app);
  for (const { power, hash, rehearsals } of Object.values((JSON.parse(text) as Powers).powers)) {
    for (const prepared of power.targets) {
      const act = prepared.act as Act;
      const last = rehearsals[prepared.id];
      const restMs = last?.works ? REHEARSE_EVERY_MS : REHEARSE_AGAIN_MS;
      const isFresh = last !== undefined && nowMs - parseTime(last.at) < restMs;
      if (act.kind === 'govern' || prepared.open.length > 0 || isFresh) continue;
      // What is stopped already can not be stopped again: that says nothing about the next time.
      if (inForce.has(`${power.id}/${prepared.id}`)) continue;
      const target = find(act);
      const rehearsed =
        target === null
          ? { works: false as const, why: `no connection to the system of ${act.kind}` }
          : await target
              .rehearse(rehearsalOrder(power.id, hash, prepared.id, act, nowMs, power.bounds.durationMs))
              .catch((error: unknown) => ({ works: false as const, why: String(error).slice(0, 500) }));
      const { works } = rehearsed;
      const [why, shows] = rehearsed.works ? ['', rehearsed.shows] : [rehearsed.why.slice(0, 2_000), null];
      await app.submit({
        command: 'authority.RecordRehearsal',
        input: { power: power.id, target: prepared.id, works, why, shows },
        actor: KEEPER,
      });
    }
  }
}

async function targetsInForce(app: App): Promise<Set<string>> {
  const stops = (await readUses(app)).filter((use) => use.step === 'stop' && use.endedAt === null);
  return new Set(stops.map((use) => `${use.power}/${use.target}`));
}

/** An order that nobody approved and no gate would pass: only good for rehearsing. */
function rehearsalOrder(
  power: string,
  policy: string,
  target: string,
  act: Act,
  nowMs: number,
  durationMs: number | null,
): Order {
  const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const nobody = '0'.repeat(64);
  const action: Action = {
    format: ACTION_FORMAT,
    founding: nobody,
    use: 'rehearsal',
    power,
    policy,
    target,
    step: 'stop',
    reason: nobody,
    until: durationMs === null ? null : at(nowMs + durationMs),
    validBefore: at(nowMs + HOUR_MS),
    act,
  };
  return { action, actionText: canonicalJson(action as unknown as JsonValue), hash: nobody, approvals: [] };
}

/** Keeps powers while `leads` and until aborted. Wall time paces it; what is due is judged by the log's clock. */
export async function driveKeeper(
  app: App,
  find: FindTarget,
  gate: Gate,
  leads: () => boolean,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  let controlsAt = Number.NEGATIVE_INFINITY;
  let rehearsedAt = Number.NEGATIVE_INFINITY;
  const commandsDue = createPace(app);
  // Beside the rounds: a target that answers slowly must not hold up what is due.
  let rehearsing: Promise<void> | null = null;
  while (!signal.aborted) {
    const nowMs = app.ports.clock.now();
    // Keeps the gate at the log's end, so that it answers at once; a log that does not verify is told here first.
    await gate.world().catch(onFailure);
    if (!leads()) {
      await sleep(KEEP_EVERY_MS, signal);
      continue;
    }
    try {
      await keepRound(app, await commandsDue());
      if (rehearsing === null && nowMs - rehearsedAt >= CONTROLS_EVERY_MS) {
        rehearsedAt = nowMs;
        rehearsing = rehearseStops(app, find)
          .catch(onFailure)
          .finally(() => {
            rehearsing = null;
          });
      }
      if (nowMs - controlsAt >= CONTROLS_EVERY_MS) {
        controlsAt = nowMs;
        await app.submit({ command: 'authority.ReadControls', input: {}, actor: KEEPER });
      }
    } catch (error) {
      onFailure(error);
      await sleep(10 * KEEP_EVERY_MS, signal);
    }
    await sleep(KEEP_EVERY_MS, signal);
  }
  await rehearsing;
}
