/**
 * The Statuspage v2 JSON formats, which existing clients, chat bots and dashboards read, made from the page model. Bodies
 * of updates are HTML in that format and therefore escaped; names are plain.
 */
import type { Language } from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import type { ComponentStatus } from '@sonae/core/nouns/comms/facts/words.ts';
import type { PublishedNotice } from '@sonae/core/nouns/comms/views/threads.ts';
import { escapeHtml } from '../html-text.ts';
import { htmlText, paragraphsOf } from './notice-words.ts';
import type { PageComponent, PageThread, StatusPage } from './page-model.ts';

type Json = Record<string, unknown>;
export type Indicator = 'none' | 'minor' | 'major' | 'critical' | 'maintenance';

const INDICATORS: Readonly<Record<ComponentStatus, Indicator>> = {
  operational: 'none',
  under_maintenance: 'maintenance',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
};
const DESCRIPTIONS: Readonly<Record<Indicator, Readonly<Record<Language, string>>>> = {
  none: { en: 'All Systems Operational', ja: 'すべてのシステムが正常に稼働しています' },
  maintenance: { en: 'Service Under Maintenance', ja: 'メンテナンスを実施しています' },
  minor: { en: 'Minor Service Outage', ja: '一部のサービスで性能が低下しています' },
  major: { en: 'Partial System Outage', ja: '一部のサービスが停止しています' },
  critical: { en: 'Major Service Outage', ja: '重大な障害が発生しています' },
};
/** Names of endpoints, as they stand in addresses and exported files. */
export const STATUSPAGE_FILES = [
  'summary',
  'status',
  'components',
  'incidents',
  'incidents/unresolved',
  'scheduled-maintenances',
  'scheduled-maintenances/upcoming',
  'scheduled-maintenances/active',
] as const;
export type StatuspageFile = (typeof STATUSPAGE_FILES)[number];

const PAGE_ID = 'sonae';
const STEPS_OPEN = ['in_progress', 'verifying'];

/** One endpoint's body. `url` is where people read the page. */
export function statuspageJson(
  file: StatuspageFile,
  page: StatusPage,
  url: string,
  language: Language,
): Json {
  const made = createMaker(page, url, language);
  const planned = page.threads.filter((thread) => thread.planned !== null);
  const incidents = page.threads.filter((thread) => thread.planned === null);
  const unresolved = incidents.filter((thread) => thread.resolvedAt === null);
  const steps = (wanted: readonly string[]) =>
    planned.filter((thread) => wanted.includes(thread.planned?.step ?? '')).map(made.thread);
  const head = { page: made.page };
  switch (file) {
    case 'summary':
      return {
        ...head,
        components: made.components,
        incidents: unresolved.map(made.thread),
        scheduled_maintenances: steps(['scheduled', ...STEPS_OPEN]),
        status: made.status,
      };
    case 'status':
      return { ...head, status: made.status };
    case 'components':
      return { ...head, components: made.components };
    case 'incidents':
      return { ...head, incidents: incidents.map(made.thread) };
    case 'incidents/unresolved':
      return { ...head, incidents: unresolved.map(made.thread) };
    case 'scheduled-maintenances':
      return { ...head, scheduled_maintenances: planned.map(made.thread) };
    case 'scheduled-maintenances/upcoming':
      return { ...head, scheduled_maintenances: steps(['scheduled']) };
    default:
      return { ...head, scheduled_maintenances: steps(STEPS_OPEN) };
  }
}

const indicatorOf = (statuses: readonly ComponentStatus[]): Indicator => {
  const found = statuses.map((status) => INDICATORS[status]);
  const order: readonly Indicator[] = ['critical', 'major', 'minor', 'maintenance'];
  return order.find((one) => found.includes(one)) ?? 'none';
};

function createMaker(page: StatusPage, url: string, language: Language) {
  const began = page.components.reduce(
    (first, { recordedSince }) =>
      recordedSince !== '' && (first === '' || recordedSince < first) ? recordedSince : first,
    '',
  );
  const updatedAt = page.threads.reduce((newest, { updatedAt: at }) => (at > newest ? at : newest), began);
  const times = { created_at: began || null, updated_at: updatedAt || null };
  const components = componentsJson(page.components, language, times);
  const byId = new Map(components.map((component) => [component.id, component]));
  const indicator = indicatorOf(page.components.map(({ status }) => status));
  return {
    page: {
      id: PAGE_ID,
      name: page.name[language],
      url,
      time_zone: 'Etc/UTC',
      updated_at: updatedAt || page.now,
    },
    status: { indicator, description: DESCRIPTIONS[indicator][language] },
    components,
    thread: (thread: PageThread): Json => threadJson(thread, page, byId, url, language),
  };
}

