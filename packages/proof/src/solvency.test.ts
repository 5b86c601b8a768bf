import { describe, expect, test } from 'vitest';
import { testKey } from '../test/keys.ts';
import { EXCHANGE } from '../test/liabilities-books.ts';
import {
  EPOCH,
  evmAddress,
  heldEvm,
  liabilitiesOf,
  MOMENT,
  minutes,
  reservesOf,
  SNAPSHOT,
  solvencyOf,
} from '../test/solvency-books.ts';
import vector from '../vectors/solvency-v1.json' with { type: 'json' };
import { fromHex, toHex } from './bytes.ts';
import { parseCanonicalJson } from './canonical-json.ts';
import { epochRoot, parseStatement } from './liabilities.ts';
import { type PrivateStatement, privateEpochRoot } from './private-liabilities.ts';
import { ProofError } from './proof-error.ts';
import { openQuicknetRound } from './reserves-drand.ts';
import {
  formatReserves,
  parseReserves,
  type ReservesStatement,
  reservesDigest,
} from './reserves-statement.ts';
import { ed25519Verifier } from './signed-note.ts';
import {
  formatSolvency,
  parseSolvency,
  type SolvencyStatement,
  signSolvency,
  solvencyAsset,
  solvencyDigest,
} from './solvency.ts';
import { type SolvencyExpects, verifySolvency } from './solvency-verify.ts';

const key = testKey(EXCHANGE, 9);
const firm = ed25519Verifier(key.vkey);
const codeOf = (run: () => unknown): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
};

/** A signed statement of liabilities and reserves, and the verdict of somebody who has looked everything up. */
function verdict(
  liabilities = liabilitiesOf(),
  reserves: readonly ReservesStatement[] = [reservesOf()],
  change: Partial<SolvencyStatement> = {},
  expects: Partial<SolvencyExpects> = {},
) {
  const note = signSolvency({ ...solvencyOf(liabilities, reserves), ...change }, [key.signer]);
  const report = verifySolvency(note, {
    exchange: EXCHANGE,
    epoch: EPOCH,
    keys: [firm],
    logged: { digest: solvencyDigest(note), epochRoot: epochRoot(liabilities) },
    liabilities: { mode: 'open', statement: liabilities },
    reserves: reserves.map(formatReserves),
    snapshot: SNAPSHOT,
    ...expects,
  });
  const { checks } = report;
  const by = (holds: boolean | null) => checks.filter((check) => check.holds === holds).map(({ id }) => id);
  const detailOf = (id: string) => checks.find((check) => check.id === id)?.detail;
  return { ...report, failing: by(false), open: by(null), detailOf };
}

