/** What is served where, in words: the source of the reference and of the OpenAPI document. */
import type { z } from 'zod';
import { QUERIES } from './queries.ts';

type Address = {
  readonly path: string;
  readonly what: string;
  readonly query?: z.ZodType;
  /** Needs no session. */
  readonly open?: true;
  /** `get` unless it says so. */
  readonly method?: 'post';
};

/** Every address but the commands, which follow from the registry, in the order of the reference. */
export const ADDRESSES: readonly Address[] = [
  { path: '/api/me', what: 'Who this session is, and in which roles.' },
  { path: '/api/powers', what: 'Powers, people, roles and uses.' },
  { path: '/api/members/{id}/contact', what: 'Name and contact routes of a person, for enrolled people.' },
  { path: '/api/uses/{id}', what: 'One use of a power with its signatures; decode its action yourself.' },
  { path: '/public/powers.json', what: 'Powers and their uses, from disclosed facts only.', open: true },
  { path: '/auth/nonce', what: 'A nonce to sign in with, good once.', open: true },
  {
    path: '/auth/oidc/start',
    what: 'Signing in through the identity provider, where one is configured.',
    open: true,
  },
  { path: '/auth/credentials/{principal}', what: 'Credentials that are bound to a person.', open: true },
  { path: '/api/overview', what: 'What is not true right now: assets, open incidents, feeds, log.' },
  { path: '/api/assets/{asset}', what: 'Controls, feeds, venues and level changes of one asset.' },
  {
    path: '/api/assets/{asset}/prices',
    what: 'Composite prices for a chart, thinned to `points`.',
    query: QUERIES.prices,
  },
  { path: '/api/incidents', what: 'Incidents, newest first.', query: QUERIES.incidents },
  { path: '/api/incidents/{id}', what: 'One incident with its timeline; ETag.' },
  { path: '/api/alarms', what: 'Alarms by component with their suspicion, sources, maintenance; ETag.' },
  {
    path: '/api/incidents/{id}/response',
    what: 'Everything of a response: class, clocks, tasks, filings, review.',
  },
  { path: '/api/incidents/{id}/fire', what: 'The incident as FSB FIRE JSON.' },
  { path: '/api/clocks', what: 'Legal clocks that run, soonest first; the firm’s profile; ETag.' },
  { path: '/api/plan', what: 'The contingency plan, its approval and coverage; ETag.' },
  { path: '/api/plan/paper', what: 'The plan as PDF for paper; query parameter `lang`.' },
  { path: '/api/learning', what: 'Improvements of all incidents, checked, and trends; ETag.' },
  {
    path: '/api/filings/{subject}/{filing}',
    what: 'A prepared filing as a file; query parameter `as`: pdf, docx, xlsx, json.',
  },
  {
    path: '/api/reach',
    what: 'Who would be reached now and tonight, schedules, calls, helpers, own channels.',
  },
  { path: '/api/helpers/{id}/contact', what: 'Name and route of a helper, for enrolled people.' },
  {
    path: '/calendar/{schedule}.ics',
    what: 'Turns of a schedule as iCalendar; query parameters `token` (API token, scope `calendar`), `zone`, `lang`.',
    open: true,
  },
  { path: '/api/log', what: 'Facts, newest first.', query: QUERIES.log },
  { path: '/api/log/{seq}', what: 'One fact with salt and disclosure (fact, inclusion proof, checkpoint).' },
  { path: '/api/evidence', what: 'Items of an evidence batch; query parameter `root` (base64).' },
  { path: '/api/export', what: 'The whole log with evidence as one verifiable file.' },
  { path: '/api/events', what: 'Server-sent events: `append` {size}, `tick` {now, assets}.' },
  { path: '/api/registry', what: 'This document.' },
  { path: '/api/openapi.json', what: 'This document.' },
  {
    path: '/api/comms',
    what: 'Drafts, templates, components, threads, desk, rumours; what you may approve.',
  },
  {
    path: '/public/status-page.json',
    what: 'The status page as one model, from disclosed facts only; also below /status.',
    open: true,
  },
  {
    path: '/public/api/v2/summary.json',
    what: 'Statuspage v2, as are status, components, incidents and scheduled-maintenances; also below /status.',
    open: true,
  },
  {
    path: '/public/history.rss',
    what: 'Notices as RSS 2.0; also .atom and .json; query parameter `lang`.',
    open: true,
  },
  {
    path: '/public/subscriptions/offered',
    what: 'Kinds of subscriptions that this node offers.',
    open: true,
  },
  { path: '/public/status.json', what: 'Component status and declared incidents.', open: true },
  {
    path: '/log/checkpoint',
    what: 'Newest signed checkpoint (C2SP tlog-checkpoint), cosigned where witnesses are configured.',
    open: true,
  },
  { path: '/log/witnesses', what: 'Verifier keys of the configured witnesses, one a line.', open: true },
  { path: '/log/key', what: 'Verifier key of the log (C2SP signed-note).', open: true },
  { path: '/log/tile/{path}', what: 'Tiles and entry bundles (C2SP tlog-tiles).', open: true },
  {
    path: '/log/disclosed',
    what: 'Disclosed facts, newest first; query parameters `before`, `limit`.',
    open: true,
  },
  { path: '/log/disclosed/{seq}', what: 'A disclosure that verifies without this server.', open: true },
  { path: '/window/{secret}', what: 'What a supervisor may read, as a page; logged, expiring.', open: true },
  { path: '/window/{secret}/data.json', what: 'The same as JSON.', open: true },
  {
    path: '/window/{secret}/filings/{filing}',
    what: 'A filing as PDF, where filings are shown.',
    open: true,
  },
  { path: '/api/books', what: 'Books, their sums and what is broken in them; ETag.' },
  { path: '/api/books/{book}', what: 'One book: broken rules, totals, policy and proposals; ETag.' },
  {
    path: '/api/books/{book}/accounts',
    what: 'Accounts with balances; query parameters `owner`, `asset`, `party`, `group`, `below`, `at`, `limit`.',
  },
  {
    path: '/api/books/{book}/sums',
    what: 'Sums by `by` (owner, party, group) and asset; query parameters `at`, `limit`.',
  },
  {
    path: '/api/books/{book}/postings',
    what: 'Postings of an account, newest first; query parameters `account`, `before`, `limit`.',
  },
  {
    path: '/api/books/{book}/export',
    what: 'The whole book as a file; query parameter `format`: hledger, beancount, jsonl.',
  },
  {
    path: '/journal/{book}/batches',
    method: 'post',
    what: 'Accounts and transfers of the firm’s journal; token of scope `ledger.Ingest`. Idempotent by id.',
  },
  {
    path: '/journal/{book}/treatment',
    method: 'post',
    what: 'How the exchange treats its accounts, whole or in pages; token of scope `ledger.RecordTreatment`.',
  },
  { path: '/api/custody', what: 'Wallets, keys, changes, transfers, policy, what the gate did; ETag.' },
  {
    path: '/gate/withdrawals',
    method: 'post',
    what: 'Asks whether a withdrawal may be paid. Pay only after 200 with `decision` equal to `allow`.',
  },
  {
    path: '/gate/payments',
    method: 'post',
    what: 'Announces the transaction that will pay allowed withdrawals.',
  },
  {
    path: '/gate/deposits',
    method: 'post',
    what: 'Tells where customers’ coin arrived; addresses that are in no wallet are answered and a finding.',
  },
  { path: '/gate/destinations', method: 'post', what: 'Lists addresses of customers; a cool-off runs.' },
  { path: '/gate/destinations/remove', method: 'post', what: 'Takes addresses of customers off the list.' },
  { path: '/api/reserves', what: 'Coverage, sources, breaks, statements, coins, addresses; ETag.' },
  {
    path: '/statements',
    method: 'post',
    what: 'A statement file of a bank or custodian; query parameters `format`, `account`. Answers 409 where every statement in it was refused, and says what became of each.',
  },
  { path: '/statements/reconcile', method: 'post', what: 'Matches a day of two sides; breaks are recorded.' },
  { path: '/statements/proofs', method: 'post', what: 'A signed answer to the challenge of an address.' },
  {
    path: '/api/books/{book}/liabilities',
    method: 'post',
    what: 'Publishes a proof of liabilities: `{epoch, mode}`, mode `open` (the default) or `private`.',
  },
  {
    path: '/api/liabilities/{epoch}/solvency',
    method: 'post',
    what: 'States what is owed beside what is held: `{reserves}`, texts of statements of reserves.',
  },
  {
    path: '/api/liabilities/{epoch}/customers/{customer}',
    what: 'The file of one customer, to hand over after they signed in at the exchange; holds their secret.',
  },
  { path: '/public/liabilities.json', what: 'Published epochs, newest first; ETag.', open: true },
  {
    path: '/public/liabilities/{epoch}/statement.json',
    what: 'The statement of an epoch: sums or, in private mode, proved totals; ETag.',
    open: true,
  },
  {
    path: '/public/liabilities/{epoch}/{asset}/tile/entries/{tile}',
    what: 'A tile of the list of leaves, as static as tiles of the log; none in private mode.',
    open: true,
  },
  {
    path: '/public/liabilities/{epoch}/solvency.txt',
    what: 'The signed statement of solvency.',
    open: true,
  },
  {
    path: '/public/liabilities/{epoch}/reserves/{digest}',
    what: 'A statement of reserves that it names.',
    open: true,
  },
  {
    path: '/intake/{source}',
    method: 'post',
    what: 'Alarms of a configured monitor, in its own format and under a secret of its own.',
  },
  {
    path: '/public/subscriptions',
    method: 'post',
    what: 'Subscribes to notices; a confirmation is sent.',
    open: true,
  },
  { path: '/healthz', what: '200 while the process runs.', open: true },
  { path: '/readyz', what: '200 when the store answers.', open: true },
  { path: '/metrics', what: 'Prometheus metrics.', open: true },
];
