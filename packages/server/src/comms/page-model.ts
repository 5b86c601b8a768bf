/**
 * The status page as data, from views that fold disclosed facts only. Every public format (JSON, feeds, the site, the
 * static export) is made from this one model, so that none can say what another does not.
 */
import { registry } from '@sonae/core/app/modules.ts';
import { viewNamed } from '@sonae/core/app/project.ts';
import { DAY_MS, isoTime, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Text } from '@sonae/core/log/fact.ts';
import { worstOf } from '@sonae/core/nouns/comms/engine/status.ts';
import type { ComponentStatus } from '@sonae/core/nouns/comms/facts/words.ts';
import { type Board, standingOf } from '@sonae/core/nouns/comms/views/board.ts';
import type { PublicDesk } from '@sonae/core/nouns/comms/views/desk.ts';
import { barsOf, type History, uptimeOf } from '@sonae/core/nouns/comms/views/history.ts';
import type { Thread, ThreadIndex, ThreadSummary } from '@sonae/core/nouns/comms/views/threads.ts';
import type { Node } from '../node.ts';

export type PageComponent = {
  readonly id: string;
  readonly name: Text;
  readonly group: Text;
  readonly position: number;
  readonly status: ComponentStatus;
  /** Empty while it never changed. */
  readonly since: string;
  /** When recording began; empty: nothing is claimed. */
  readonly recordedSince: string;
  /** Share of the recorded time of the last 90 days, or null. */
  readonly uptime: number | null;
  /** 90 days, oldest first; null where nothing was recorded. */
  readonly days: readonly (null | {
    readonly date: string;
    readonly worst: ComponentStatus;
    readonly impairedMs: number;
  })[];
};

export type PageThread = ThreadSummary &
  Pick<Thread, 'notices' | 'dropped'> & {
    readonly steps: readonly {
      readonly step: string;
      readonly at: string;
      readonly seq: number;
      readonly reason: Text | null;
    }[];
  };

/** GET /public/status-page.json */
export type StatusPage = {
  readonly format: 'sonae/status-page/v1';
  readonly name: Text;
  readonly now: string;
  readonly simulated: boolean;
  /** Worst of all components. */
  readonly status: ComponentStatus;
  readonly components: readonly PageComponent[];
  /** Newest first, open ones before what is over. */
  readonly threads: readonly PageThread[];
  readonly desk: PublicDesk['desk'];
  readonly channels: PublicDesk['channels'];
  readonly log: { readonly origin: string; readonly verifierKey: string; readonly size: number };
};

export const THREADS_SHOWN_MAX = 50;
/** How long a page that was built for this log is served again: a crowd costs one reading. */
const FRESH_MS = 5 * SECOND_MS;

export type ReadPage = () => Promise<StatusPage>;

/** Reads the page, at most once per change of the log and per few seconds. */
export function createPageReader(node: Node): ReadPage {
  let kept: { page: Promise<StatusPage>; size: number; at: number } | null = null;
  return async () => {
    const { size } = (await node.app.ports.store.head()).frontier;
    const at = node.app.ports.clock.now();
    if (kept === null || kept.size !== size || Math.abs(at - kept.at) >= FRESH_MS) {
      const page = buildPage(node, size);
      kept = { page, size, at };
      page.catch(() => {
        kept = null;
      });
    }
    return kept.page;
  };
}

async function buildPage(node: Node, size: number): Promise<StatusPage> {
  const { signer, clock } = node.app.ports;
  const now = isoTime(clock.now());
  const state = await read<Board>(node, 'comms.board', 'all');
  const { threads } = await read<ThreadIndex>(node, 'comms.threads', 'all');
  const { desk, channels } = await read<PublicDesk>(node, 'comms.desk', 'all');
  const components = await Promise.all(
    state.components.map(async (component): Promise<PageComponent> => {
      const history = await read<History>(node, 'comms.history', component.id);
      return { ...component, ...pastOf(history, now), ...standingText(state, component.id) };
    }),
  );
  const open = threads.filter(({ resolvedAt }) => resolvedAt === null);
  const over = threads.filter(({ resolvedAt }) => resolvedAt !== null);
  const shown = [...open, ...over].slice(0, THREADS_SHOWN_MAX);
  return {
    format: 'sonae/status-page/v1',
    name: node.config.name,
    now,
    simulated: clock.kind === 'simulated',
    status: worstOf(components.map(({ status }) => status)),
    components,
    threads: await Promise.all(shown.map((summary) => threadOf(node, summary))),
    desk,
    channels,
    log: { origin: signer.origin, verifierKey: signer.verifierKey, size },
  };
}

async function threadOf(node: Node, summary: ThreadSummary): Promise<PageThread> {
  const { notices, dropped, planned } = await read<Thread>(node, 'comms.thread', summary.id);
  return { ...summary, notices, dropped, steps: planned?.steps ?? [] };
}

function standingText(state: Board, id: string): Pick<PageComponent, 'status' | 'since'> {
  const { status, since } = standingOf(state, id);
  return { status, since };
}

function pastOf(history: History, now: string): Pick<PageComponent, 'recordedSince' | 'uptime' | 'days'> {
  const bars = barsOf(history, now);
  return {
    recordedSince: history.since,
    uptime: uptimeOf(bars.flatMap((bar) => bar ?? [])),
    days: bars.map((bar) => {
      if (bar === null) return null;
      const { operational = 0, under_maintenance = 0, ...impaired } = bar.lastedMs;
      const impairedMs = Math.min(
        DAY_MS,
        Object.values(impaired).reduce((sum, ms) => sum + ms, 0),
      );
      return { date: bar.date, worst: bar.worst, impairedMs };
    }),
  };
}

/** A view's state, initial when nothing was folded yet. */
async function read<State>(node: Pick<Node, 'app'>, view: string, key: string): Promise<State> {
  const text = await node.app.ports.store.view(view, key);
  return (text === undefined ? viewNamed(registry, view).initial(key) : JSON.parse(text)) as State;
}
