/**
 * What people do in a scenario: commands at their time, as persons of a firm that exists for the drill. Refused acts are
 * told: a scenario whose people may not do what it says is wrong.
 */
import { createHash } from 'node:crypto';
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { FaultError, faultOf } from '@sonae/core/kernel/errors.ts';
import { isoTime, MINUTE_MS, parseTime } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { IncidentList } from '@sonae/core/nouns/incidents/views/list.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Scenario } from './connectors/scenario/scenario.ts';
import { demoCharter, demoFounding, demoSigners } from './demonstration/firm.ts';
import type { Books } from './ledger/books.ts';
import { INGEST_SCOPE, readBatch } from './ledger/read-batch.ts';
import { TREATMENT_SCOPE, takeTreatment } from './ledger/treatment.ts';
import { keepRound } from './powers/keeper.ts';

/** Whoever plays people in a drill: visible as such in every fact it causes. */
const PLAYER: Principal = { id: 'drill:player', kind: 'operator' };

/** Simulated time between rounds in which nobody acts. */
const KEEP_EVERY_MS = 5 * MINUTE_MS;

export type RefusedAct = { readonly at: string; readonly command: string; readonly why: string };
export type Actor = (at: number) => Promise<void>;

/** Founds the drill's firm where a scenario needs people and nobody founded one. */
export async function foundDrillFirm(app: App, scenario: Scenario): Promise<void> {
  if (!scenario.acts.some(({ by }) => by !== undefined && !by.startsWith('system:'))) return;
  const known = await app.ports.store.view('people.register', 'all');
  if (known !== undefined && (JSON.parse(known) as People).founding !== '') return;
  const signers = demoSigners(createHash('sha256').update(`drill ${scenario.id}`).digest('hex'));
  const charter = demoCharter(app.ports.signer.origin, scenario.asset ?? 'USDC', signers, null);
  await app.submit({ command: 'authority.Found', input: demoFounding(charter, signers), actor: PLAYER });
}

/** Performs acts as their time comes, and lets time act. Acts before `since` are taken as done by an earlier run. */
/** @param books where postings of the scenario are booked; without books such acts are told as refused */
export function createActor(
  app: App,
  scenario: Scenario,
  since: number,
  onRefused: (act: RefusedAct) => void,
  books: Books | null = null,
): Actor {
  const acts = scenario.acts.filter((act) => parseTime(act.at) > since);
  const saved = new Map<string, Readonly<Record<string, JsonValue>>>();
  let keptAt = Number.NEGATIVE_INFINITY;
  return async (at) => {
    const isActing = acts[0] !== undefined && parseTime(acts[0].at) <= at;
    for (let act = acts[0]; act && parseTime(act.at) <= at; act = acts[0]) {
      acts.shift();
      const { command, by, save } = act;
      if (command === INGEST_SCOPE) {
        await post(books, scenario.id, act, onRefused);
        continue;
      }
      const input = await filled(app, act.input, saved);
      const id = `${scenario.id}/${act.at}/${command}/${isoTime(since)}/${acts.length}`;
      const outcome =
        command === TREATMENT_SCOPE
          ? await sendTreatment(app, books, input, actorOf(by))
          : await app.submit({ command, input, actor: actorOf(by), id });
      if (outcome.status === 'refused')
        onRefused({ at: act.at, command, why: `${outcome.refused}: ${outcome.message}` });
      else if (save !== undefined) saved.set(save, (outcome.result ?? {}) as Record<string, JsonValue>);
    }
    // What is due is found some minutes later at most; a round for every minute would cost more than the crisis.
    if (!isActing && at - keptAt < KEEP_EVERY_MS) return;
    keptAt = at;
    await keepRound(app);
  };
}

/** A snapshot of how accounts are treated goes the way of those that come over HTTP. */
function sendTreatment(app: App, books: Books | null, input: JsonValue, actor: Principal): Promise<Outcome> {
  const { book = 'main', ...sent } = input as Record<string, JsonValue>;
  return takeTreatment(app, books, String(book), sent, actor);
}

/** Postings go into the books, as they would over HTTP, and are sealed at once. */
async function post(
  books: Books | null,
  scenario: string,
  { at, command, input }: Scenario['acts'][number],
  onRefused: (act: RefusedAct) => void,
): Promise<void> {
  const batch = `${scenario}/${at}`;
  try {
    if (books === null)
      throw new FaultError('http.not-found', 'this node keeps no books', 'give it a journal');
    const { book = 'main', ...content } = input;
    const read = readBatch(JSON.stringify({ batch, ...content }), 'application/json', {});
    await (await books.open(String(book))).ingest(read);
    await books.seal(true);
  } catch (error) {
    const { message, hint } = faultOf(error);
    onRefused({ at, command, why: `${message}: ${hint}` });
  }
}

function actorOf(by: string | undefined): Principal {
  if (by === undefined) return PLAYER;
  return { id: by, kind: by.startsWith('system:') ? 'system' : 'operator' };
}

async function filled(
  app: App,
  value: JsonValue,
  saved: ReadonlyMap<string, Readonly<Record<string, JsonValue>>>,
): Promise<JsonValue> {
  if (value === '@') return newestIncident(app);
  if (typeof value === 'string' && value.startsWith('$')) {
    const [name = '', field = ''] = value.slice(1).split('.');
    return saved.get(name)?.[field] ?? value;
  }
  if (Array.isArray(value)) return Promise.all(value.map((one) => filled(app, one, saved)));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(
    async ([key, one]) => [key, await filled(app, one, saved)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function newestIncident(app: App): Promise<string> {
  const text = await app.ports.store.view('incidents.list', 'all');
  const { incidents } = text === undefined ? { incidents: [] } : (JSON.parse(text) as IncidentList);
  return incidents[0]?.id ?? '';
}
