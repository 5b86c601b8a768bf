/** Trades with the firm held against values: what a customer gave and got, and every way to hide a bad price. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { describe, expect, test } from 'vitest';
import { SYSTEM } from './support/app.ts';
import {
  agreeChange,
  createTestBooks,
  foundWithRoles,
  type Raw,
  row,
  type TestBooks,
} from './support/books.ts';
import { as } from './support/firm.ts';

const BAND = { currency: 'JPY', bps: 500, withinMinutes: 15 };
/** A bitcoin is 10,000,000 yen: one satoshi is a tenth of a yen. */
const RATE = { asset: 'BTC', price: '10000000' };
const value = (t: TestBooks, at: string, rates: readonly { asset: string; price: string }[] = [RATE]) =>
  t.run(
    'instruments.RecordRates',
    { currency: 'JPY', at, source: 'test', rates } as unknown as JsonValue,
    SYSTEM,
  );

const decide = (t: TestBooks, band: typeof BAND | null): Promise<void> =>
  agreeChange(t, { kind: 'price-band', band });

async function banded(): Promise<TestBooks> {
  const t = await createTestBooks();
  await foundWithRoles(t, { director: ['north', 'east'], compliance: ['south'] });
  next = 6;
  await t.send([
    row(1, 'world', 'anna', '100000000', 'deposit'),
    row(2, 'chain', 'ben-btc', '10', 'deposit'),
    row(3, 'chain', 'house-btc', '10', 'capital'),
    row(4, 'chain', 'sister-btc', '10', 'capital'),
    row(5, 'world', 'house', '900000000', 'capital'),
  ]);
  await value(t, '2026-03-31T00:00:00Z');
  await decide(t, BAND);
  return t;
}

/** Debit, credit, amount, purpose (a trade unless said). */
type Leg = readonly [string, string, string, string?];
let next = 0;
/** One entry behind what was funded. */
function entry(...legs: readonly Leg[]): Raw[] {
  const first = next;
  next += legs.length;
  return legs.map(([debit, credit, amount, purpose = 'trade'], n) =>
    row(first + n, debit, credit, amount, purpose, { entry: `e-${first}`, at: '2026-03-31T00:05:00Z' }),
  );
}
const found = async (t: TestBooks, rows: readonly Raw[]) =>
  (await t.send(rows, { isGapConfirmed: true })).first.map(({ rule, account, exposure, detail }) => ({
    ...{ rule, account, exposure, detail },
  }));

test('a band takes two people who may, and not who asks', async () => {
  const t = await createTestBooks();
  await foundWithRoles(t, { director: ['north', 'east'], compliance: ['south'] });
  const change = { kind: 'price-band', band: BAND };
  const asked = await t.run('ledger.ProposeChange', { change, reason: 'FTX' }, as('north'));
  const { proposal } = (asked as unknown as { result: { proposal: string } }).result;
  const approve = (who: 'north' | 'watch' | 'east' | 'south') =>
    t.run('ledger.ApproveChange', { proposal }, as(who));
  expect(await approve('north')).toMatchObject({ refused: 'own-proposal' });
  expect(await approve('watch')).toMatchObject({ refused: 'no-role' });
  expect(await approve('east')).toMatchObject({ result: { approved: false } });
  expect(await approve('south')).toMatchObject({ result: { approved: true } });
});

