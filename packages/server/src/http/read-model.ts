/** What screens see: views of the log joined with the newest reading that this node has at hand. */
import type {
  AssetDetail,
  AssetSummary,
  ComponentStatus,
  ControlView,
  FeedView,
  NounLevel,
  Overview,
  PublicStatus,
} from '@sonae/core/app/api.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { viewNamed } from '@sonae/core/app/project.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import { LEVEL_RANK, type Level, type StandingLevels } from '@sonae/core/log/levels.ts';
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import type { IncidentList } from '@sonae/core/nouns/incidents/views/list.ts';
import type { PublicIncidents } from '@sonae/core/nouns/incidents/views/public.ts';
import type { PegState } from '@sonae/core/nouns/peg/views.ts';
import type { AssetFeeds, Rejected } from '@sonae/core/nouns/prices/views.ts';
import { toBase64 } from '@sonae/proof/bytes';
import { parseCheckpoint } from '@sonae/proof/checkpoint';
import type { Node } from '../node.ts';
import type { WatchedAsset } from '../runtime.ts';

/** A view's state, initial when nothing was folded yet. */
export async function readState<State>(node: Node, view: string, key: string): Promise<State> {
  const text = await node.app.ports.store.view(view, key);
  return (text === undefined ? viewNamed(registry, view).initial(key) : JSON.parse(text)) as State;
}

const OPEN_PHASES = ['suspected', 'verifying', 'declared', 'contained', 'remediating', 'recovering'];

export async function incidentSummaries(node: Node, openOnly: boolean): Promise<IncidentList['incidents']> {
  const { incidents } = await readState<IncidentList>(node, 'incidents.list', 'all');
  return openOnly ? incidents.filter((incident) => OPEN_PHASES.includes(incident.phase)) : incidents;
}

export async function incidentOf(node: Node, id: string): Promise<Incident | null> {
  const incident = await readState<Incident>(node, 'incidents.incident', id);
  return incident.exists ? incident : null;
}

export async function overview(node: Node): Promise<Overview> {
  const { store, signer } = node.app.ports;
  const assets: AssetSummary[] = [];
  const blind: string[] = [];
  let total = 0;
  for (const [asset, watched] of node.assets) {
    assets.push(summaryOf(watched, await readState<PegState>(node, 'peg.state', asset)));
    const feeds = await readState<AssetFeeds>(node, 'prices.feeds', asset);
    total += watched.watch.spec.feeds.length;
    blind.push(...Object.keys(feeds).filter((feed) => feeds[feed]?.level === 'blind'));
  }
  const head = await store.head();
  const levels = await nounLevels(node);
  return {
    clock: node.clockState(),
    node: { version: node.version, store: store.kind, origin: signer.origin, leader: node.leader },
    assets,
    incidents: await incidentSummaries(node, true),
    feeds: { total, blind },
    log: { size: head.frontier.size, root: rootOf(head.checkpoint), recordedAt: head.recordedAt },
    levels: levels.slice(0, LEVELS_SHOWN),
    levelCount: levels.length,
  };
}

const LEVELS_SHOWN = 100;
/** Nouns with a view `<noun>.levels` of log/levels.ts. Pegs show their controls with the asset, powers in their room. */
const LEVELLED = ['ledger', 'custody', 'reserves', 'sentinels'] as const;

/** What does not hold of the books, custody, reserves and those who watch: worst first, and of equals what has been so for longest. */
async function nounLevels(node: Node): Promise<NounLevel[]> {
  const found = await Promise.all(
    LEVELLED.map(async (noun) =>
      Object.values(await readState<StandingLevels>(node, `${noun}.levels`, 'all')).map((one): NounLevel => {
        const statement = registry.controls.find(({ id }) => id === one.control)?.statement ?? null;
        return { ...one, noun, statement };
      }),
    ),
  );
  return found
    .flat()
    .sort((a, b) => LEVEL_RANK[b.level] - LEVEL_RANK[a.level] || (a.since < b.since ? -1 : 1));
}

/** The root as the checkpoint states it, or empty. */
function rootOf(checkpoint: string): string {
  return checkpoint === ''
    ? ''
    : toBase64(parseCheckpoint(checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1)).root);
}

