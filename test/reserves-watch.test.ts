/** A node at work: it reads what the addresses of the inventory hold from a real chain, and takes statements and proofs. */

import type { ReservesPage } from '@sonae/core/app/reserves/api.ts';
import type { Breaks } from '@sonae/core/nouns/reserves/views/breaks.ts';
import type { Holdings } from '@sonae/core/nouns/reserves/views/holdings.ts';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryJournal } from '../packages/server/src/adapters/journal/memory-journal.ts';
import { readConfig } from '../packages/server/src/config.ts';
import { type LocalEvm, startLocalEvm } from '../packages/server/src/connectors/evm/local-evm.ts';
import { createBooks } from '../packages/server/src/ledger/books.ts';
import { reservesSchema } from '../packages/server/src/reserves/reserves-config.ts';
import { readChain } from '../packages/server/src/reserves/watch-chains.ts';
import { SYSTEM } from './support/app.ts';
import { ACCOUNTS, batchOf, defineAssets, row } from './support/books.ts';
import { ADDRESSES, type Custody, createCustody } from './support/custody.ts';
import { as } from './support/firm.ts';
import { createTestNode } from './support/node.ts';

let evm: LocalEvm;
let c: Custody;
const hex = (amount: bigint): string => `0x${amount.toString(16)}`;
const POLICY = {
  exchange: 'example',
  book: 'main',
  bookStaleAfterMinutes: 120,
  currency: 'JPY',
  zone: 'Asia/Tokyo',
  closedOn: [],
  sources: [
    { source: 'eth-chain', kind: 'chain', place: 'ethereum', assets: ['ETH'], staleAfterMinutes: 60 },
  ],
  coverage: [],
  concentration: { watchBps: 10_000, warningBps: 10_000 },
  outflow: { hot: { watch: 48, warning: 24, critical: 6 }, all: { watch: 240, warning: 72, critical: 24 } },
  ...{ reconciliations: [], statements: [], banks: [], coins: [], movers: [] },
};

beforeAll(async () => {
  evm = await startLocalEvm({ chainId: 4243 });
  c = await createCustody();
  await c.run('reserves.SetPolicy', POLICY, as('north'));
});
afterAll(() => evm.stop());

const chain = () =>
  reservesSchema.parse({
    chains: [
      {
        ...{ kind: 'evm', source: 'eth-chain', chain: 'ethereum', chainId: 4243, tag: 'latest' },
        rpcUrls: [evm.rpcUrl, evm.rpcUrl.replace('127.0.0.1', 'localhost')],
        assets: [{ asset: 'ETH', contract: null }],
      },
    ],
  }).chains[0] as Parameters<typeof readChain>[1];

describe('a chain', () => {
  test('what every address of the inventory holds, by wallet, hot and cold', async () => {
    await evm.request('anvil_setBalance', [ADDRESSES.safe, hex(70n * 10n ** 18n)]);
    await evm.request('anvil_setBalance', [ADDRESSES.hot, hex(3n * 10n ** 18n)]);
    await readChain(c.app, chain());
    const { snapshots } = JSON.parse(
      (await c.app.ports.store.view('reserves.holdings', 'all')) ?? '{}',
    ) as Holdings;
    const held = [...(snapshots[0]?.held ?? [])].sort((a, b) => (a.tier < b.tier ? -1 : 1));
    expect(held).toEqual([
      { asset: 'ETH', owner: 'customer', tier: 'cold', amount: String(70n * 10n ** 18n) },
      { asset: 'ETH', owner: 'customer', tier: 'hot', amount: String(3n * 10n ** 18n) },
    ]);
    expect(snapshots[0]?.provenance.block?.hash).toMatch(/^0x[0-9a-f]{64}$/);
    const wallets = await c.view<{ wallets: Record<string, Record<string, { amount: string }>> }>('holdings');
    expect(wallets.wallets.till?.ETH?.amount).toBe(String(3n * 10n ** 18n));
  });

  test('one node alone is not believed', () => {
    const [one] = [{ ...chain(), rpcUrls: [evm.rpcUrl] }];
    expect(reservesSchema.safeParse({ chains: [one] }).success).toBe(false);
  });
});