describe('a solvency statement', () => {
  test('of a firm that holds what it owes holds in everything', () => {
    const { allHold, failing, open, statement } = verdict();
    expect({ allHold, failing, open }).toEqual({ allHold: true, failing: [], open: [] });
    expect(statement.assets[0]).toMatchObject({ owed: 100n, debt: 3n, signedBps: 10_000n, heldBps: 10_000n });
  });

  test('debts are beside and never taken off', () => {
    const { failing, detailOf } = verdict(liabilitiesOf(103n));
    expect(failing).toEqual(['covered']);
    expect(detailOf('covered')).toBe('ETH: 100 proved by signatures against 103 owed');
    const line = { ...solvencyOf(liabilitiesOf(103n), [reservesOf()]).assets[0]!, owed: 100n };
    const netted = { ...line, signedBps: 10_000n, heldBps: 10_000n };
    expect(verdict(liabilitiesOf(103n), [reservesOf()], { assets: [netted] }).failing).toEqual([
      'liabilities',
    ]);
  });

  test('what is missing is said: assets without proof, addresses without signature, custodians on their word', () => {
    const document = new Uint8Array(32);
    const custodians = [{ custodian: 'Trust Bank', reference: 'a', amount: 30n, document }];
    const bare = { chain: 'ethereum', address: evmAddress('new'), amount: 50n, control: null };
    const reserves = reservesOf({ addresses: [heldEvm('hot', 20n), bare], custodians });
    const { statement, failing, detailOf, allHold } = verdict(liabilitiesOf(100n, { XRP: 7n }), [reserves]);
    expect(statement.assetsWithoutProof).toEqual(['XRP']);
    expect(statement.assets[0]).toMatchObject({
      held: { signed: 20n, attested: 30n, unproved: 50n },
      signedBps: 2_000n,
      heldBps: 10_000n,
      missing: { addressesWithoutSignature: 1, custodiansOnTheirWord: ['Trust Bank'] },
    });
    expect(failing).toEqual(['complete', 'covered']);
    expect(detailOf('complete')).toBe(
      'XRP: no proof of reserves; ETH: 1 addresses without signature, 50 in all; ETH: Trust Bank on its word',
    );
    expect(allHold).toBe(false);
  });

  test('what is hidden is noticed: missing lines, unsaid custodians, raised ratios', () => {
    const both = liabilitiesOf(100n, { XRP: 7n });
    const honest = solvencyOf(both, [reservesOf()]);
    const [eth, xrp] = honest.assets as [SolvencyStatement['assets'][0], SolvencyStatement['assets'][0]];
    const without = { assets: [eth], assetsWithoutProof: [] };
    expect(verdict(both, [reservesOf()], without).detailOf('liabilities')).toBe('XRP is owed and left out');
    expect(verdict(both, [reservesOf()], { assetsWithoutProof: [] }).failing).toContain('arithmetic');
    const raised = { assets: [{ ...eth, signedBps: 10_001n }, xrp] };
    expect(verdict(both, [reservesOf()], raised).failing).toContain('arithmetic');
    const invented = {
      assets: [eth, { ...xrp, held: { signed: 0n, attested: 0n, unproved: 7n }, heldBps: 10_000n }],
    };
    expect(verdict(both, [reservesOf()], invented).detailOf('arithmetic')).toContain('without a statement');
    const bare = reservesOf({
      addresses: [
        heldEvm('hot', 50n),
        { chain: 'ethereum', address: evmAddress('new'), amount: 50n, control: null },
      ],
    });
    const line = solvencyOf(liabilitiesOf(), [bare]).assets[0]!;
    const unsaid = { ...line, missing: { addressesWithoutSignature: 0, custodiansOnTheirWord: [] } };
    expect(verdict(liabilitiesOf(), [bare], { assets: [unsaid] }).detailOf('reserves')).toContain(
      'what is missing',
    );
    const more = { ...line, held: { signed: 100n, attested: 0n, unproved: 0n }, signedBps: 10_000n };
    expect(verdict(liabilitiesOf(), [bare], { assets: [more] }).failing).toContain('reserves');
  });

  test('a bad signature under the reserves is seen through the whole statement', () => {
    const stolen = { ...heldEvm('cold', 60n), address: evmAddress('whale') };
    const { failing, detailOf } = verdict(liabilitiesOf(), [
      reservesOf({ addresses: [heldEvm('hot', 40n), stolen] }),
    ]);
    expect(failing).toEqual(['snapshot', 'covered']);
    expect(detailOf('snapshot')).toContain('ETH signatures');
    expect(detailOf('covered')).toContain('40 proved by signatures against 100');
  });

  test('both sides are of one moment and one block per chain', () => {
    const later = { ...liabilitiesOf(), at: minutes(1) };
    expect(verdict(later).failing).toEqual(['liabilities']);
    const moved = reservesOf({ at: minutes(30) });
    expect(verdict(liabilitiesOf(), [moved]).failing).toContain('one-moment');
    const both = liabilitiesOf(100n, { USDC: 5n });
    const blocks = [{ chain: 'ethereum', height: 17_900_001, hash: `0x${'ce'.repeat(32)}` }];
    const other = reservesOf({ asset: 'USDC', blocks, addresses: [] });
    expect(verdict(both, [reservesOf(), other]).detailOf('one-moment')).toBe(
      'two blocks of ethereum are used',
    );
  });

  test('another signer, another log, other liabilities, another epoch', () => {
    const stranger = ed25519Verifier(testKey('stranger.example', 8).vkey);
    expect(verdict(undefined, undefined, {}, { keys: [stranger] }).failing).toEqual(['signature']);
    const logged = { digest: new Uint8Array(32), epochRoot: new Uint8Array(32) };
    expect(verdict(undefined, undefined, {}, { logged }).failing).toEqual(['logged']);
    const other = { mode: 'open', statement: liabilitiesOf(99n) } as const;
    expect(verdict(undefined, undefined, {}, { liabilities: other }).failing).toEqual(['liabilities']);
    expect(verdict(undefined, undefined, {}, { epoch: 'other' }).failing).toContain('about');
  });

  test('what was not given is not claimed to hold', () => {
    const nothing = { keys: [], logged: null, liabilities: null, reserves: [] };
    const { failing, open, allHold } = verdict(undefined, undefined, {}, nothing);
    expect(failing).toEqual([]);
    expect(open).toEqual(['signature', 'logged', 'liabilities', 'reserves', 'covered']);
    expect(allHold).toBe(false);
  });

  test('private liabilities are joined by their total, and debts are not stated', () => {
    const statement: PrivateStatement = {
      format: 'sonae/private-liabilities/v2',
      exchange: EXCHANGE,
      epoch: EPOCH,
      at: MOMENT,
      key: new Uint8Array(32).fill(1),
      assets: [
        {
          asset: 'ETH',
          leaves: 3,
          root: new Uint8Array(32),
          sum: new Uint8Array(64),
          scale: 1,
          total: 10n,
          proof: new Uint8Array(96),
        },
      ],
    };
    const reserves = reservesOf();
    const root = privateEpochRoot(statement);
    const joined = {
      liabilities: { format: 'sonae/private-liabilities/v2', epochRoot: root },
      assets: [solvencyAsset('ETH', 100n, null, { statement: reserves, digest: reservesDigest(reserves) })],
    } as const;
    const check = (totalsAreProved: (() => boolean) | null) => {
      const note = signSolvency({ ...solvencyOf(liabilitiesOf(), [reserves]), ...joined }, [key.signer]);
      return verdict(undefined, [reserves], joined, {
        logged: { digest: solvencyDigest(note), epochRoot: root },
        liabilities: { mode: 'private', statement, totalsAreProved },
      });
    };
    expect(check(() => true)).toMatchObject({ failing: [], open: [], allHold: true });
    expect(check(() => false).failing).toEqual(['totals']);
    expect(check(null).open).toEqual(['totals']);
    const mixed = verdict(undefined, [reserves], joined);
    expect(mixed.failing).toContain('liabilities');
  });
});