function summaryOf(watched: WatchedAsset, state: PegState): AssetSummary {
  const { watch, latest } = watched;
  const counts: Record<Level, number> = { ok: 0, watch: 0, warning: 0, critical: 0, blind: 0 };
  for (const { level } of controlViews(watched, state)) counts[level] += 1;
  const { asset, peg } = watch.spec;
  // The newest sentence speaks of the newest price, as long as it explains the level that the log holds.
  const why = latest?.peg.level === state.level ? latest.peg.why : state.why;
  const price = latest?.peg.price ?? state.price;
  return { asset, peg, level: state.level, since: state.since, price, why, counts };
}

export async function assetDetail(node: Node, watched: WatchedAsset): Promise<AssetDetail> {
  const { asset } = watched.watch.spec;
  const state = await readState<PegState>(node, 'peg.state', asset);
  return {
    ...summaryOf(watched, state),
    controls: controlViews(watched, state),
    feeds: await feedViews(node, watched),
    venues: watched.latest?.book.composite?.venues ?? [],
    changes: state.changes,
  };
}

/** Levels as the log has them (a control that never changed is ok); the sentence as fresh as the newest reading. */
function controlViews({ latest }: WatchedAsset, state: PegState): ControlView[] {
  const read = new Map(latest?.peg.controls.map((reading) => [reading.control, reading]));
  return registry.controls
    .filter(({ id }) => id in state.controls || read.has(id))
    .map(({ id, statement, basis, owner }): ControlView => {
      const logged = state.controls[id];
      const reading = read.get(id);
      const level = logged?.level ?? 'ok';
      const why = (reading?.level === level ? reading.why : undefined) ?? logged?.why ?? null;
      const since = logged?.since ?? '';
      return { id, statement, basis, owner, level, since, why, value: reading?.value ?? null };
    });
}

async function feedViews(node: Node, { watch, latest }: WatchedAsset): Promise<FeedView[]> {
  const states = await readState<AssetFeeds>(node, 'prices.feeds', watch.spec.asset);
  const views: FeedView[] = [];
  for (const { id, venue, base, quote, kind } of watch.spec.feeds) {
    const state = states[id];
    const lastAt = latest?.book.feeds.find((feed) => feed.id === id)?.lastAt ?? null;
    const { counts } = await readState<Rejected>(node, 'prices.rejected', id);
    const seen = {
      level: state?.level ?? ('ok' as const),
      since: state?.since ?? '',
      why: state?.why ?? null,
    };
    views.push({
      id,
      venue,
      base,
      quote,
      kind,
      ...seen,
      lastAt: lastAt === null ? null : isoTime(lastAt),
      rejected: counts,
    });
  }
  return views;
}

const STATUS_OF = {
  critical: 'major_outage',
  major: 'partial_outage',
  minor: 'degraded_performance',
  pending: 'partial_outage',
} as const;
const STATUS_RANK: readonly ComponentStatus[] = [
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
];

/** Built from declared incidents only: a suspicion is nobody's business outside the firm. */
export async function publicStatus(node: Node): Promise<PublicStatus> {
  const { incidents } = await readState<PublicIncidents>(node, 'incidents.public', 'all');
  const { store, signer } = node.app.ports;
  const names = new Set([...node.assets.keys(), ...incidents.map((incident) => incident.component)]);
  const components = [...names].map((id) => {
    const open = incidents.filter((incident) => incident.component === id && incident.endedAt === null);
    const statuses = open.map((incident): ComponentStatus => STATUS_OF[incident.severity]);
    const status = STATUS_RANK.findLast((rank) => statuses.includes(rank)) ?? 'operational';
    const name = node.assets.has(id) ? { en: `${id} peg`, ja: `${id} の価格連動` } : { en: id, ja: id };
    return { id, name, status };
  });
  const { frontier } = await store.head();
  return {
    name: node.config.name,
    now: isoTime(node.app.ports.clock.now()),
    simulated: node.app.ports.clock.kind === 'simulated',
    components,
    incidents,
    log: { origin: signer.origin, verifierKey: signer.verifierKey, size: frontier.size },
  };
}