describe('a trade with the firm', () => {
  test.each<[string, ...Leg[]]>([
    ['at the value', ['anna', 'house', '1000000'], ['house-btc', 'anna-btc', '0.1']],
    ['five per cent dearer', ['anna', 'house', '1000000'], ['house-btc', 'anna-btc', '0.095']],
    ['five per cent cheaper', ['anna', 'house', '950000'], ['house-btc', 'anna-btc', '0.1']],
    ['the other way', ['ben-btc', 'sister-btc', '0.1'], ['house', 'ben', '1000000']],
    [
      'with its fee',
      ['anna', 'house', '1000000'],
      ['house-btc', 'anna-btc', '0.1'],
      ['anna', 'fees', '90000', 'fee'],
    ],
    [
      'in parts, and partly from a customer',
      ['anna', 'house', '600000'],
      ['anna', 'ben', '400000'],
      ['ben-btc', 'anna-btc', '0.04'],
      ['house-btc', 'anna-btc', '0.06'],
    ],
  ])('%s is fair', async (_, ...legs) => {
    expect(await found(await banded(), entry(...legs))).toEqual([]);
  });

  test('among customers is theirs to agree on', async () => {
    const t = await banded();
    const rows = entry(['anna', 'ben', '1000000'], ['ben-btc', 'anna-btc', '0.00000001']);
    expect(await found(t, rows)).toEqual([]);
  });

  test('attack: a satoshi for a fortune has a counter leg and is found, once, with what is lacking', async () => {
    const t = await banded();
    const rows = entry(
      ['anna', 'house', '600000'],
      ['anna', 'sister', '400000'],
      ['house-btc', 'anna-btc', '0.00000001'],
    );
    expect(await found(t, rows)).toEqual([
      {
        ...{ rule: 'unfair-price', account: 'anna', exposure: '1000000' },
        detail: 'gave 1000000 JPY, got 0 JPY; the band is 500 bps',
      },
    ]);
  });

  test('a gift to a friend of the house is found too', async () => {
    const t = await banded();
    const rows = entry(['anna', 'house', '1000000'], ['house-btc', 'anna-btc', '0.2']);
    expect(await found(t, rows)).toMatchObject([{ rule: 'unfair-price', exposure: '1000000' }]);
    const sold = entry(['ben-btc', 'house-btc', '0.1'], ['house', 'ben', '900000']);
    // In satoshi: a hundred thousand yen are missing.
    expect(await found(t, sold)).toMatchObject([{ account: 'ben-btc', exposure: '1000000' }]);
  });

  test('attack: what goes round in circles makes no bad price smaller', async () => {
    const robbed = [
      ['anna', 'house', '1000000'],
      ['house-btc', 'anna-btc', '0.00000001'],
    ] as const;
    const circle = [
      ['anna', 'ben', '90000000'],
      ['ben', 'anna', '90000000'],
    ] as const;
    const t = await banded();
    expect(await found(t, entry(...circle, ...robbed))).toMatchObject([
      { rule: 'unfair-price', account: 'anna' },
      { rule: 'no-counter-leg', account: 'ben' },
    ]);
    await t.send([], {
      accounts: [{ account: 'anna-2', owner: 'customer', party: 'anna', group: null, asset: 'JPY' }],
    });
    const own = [['anna', 'anna-2', '90000000']] as const;
    expect(await found(t, entry(...own, ...robbed))).toMatchObject([{ rule: 'unfair-price' }]);
    // What comes from outside is the customer's own, and no answer to what the house took.
    const outside = [['chain', 'anna-btc', '0.1', 'deposit']] as const;
    expect(await found(t, entry(...robbed, ...outside))).toMatchObject([{ rule: 'unfair-price' }]);
  });
});

test('attack: what the house takes from one customer is given back at the cost of another', async () => {
  const t = await banded();
  const legs = [
    ['anna', 'house', '1000000'],
    ['ben-btc', 'anna-btc', '0.1'],
  ] as const;
  expect(await found(t, entry(...legs))).toMatchObject([{ rule: 'no-counter-leg', account: 'ben-btc' }]);
  // One yen for a tenth of a bitcoin, in two legs: said once.
  const cheap = [...legs, ['house', 'ben', '1'], ['ben-btc', 'anna-btc', '0.00000001']] as const;
  expect(await found(t, entry(...cheap))).toMatchObject([{ rule: 'unfair-price', account: 'ben-btc' }]);
  const fair = [...legs, ['house', 'ben', '980000']] as const;
  expect(await found(t, entry(...fair))).toEqual([]);
});

describe('without values', () => {
  const dear = () => entry(['anna', 'house', '1000'], ['house-btc', 'anna-btc', '0.00000001']);

  test('it is said once a batch that nothing is checked, and nothing is called unfair', async () => {
    const t = await createTestBooks();
    await foundWithRoles(t, { director: ['north', 'east'], compliance: ['south'] });
    next = 3;
    await t.send([
      row(1, 'world', 'anna', '100000', 'deposit'),
      row(2, 'chain', 'house-btc', '1', 'capital'),
    ]);
    await decide(t, BAND);
    const says = {
      rule: 'unpriced-trade',
      exposure: '0',
      detail: 'BTC has no value within 15 minutes of it',
    };
    expect(await found(t, [...dear(), ...dear()])).toMatchObject([says]);
    // Too old, by a second; and a price of nothing is none.
    await value(t, '2026-03-30T23:49:59Z');
    expect(await found(t, dear())).toMatchObject([says]);
    await value(t, '2026-03-31T00:05:00Z', [{ asset: 'BTC', price: '0' }]);
    expect(await found(t, dear())).toMatchObject([says]);
    await value(t, '2026-03-31T00:20:00Z');
    expect(await found(t, dear())).toMatchObject([{ rule: 'unfair-price' }]);
    await decide(t, null);
    expect(await found(t, dear())).toEqual([]);
  });

  test('a band nobody set holds nothing against anything', async () => {
    const t = await createTestBooks();
    next = 3;
    await t.send([
      row(1, 'world', 'anna', '100000', 'deposit'),
      row(2, 'chain', 'house-btc', '1', 'capital'),
    ]);
    expect(await found(t, dear())).toEqual([]);
  });
});