describe('the text', () => {
  const note = signSolvency(solvencyOf(liabilitiesOf(), [reservesOf()]), [key.signer]);
  const text = formatSolvency(solvencyOf(liabilitiesOf(), [reservesOf()]));

  test('has one form, and a version that is named', () => {
    expect(formatSolvency(parseSolvency(text))).toBe(text);
    expect(codeOf(() => parseSolvency(text.replace('/v1', '/v2')))).toBe('bad-solvency');
    expect(codeOf(() => parseSolvency(`${text}\n`))).toBe('bad-solvency');
    expect(codeOf(() => parseSolvency(text.replace('"owed":"100"', '"owed":"0100"')))).toBe('bad-solvency');
    expect(codeOf(() => parseSolvency(text.replace('"owed":"100"', '"owed":"-1"')))).toBe('bad-solvency');
    expect(codeOf(() => parseSolvency(text.replace('{"assets"', '{ "assets"')))).toBe('bad-json');
  });

  test('every change of a digit is a broken signature or no statement', () => {
    for (let at = 0; at < note.length; at += 7) {
      const changed = note.slice(0, at) + (note[at] === '1' ? '2' : '1') + note.slice(at + 1);
      const holds = codeOf(() => {
        const { checks } = verifySolvency(changed, {
          exchange: EXCHANGE,
          epoch: EPOCH,
          keys: [firm],
          logged: null,
          liabilities: null,
          reserves: [],
          snapshot: SNAPSHOT,
        });
        const signature = checks.find(({ id }) => id === 'signature');
        if (signature?.holds !== false) throw new Error(`accepted with a change at ${at}`);
      });
      expect(holds === null || holds.startsWith('bad-')).toBe(true);
    }
  });
});

/** A vector is never changed: whoever holds a statement of v1 must be able to check it for ever. */
describe('vectors/solvency-v1.json', () => {
  const { snapshot } = vector;

  test('verifies, with all that it joins', () => {
    const statement = parseStatement(parseCanonicalJson(vector.liabilities));
    const report = verifySolvency(vector.note, {
      exchange: vector.exchange,
      epoch: vector.epoch,
      keys: [ed25519Verifier(vector.key)],
      logged: { digest: fromHex(vector.digest), epochRoot: fromHex(vector.epochRoot) },
      liabilities: { mode: 'open', statement },
      reserves: [vector.reserves],
      snapshot: {
        committed: { digest: fromHex(snapshot.commitmentDigest), by: snapshot.committedBy },
        beacon: {
          bytes: openQuicknetRound(snapshot.round, fromHex(snapshot.roundSignature)),
          at: snapshot.roundAt,
        },
        blocks: snapshot.blocks,
        balanceOf: (_, address) => BigInt((snapshot.balances as Record<string, string>)[address] ?? 0),
      },
    });
    expect(report.checks.filter(({ holds }) => holds !== true)).toEqual([]);
    expect(report.allHold).toBe(true);
    expect(report.statement.at).toBe(vector.moment);
    expect(toHex(solvencyDigest(vector.note))).toBe(vector.digest);
    expect(toHex(reservesDigest(parseReserves(vector.reserves)))).toBe(vector.reservesDigest);
    expect(report.reserves[0]?.proved).toEqual({ signed: 100n, attested: 0n, unproved: 0n });
  });
});
