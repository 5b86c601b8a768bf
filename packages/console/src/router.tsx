/**
 * The rooms and their addresses. Every filter is a search parameter, read through a validator that never
 * throws.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  stripSearchParams,
} from '@tanstack/react-router';
import { readBooksSearch } from './rooms/books/books-search.ts';
import { CLOCK_STATES, type ClockState } from './rooms/clocks/clock-order.ts';
import { ClocksRoom } from './rooms/clocks/clocks-room.tsx';
import { CommsRoom } from './rooms/comms/comms-room.tsx';
import { readCustodySearch } from './rooms/custody/custody-search.ts';
import { IncidentRoom } from './rooms/incidents/incident-room.tsx';
import { IncidentsRoom } from './rooms/incidents/incidents-room.tsx';
import { SEVERITIES } from './rooms/incidents/severity.tsx';
import { TIMELINE_KINDS } from './rooms/incidents/timeline-order.ts';
import { IntakeRoom } from './rooms/intake/intake-room.tsx';
import { LogRoom } from './rooms/log/log-room.tsx';
import { NotFoundRoom } from './rooms/not-found.tsx';
import { OverviewRoom } from './rooms/overview/overview-room.tsx';
import { PegRoom } from './rooms/peg/peg-room.tsx';
import { PegsRoom } from './rooms/peg/pegs-room.tsx';
import { RANGES } from './rooms/peg/ranges.ts';
import {
  HISTORY_OUTCOMES,
  HISTORY_STEPS,
  type HistoryOutcome,
  type HistoryStep,
} from './rooms/powers/history-filter.ts';
import { ReachRoom } from './rooms/reach/reach-room.tsx';
import { readReservesSearch } from './rooms/reserves/reserves-search.ts';
import { RESPONSE_TABS, type ResponseTab } from './rooms/response/response-tabs.tsx';
import { Shell } from './shell.tsx';
import { oneOf, type RawSearch, someText, wholeNumber } from './ui/search-params.ts';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundRoom });

const overviewRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: OverviewRoom });

const pegsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/pegs', component: PegsRoom });

const pegRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pegs/$asset',
  component: PegRoom,
  validateSearch: (raw: RawSearch): { range?: (typeof RANGES)[number] } => ({
    range: oneOf(raw.range, RANGES, '24h'),
  }),
  search: { middlewares: [stripSearchParams({ range: '24h' })] },
});

const intakeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/intake',
  component: IntakeRoom,
});

const commsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/comms', component: CommsRoom });

const clocksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/clocks',
  component: ClocksRoom,
  validateSearch: (raw: RawSearch): { state?: 'all' | ClockState; subject?: string } => ({
    state: oneOf(raw.state, ['all', ...CLOCK_STATES], 'all'),
    subject: someText(raw.subject) ?? 'all',
  }),
  search: { middlewares: [stripSearchParams({ state: 'all', subject: 'all' })] },
});

/** What nobody opens in the first minute is fetched after the start too. */
export const loadPlansRoom = () => import('./rooms/plans/plans-room.tsx');
export const loadLearningRoom = () => import('./rooms/learning/learning-room.tsx');

export const loadBooksRoom = () => import('./rooms/books/books-room.tsx');
export const loadCustodyRoom = () => import('./rooms/custody/custody-room.tsx');
export const loadProofRoom = () => import('./rooms/proof/proof-room.tsx');
export const loadReservesRoom = () => import('./rooms/reserves/reserves-room.tsx');

const booksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/books',
  component: lazyRouteComponent(loadBooksRoom, 'BooksRoom'),
  validateSearch: readBooksSearch,
});

const custodyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/custody',
  component: lazyRouteComponent(loadCustodyRoom, 'CustodyRoom'),
  validateSearch: readCustodySearch,
});

const reservesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reserves',
  component: lazyRouteComponent(loadReservesRoom, 'ReservesRoom'),
  validateSearch: readReservesSearch,
});

const proofRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/proof',
  component: lazyRouteComponent(loadProofRoom, 'ProofRoom'),
});

const plansRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/plans',
  component: lazyRouteComponent(loadPlansRoom, 'PlansRoom'),
});

const learningRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/learning',
  component: lazyRouteComponent(loadLearningRoom, 'LearningRoom'),
});

const reachRoute = createRoute({ getParentRoute: () => rootRoute, path: '/reach', component: ReachRoom });

const PHASE_FILTERS = ['open', 'all'] as const;

const incidentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents',
  component: IncidentsRoom,
  validateSearch: (
    raw: RawSearch,
  ): { phase?: (typeof PHASE_FILTERS)[number]; severity?: 'all' | (typeof SEVERITIES)[number] } => ({
    phase: oneOf(raw.phase, PHASE_FILTERS, 'open'),
    severity: oneOf(raw.severity, ['all', ...SEVERITIES], 'all'),
  }),
  search: { middlewares: [stripSearchParams({ phase: 'open', severity: 'all' })] },
});

const incidentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents/$id',
  component: IncidentRoom,
  validateSearch: (
    raw: RawSearch,
  ): {
    sort?: 'happened' | 'recorded';
    order?: 'newest' | 'oldest';
    kind?: (typeof TIMELINE_KINDS)[number];
    tab?: ResponseTab;
  } => ({
    sort: oneOf(raw.sort, ['happened', 'recorded'], 'happened'),
    order: oneOf(raw.order, ['newest', 'oldest'], 'newest'),
    kind: oneOf(raw.kind, TIMELINE_KINDS, 'all'),
    tab: oneOf(raw.tab, RESPONSE_TABS, 'now'),
  }),
  search: {
    middlewares: [stripSearchParams({ sort: 'happened', order: 'newest', kind: 'all', tab: 'now' })],
  },
});

/** These two carry the cryptography. They are fetched right after the start, so that they are there when needed. */
export const loadPowersRoom = () => import('./rooms/powers/powers-room.tsx');
export const loadUseRoom = () => import('./rooms/powers/use-room.tsx');

const powersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/powers',
  component: lazyRouteComponent(loadPowersRoom, 'PowersRoom'),
  validateSearch: (raw: RawSearch): { step?: HistoryStep; outcome?: HistoryOutcome } => ({
    step: oneOf(raw.step, HISTORY_STEPS, 'all'),
    outcome: oneOf(raw.outcome, HISTORY_OUTCOMES, 'all'),
  }),
  search: { middlewares: [stripSearchParams({ step: 'all', outcome: 'all' })] },
});

const useRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/powers/uses/$id',
  component: lazyRouteComponent(loadUseRoom, 'UseRoom'),
});

export type LogSearch = { seq?: number; before?: number; stream?: string; incident?: string };

const logRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/log',
  component: LogRoom,
  validateSearch: (raw: RawSearch): LogSearch => {
    const [seq, before] = [wholeNumber(raw.seq), wholeNumber(raw.before)];
    const [stream, incident] = [someText(raw.stream), someText(raw.incident)];
    return {
      ...(seq === undefined ? {} : { seq }),
      ...(before === undefined ? {} : { before }),
      ...(stream === undefined ? {} : { stream }),
      ...(incident === undefined ? {} : { incident }),
    };
  },
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overviewRoute,
    pegsRoute,
    pegRoute,
    intakeRoute,
    incidentsRoute,
    incidentRoute,
    commsRoute,
    reachRoute,
    clocksRoute,
    powersRoute,
    useRoute,
    booksRoute,
    custodyRoute,
    reservesRoute,
    proofRoute,
    plansRoute,
    learningRoute,
    logRoute,
  ]),
  basepath: '/console',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