type ComponentJson = Json & { readonly id: string };

/** Groups stand before their members, as the format has it. */
function componentsJson(
  components: readonly PageComponent[],
  language: Language,
  times: { created_at: string | null; updated_at: string | null },
): ComponentJson[] {
  const groups = new Map<string, PageComponent[]>();
  for (const component of components) {
    const name = component.group[language];
    groups.set(name, [...(groups.get(name) ?? []), component]);
  }
  return [...groups].flatMap(([name, members], i) => {
    const group = `group-${i + 1}`;
    const shared = { description: null, showcase: false, page_id: PAGE_ID, only_show_if_degraded: false };
    const worst = members.reduce<ComponentStatus>(
      (status, one) => (rank(one.status) > rank(status) ? one.status : status),
      'operational',
    );
    return [
      {
        id: group,
        name,
        status: worst,
        ...times,
        position: i + 1,
        ...shared,
        start_date: null,
        group_id: null,
        group: true,
        components: members.map(({ id }) => id),
      },
      ...members.map((member, at) => ({
        id: member.id,
        name: member.name[language],
        status: member.status,
        created_at: member.recordedSince || times.created_at,
        updated_at: member.since || times.updated_at,
        position: at + 1,
        ...shared,
        start_date: member.recordedSince === '' ? null : member.recordedSince.slice(0, 10),
        group_id: group,
        group: false,
      })),
    ];
  });
}

const RANKS = Object.keys(INDICATORS) as ComponentStatus[];
const rank = (status: ComponentStatus): number => RANKS.indexOf(status);

function threadJson(
  thread: PageThread,
  page: StatusPage,
  components: ReadonlyMap<string, ComponentJson>,
  url: string,
  language: Language,
): Json {
  const { id, planned, createdAt, updatedAt, resolvedAt } = thread;
  const named = new Set(thread.notices.flatMap(({ content }) => content.impacts.map((one) => one.component)));
  const monitoring = thread.notices.find(({ content }) => content.status === 'monitoring');
  const worst = indicatorOf(
    thread.notices.flatMap(({ content }) => content.impacts.map((one) => one.status)),
  );
  const shown = {
    id,
    name: thread.title[language],
    status: planned === null ? thread.status : planned.step,
    created_at: createdAt,
    updated_at: updatedAt,
    monitoring_at: monitoring?.at ?? null,
    resolved_at: resolvedAt,
    impact: planned === null ? worst : 'maintenance',
    shortlink: `${url}?thread=${encodeURIComponent(id)}`,
    started_at: createdAt,
    page_id: PAGE_ID,
    incident_updates: [...updatesJson(thread, page, language)].reverse(),
    components: [...named].flatMap((component) => components.get(component) ?? []),
    reminder_intervals: null,
  };
  if (planned === null) return shown;
  return { ...shown, scheduled_for: planned.from, scheduled_until: planned.until };
}

/** Oldest first: notices, and the steps of planned work. */
function updatesJson(thread: PageThread, page: StatusPage, language: Language): Json[] {
  const { planned } = thread;
  const update = (id: string, at: string, status: string, body: string, affected: Json[] | null): Json => ({
    id,
    status,
    body,
    incident_id: thread.id,
    created_at: at,
    updated_at: at,
    display_at: at,
    affected_components: affected,
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  });
  const before = new Map<string, ComponentStatus>();
  const notices = thread.notices.map((notice) =>
    update(
      notice.id,
      notice.at,
      planned === null ? notice.content.status : 'scheduled',
      htmlText(paragraphsOf(notice, language)),
      affectedJson(notice, page, before, language),
    ),
  );
  const steps = thread.steps.map(({ step, at, seq, reason }) =>
    update(
      `${thread.id}-${seq}`,
      at,
      step,
      reason === null ? '' : `<p>${escapeHtml(reason[language])}</p>`,
      null,
    ),
  );
  return [...notices, ...steps].sort((a, b) => (String(a.created_at) < String(b.created_at) ? -1 : 1));
}

function affectedJson(
  notice: PublishedNotice,
  page: StatusPage,
  before: Map<string, ComponentStatus>,
  language: Language,
): Json[] | null {
  const { impacts } = notice.content;
  if (impacts.length === 0) return null;
  return impacts.map(({ component: code, status }) => {
    const old = before.get(code) ?? 'operational';
    before.set(code, status);
    const name = page.components.find(({ id }) => id === code)?.name[language] ?? code;
    return { code, name, old_status: old, new_status: status };
  });
}
