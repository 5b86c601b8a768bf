/**
 * What the public site reads: the status, and the public log. The types repeat what core's app/api.ts calls
 * `PublicStatus`, because this site depends on nothing but the proof package, like any outsider.
 */
export type Text = { readonly en: string; readonly ja: string };
export type ComponentStatus = 'operational' | 'degraded_performance' | 'partial_outage' | 'major_outage';
export type Severity = 'critical' | 'major' | 'minor' | 'pending';
export type Phase = 'declared' | 'contained' | 'remediating' | 'recovering' | 'closed' | 'reviewed';
export type PublicUpdate = {
  readonly at: string;
  readonly phase: Phase;
  readonly severity: Severity;
  readonly seq: number;
};
export type PublicReport = {
  readonly seq: number;
  readonly at: string;
  readonly title: string;
  readonly timeline: readonly { readonly at: string; readonly text: Text }[];
  readonly impact: Text;
  readonly actions: Text;
  readonly causes: Text;
  readonly lessons: Text;
  readonly plan: Text;
};
export type PublicIncident = {
  readonly id: string;
  readonly component: string;
  readonly title: string;
  readonly severity: Severity;
  readonly phase: Phase;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly updates: readonly PublicUpdate[];
  readonly report: PublicReport | null;
};
export type PublicStatus = {
  readonly name: Text;
  readonly now: string;
  readonly simulated: boolean;
  readonly components: readonly {
    readonly id: string;
    readonly name: Text;
    readonly status: ComponentStatus;
  }[];
  readonly incidents: readonly PublicIncident[];
  readonly log: { readonly origin: string; readonly verifierKey: string; readonly size: number };
};
export type DisclosedFact = {
  readonly seq: number;
  readonly type: string;
  readonly recordedAt: string;
  readonly incident: string | null;
};

const REQUEST_TIMEOUT_MS = 20_000;
export const DISCLOSED_SHOWN = 50;

/**
 * Set in a static copy of this page (`sonae status export`), which any host can serve while the server is away: every
 * address is then a file beside the page.
 */
export const IS_COPY =
  typeof document !== 'undefined' && document.querySelector('meta[name="sonae-copy"]') !== null;

/** Where an address of the server lies for this page. */
export function placeOf(path: string, isCopy = IS_COPY): string {
  if (!isCopy) return path;
  const [plain = ''] = path.split('?');
  const isDisclosure = plain.startsWith('/log/disclosed');
  return `.${plain}${isDisclosure ? '.json' : ''}`;
}

/** The response, or an error that says what was asked and what came back. */
export async function request(path: string): Promise<Response> {
  const response = await fetch(placeOf(path), {
    cache: 'no-store',
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`.trim());
  return response;
}

export async function fetchStatus(): Promise<PublicStatus> {
  return (await (await request('/public/status.json')).json()) as PublicStatus;
}

export async function fetchDisclosed(): Promise<readonly DisclosedFact[]> {
  const page = (await (await request(`/log/disclosed?limit=${DISCLOSED_SHOWN}`)).json()) as {
    disclosed: DisclosedFact[];
  };
  return page.disclosed.slice(0, DISCLOSED_SHOWN);
}

export async function fetchText(path: string): Promise<string> {
  return (await request(path)).text();
}

/** Worst first, to say in one sentence how things stand. */
const WORST_FIRST = ['major_outage', 'partial_outage', 'degraded_performance', 'operational'] as const;

export function overallStatus(components: readonly { readonly status: string }[]): ComponentStatus {
  return (
    WORST_FIRST.find((status) => components.some((component) => component.status === status)) ?? 'operational'
  );
}

/** What an update says beside its time: the phase in plain words, or that only the severity changed. */
export function updateKind(
  update: PublicUpdate,
  earlier: PublicUpdate | undefined,
): 'severity' | 'reopened' | Phase {
  if (earlier === undefined) return update.phase;
  const wasOver = earlier.phase === 'closed' || earlier.phase === 'reviewed';
  if (update.phase === 'declared' && wasOver) return 'reopened';
  return update.phase === earlier.phase && update.severity !== earlier.severity ? 'severity' : update.phase;
}
