/**
 * What the status page is made of, as the server publishes it (`/public/status-page.json`). The types repeat the server's
 * `StatusPage`, because this site depends on nothing but the proof package, like any outsider.
 */
import { request, type Text } from '../status.ts';

export const PAGE_STATUSES = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const;
export type PageStatus = (typeof PAGE_STATUSES)[number];
export type NoticeStatus = 'investigating' | 'identified' | 'monitoring' | 'resolved' | 'postmortem';

export type Day = { readonly date: string; readonly worst: PageStatus; readonly impairedMs: number };
export type PageComponent = {
  readonly id: string;
  readonly name: Text;
  readonly group: Text;
  readonly status: PageStatus;
  readonly since: string;
  readonly recordedSince: string;
  readonly uptime: number | null;
  readonly days: readonly (Day | null)[];
};
export type Notice = {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly approvedBy: readonly ('legal' | 'compliance' | 'technology')[];
  readonly content: {
    readonly status: NoticeStatus;
    readonly title: Text;
    readonly parts: {
      readonly whatIsKnown: Text;
      readonly whatIsStopped: Text;
      readonly whatUsersShouldDo: Text;
    };
    readonly impacts: readonly { readonly component: string; readonly status: PageStatus }[];
    readonly nextUpdateAt: string | null;
    readonly corrects: string | null;
    readonly answers: string | null;
  };
};
export type Step = 'scheduled' | 'in_progress' | 'verifying' | 'completed';
export type Thread = {
  readonly id: string;
  readonly title: Text;
  readonly status: NoticeStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly resolvedAt: string | null;
  readonly nextUpdateAt: string | null;
  readonly answers: string | null;
  readonly planned: { readonly from: string; readonly until: string; readonly step: Step } | null;
  /** Oldest first. */
  readonly notices: readonly Notice[];
  readonly dropped: number;
};
export type StatusPage = {
  readonly now: string;
  readonly components: readonly PageComponent[];
  readonly threads: readonly Thread[];
  readonly desk: {
    readonly phone: string;
    readonly hours: Text;
    readonly about: Text;
    readonly openedAt: string;
  } | null;
  readonly channels: readonly {
    readonly id: string;
    readonly kind: string;
    readonly name: Text;
    readonly address: string;
  }[];
};

export async function fetchPage(): Promise<StatusPage> {
  return (await (await request('/public/status-page.json')).json()) as StatusPage;
}

export type SubscriptionKind = 'email' | 'webhook' | 'slack';

/** Kinds that the server offers; none in a copy of the page. */
export async function fetchOffered(): Promise<readonly SubscriptionKind[]> {
  const response = await request('/public/subscriptions/offered');
  return ((await response.json()) as { kinds: SubscriptionKind[] }).kinds;
}

/** The components by group, in the order of the page. */
export function groupsOf(components: readonly PageComponent[]): [Text, PageComponent[]][] {
  const groups = new Map<string, [Text, PageComponent[]]>();
  for (const component of components) {
    const known = groups.get(component.group.en);
    if (known === undefined) groups.set(component.group.en, [component.group, [component]]);
    else known[1].push(component);
  }
  return [...groups.values()];
}

/** What is over, newest first, by the day (UTC) on which it ended. */
export function byDay(threads: readonly Thread[]): [string, Thread[]][] {
  const days = new Map<string, Thread[]>();
  const over = threads.filter(({ resolvedAt }) => resolvedAt !== null);
  for (const thread of [...over].sort((a, b) => ((a.resolvedAt ?? '') < (b.resolvedAt ?? '') ? 1 : -1))) {
    const day = (thread.resolvedAt ?? '').slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), thread]);
  }
  return [...days];
}

/** Share of time as people read it: never rounded up to a hundred. */
export function uptimeText(uptime: number): string {
  return `${(Math.floor(uptime * 10_000) / 100).toFixed(2)}%`;
}