describe('over HTTP', () => {
  const CAMT_ACCOUNT = 'JP-TRUST-1';

  test('a statement is taken once; a broken one is named', async () => {
    const config = {
      ...readConfig(undefined),
      reserves: reservesSchema.parse({ accounts: { [CAMT_ACCOUNT]: 'trust-jpy' } }),
    };
    const t = createTestNode(config);
    const json = (entries: readonly object[], closing: string) =>
      JSON.stringify({ account: CAMT_ACCOUNT, currency: 'JPY', statementId: 's-1', entries, closing });
    const post = (body: string, query: string) => t.call(`/statements?${query}`, { method: 'POST', body });
    expect((await post('{}', 'format=nonsense')).status).toBe(400);
    expect((await post(json([], '0'), 'format=custodian-json')).status).toBe(400);
    const mt940 = (closing: string) =>
      [
        `:20:REF`,
        `:25:${CAMT_ACCOUNT}`,
        ':28C:1/1',
        ':60F:C260331JPY1000,',
        ':61:2604010401C500,NTRFNONREF',
        `:62F:C260401JPY${closing},`,
        '-',
        '',
      ].join('\r\n');
    await t.testApp.run('instruments.DefineAsset', {
      asset: 'JPY',
      name: 'Yen',
      decimals: 0,
      kind: 'fiat',
      chains: [],
    });
    await t.testApp.run('reserves.SetPolicy', {
      ...POLICY,
      statements: [{ id: 'trust-jpy', dueHour: 10, graceHours: 6, since: '2026-04-01' }],
    });
    const broken = await post(mt940('1400'), 'format=mt940');
    expect(broken.status).toBe(400);
    expect(JSON.stringify(await broken.json())).toMatch(/1400|1500|closing/);
    const good = await post(mt940('1500'), 'format=mt940');
    expect(await good.json()).toMatchObject({ taken: [{ outcome: { status: 'done' } }] });
    expect(await (await post(mt940('1500'), 'format=mt940')).json()).toMatchObject({
      taken: [{ outcome: { status: 'done', facts: [] } }],
    });
    const ahead = mt940('1500').replace('28C:1', '28C:2').replace('62F:C260401', '62F:C260501');
    const refused = await post(ahead, 'format=mt940');
    expect(refused.status, 'nothing of it was taken').toBe(409);
    expect(await refused.json()).toMatchObject({
      taken: [{ statement: '2026-2', outcome: { status: 'refused', refused: 'day-ahead' } }],
      reconciled: [],
    });
    const partly = await post(`${mt940('1500')}${ahead}`, 'format=mt940');
    expect(partly.status, 'one of two was').toBe(200);
    expect(await partly.json()).toMatchObject({
      taken: [{ outcome: { status: 'done' } }, { outcome: { status: 'refused' } }],
    });
  });

  test('postings are held against entries: what is missing is a break, and closes when it comes', async () => {
    const reconciliation = {
      scope: 'trust-daily',
      account: 'world',
      statement: 'trust-jpy',
      since: '2026-03-31',
      windowDays: 1,
      inFlightDays: 0,
    };
    const reserves = reservesSchema.parse({
      reconciliations: [reconciliation],
      accounts: { [CAMT_ACCOUNT]: 'trust-jpy' },
    });
    const t = createTestNode({ ...readConfig(undefined), reserves });
    t.node.books = createBooks(t.node.app, createMemoryJournal());
    await defineAssets(t.testApp);
    const due = { dueHour: 10, graceHours: 6, since: '2026-03-31' };
    await t.testApp.run('reserves.SetPolicy', {
      ...POLICY,
      statements: [{ id: 'trust-jpy', ...due }],
      reconciliations: [{ id: 'trust-daily', ...due }],
    });
    const ledger = await t.node.books.open('main');
    await ledger.ingest(batchOf([], { accounts: ACCOUNTS }));
    await ledger.ingest(
      batchOf([
        row(1, 'world', 'anna', '500', 'deposit'),
        row(2, 'world', 'ben', '300', 'deposit'),
        row(3, 'anna', 'world', '200', 'withdrawal'),
      ]),
    );
    t.testApp.clock.moveTo(Date.parse('2026-04-01T03:00:00Z'));
    const statement = (id: string, opening: string, lines: readonly string[], closing: string) =>
      t.call('/statements?format=mt940', {
        method: 'POST',
        body: [
          `:20:${id}`,
          `:25:${CAMT_ACCOUNT}`,
          `:28C:${id}/1`,
          `:60F:C260331JPY${opening},`,
          ...lines,
          `:62F:C260331JPY${closing},`,
          '-',
          '',
        ].join('\r\n'),
      });
    const open = async () =>
      (JSON.parse((await t.node.app.ports.store.view('reserves.breaks', 'all')) ?? '{}') as Breaks).open.map(
        ({ kind, amount }) => `${kind} ${amount}`,
      );
    // One entry for both deposits; the withdrawal is not there, and something is that nobody posted.
    const first = await statement(
      '1',
      '0',
      [':61:2603310331C800,NTRFNONREF', ':61:2603310331D70,NTRFNONREF'],
      '730',
    );
    expect(await first.json()).toMatchObject({ reconciled: [{ status: 'done' }] });
    expect((await open()).sort()).toEqual(['missing-left -70', 'missing-right -200']);
    await statement('2', '730', [':61:2603310331D200,NTRFNONREF'], '530');
    expect(await open()).toEqual(['missing-left -70']);
    // The first again under another number, with a line of no money: neither is an entry that nobody posted.
    const again = await statement(
      '3',
      '0',
      [':61:2603310331C800,NTRFNONREF', ':61:2603310331D70,NTRFNONREF', ':61:2603310331C0,NINTNONREF'],
      '730',
    );
    expect(await again.json()).toMatchObject({
      taken: [{ outcome: { result: { outcome: 'recorded', remarks: ['zero-entries', 'repeats'] } } }],
    });
    expect(await open()).toEqual(['missing-left -70']);
    expect((await t.post('/statements/reconcile', { scope: 'nonsense' })).status).toBe(400);
    expect((await t.post('/statements/reconcile', { scope: 'trust-daily', day: '2026-03-31' })).status).toBe(
      200,
    );
    expect(await open()).toEqual(['missing-left -70']);
    expect((await t.post('/statements/reconcile', { scope: 'trust-daily', day: '2026-03-30' })).status).toBe(
      200,
    );
    expect(await open(), 'an older day does not see it and does not close it').toEqual(['missing-left -70']);
  });

  test('what was critical when the sight was lost stays in the page, and says that it is not seen now', async () => {
    const t = createTestNode();
    await defineAssets(t.testApp);
    t.node.books = createBooks(t.node.app, createMemoryJournal());
    const covered = { asset: 'JPY', event: 'fiat-trust-short', tolerance: '0', surplusBps: 100 };
    const bank = { source: 'bank', kind: 'bank', place: 'bank', assets: ['JPY'], staleAfterMinutes: 600 };
    await t.testApp.run('reserves.SetPolicy', { ...POLICY, sources: [bank], coverage: [covered] });
    const ledger = await t.node.books.open('main');
    await ledger.ingest(batchOf([], { accounts: ACCOUNTS }));
    await ledger.ingest(batchOf([row(1, 'world', 'anna', '500', 'deposit')]));
    await t.node.books.seal(true);
    const positions = [{ asset: 'JPY', owner: 'customer', tier: 'none', amount: '499', address: null }];
    await t.testApp.run('reserves.RecordHoldings', {
      ...{ source: 'bank', asOf: new Date(t.testApp.clock.now()).toISOString(), positions },
      provenance: { rpcs: [], block: null, statement: null },
    });
    const read = async () => {
      await t.testApp.run('reserves.KeepControls', {}, SYSTEM);
      const page = (await (await t.call('/api/reserves')).json()) as ReservesPage;
      return page.readings.find(
        (one) => one.control === 'reserves.coverage' && one.subject === 'JPY/customer',
      );
    };
    expect(await read()).toMatchObject({
      level: 'critical',
      why: { en: expect.stringContaining('short by 1') },
    });
    t.testApp.clock.moveTo(t.testApp.clock.now() + 121 * 60_000);
    expect(await read()).toMatchObject({
      level: 'critical',
      why: { en: 'Last seen critical, now blind. Not known: no usable word from book main.' },
    });
  });

  test('an address is proved by its signature over the text that was asked', async () => {
    const t = createTestNode();
    const key = privateKeyToAccount(`0x${'17'.repeat(32)}`);
    await t.testApp.run('reserves.SetPolicy', POLICY);
    const input = {
      source: 'eth-chain',
      chain: 'evm',
      address: key.address.toLowerCase(),
      epoch: '2026-03',
      blockHash: `0x${'ab'.repeat(32)}`,
    };
    const asked = await t.testApp.run('reserves.ChallengeAddress', input);
    const { challenge, text } = (asked as unknown as { result: { challenge: string; text: string } }).result;
    const send = (signature: string) =>
      t.post('/statements/proofs', { challenge, scheme: 'eip-191', signature });
    expect((await send(await key.signMessage({ message: `${text} ` }))).status).toBe(400);
    expect((await send(await key.signMessage({ message: text }))).status).toBe(200);
  });
});
