import { secp256k1 } from '@noble/curves/secp256k1.js';
import { p2pkh, p2sh, p2tr, p2wpkh, TEST_NETWORK } from '@scure/btc-signer';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { EXCHANGE } from '../test/liabilities-books.ts';
import {
  BEACON,
  BLOCKS,
  COMMITMENT,
  COMMITTED,
  EPOCH,
  evmAddress,
  heldEvm,
  keyOf,
  MOMENT,
  minutes,
  ROUND_SIGNATURE,
  reservesOf,
  SNAPSHOT,
  signBitcoin,
  signEvm,
} from '../test/solvency-books.ts';
import { toHex } from './bytes.ts';
import { ProofError } from './proof-error.ts';
import type { Check } from './reserves-check.ts';
import { controlProblem, controlText, isControlProved } from './reserves-control.ts';
import { openQuicknetRound } from './reserves-drand.ts';
import { type Flow, summarizeFlows } from './reserves-flows.ts';
import {
  commitmentDigest,
  drawMoment,
  formatCommitment,
  parseCommitment,
  roundAfter,
  roundAt,
} from './reserves-moment.ts';
import {
  formatReserves,
  parseReserves,
  type ReservesStatement,
  reservesDigest,
} from './reserves-statement.ts';
import { crossCheck, type ReservesExpects, verifyReserves } from './reserves-verify.ts';

const expects: ReservesExpects = { exchange: EXCHANGE, epoch: EPOCH, ...SNAPSHOT };
const verify = (statement: ReservesStatement, change: Partial<ReservesExpects> = {}) =>
  verifyReserves(formatReserves(statement), { ...expects, ...change });
const failing = (checks: readonly Check[]) =>
  checks.filter(({ holds }) => holds === false).map(({ id }) => id);
const open = (checks: readonly Check[]) => checks.filter(({ holds }) => holds === null).map(({ id }) => id);
const codeOf = (run: () => unknown): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
};

describe('control of an address', () => {
  const text = controlText({ ...COMMITMENT, chain: 'ethereum', blockHash: BLOCKS[1]!.hash, address: '0x0' });
  const bitcoin = (name: string) => secp256k1.getPublicKey(keyOf(name), true);

  test('a wallet’s EIP-191 signature proves its own address and no other', async () => {
    const account = privateKeyToAccount(`0x${toHex(keyOf('hot'))}`);
    const signature = await account.signMessage({ message: text });
    const address = account.address.toLowerCase();
    expect(address).toBe(evmAddress('hot'));
    expect(signature).toBe(signEvm('hot', text));
    expect(isControlProved('eip-191', address, text, signature)).toBe(true);
    expect(isControlProved('eip-191', evmAddress('cold'), text, signature)).toBe(false);
    expect(isControlProved('eip-191', address, `${text}\n`, signature)).toBe(false);
    expect(isControlProved('eip-191', address, text, signature.slice(2))).toBe(false);
    expect(isControlProved('bitcoin-message', address, text, signature)).toBe(false);
    expect(isControlProved('eip-191', account.address, text, signature)).toBe(false);
    const upper = `0x${signature.slice(2).toUpperCase()}`;
    expect(isControlProved('eip-191', address, text, upper)).toBe(false);
  });

  test('what only a chain can say is never proved here', () => {
    const address = evmAddress('hot');
    const signature = signEvm('hot', text);
    const control = { scheme: 'eip-1271', address, text, signature, network: null } as const;
    expect(controlProblem(control)).toBe('needs-chain');
  });

  test('the higher s of a message is refused', () => {
    const bytes = Buffer.from(signBitcoin('btc', text), 'base64');
    const { r, s } = secp256k1.Signature.fromBytes(bytes.subarray(1), 'compact');
    const other = new secp256k1.Signature(r, secp256k1.Point.Fn.ORDER - s).toBytes('compact');
    for (const header of [31, 32]) {
      const signature = Buffer.from([header, ...other]).toString('base64');
      const address = p2wpkh(bitcoin('btc')).address!;
      const control = { scheme: 'bitcoin-message', address, text, signature, network: null } as const;
      expect(controlProblem(control)).toBe('signature');
    }
  });

  test('a Bitcoin message proves each kind of address of its key', () => {
    const key = bitcoin('btc');
    const addresses = [
      p2pkh(key),
      p2wpkh(key),
      p2sh(p2wpkh(key)),
      p2wpkh(key, TEST_NETWORK),
      p2pkh(key, TEST_NETWORK),
    ];
    for (const { address } of addresses)
      for (const header of [27, 31, 35, 39])
        expect(isControlProved('bitcoin-message', address!, text, signBitcoin('btc', text, header))).toBe(
          true,
        );
    const other = bitcoin('other');
    for (const { address } of [p2pkh(other), p2wpkh(other), p2sh(p2wpkh(other)), p2tr(key.slice(1))])
      expect(isControlProved('bitcoin-message', address!, text, signBitcoin('btc', text))).toBe(false);
    const uncompressed = p2pkh(secp256k1.getPublicKey(keyOf('btc'), false)).address!;
    expect(isControlProved('bitcoin-message', uncompressed, text, signBitcoin('btc', text, 27))).toBe(true);
  });

  test('what is malformed proves nothing, and throws nothing', () => {
    const address = p2wpkh(bitcoin('btc')).address!;
    const good = signBitcoin('btc', text);
    for (const signature of ['', 'x', good.slice(4), `${good}AAAA`, '0x', `0x${'00'.repeat(65)}`])
      for (const scheme of ['eip-191', 'bitcoin-message'] as const)
        expect(isControlProved(scheme, address, text, signature)).toBe(false);
    for (const header of [0, 26, 43]) {
      const bytes = Buffer.from(good, 'base64');
      bytes[0] = header;
      expect(isControlProved('bitcoin-message', address, text, bytes.toString('base64'))).toBe(false);
    }
  });
});

describe('the moment', () => {
  test('is drawn from the beacon, inside the window, and otherwise by every byte', () => {
    expect(MOMENT >= COMMITMENT.from && MOMENT <= COMMITMENT.to).toBe(true);
    const moments = new Set([MOMENT]);
    for (let n = 0; n < 50; n++) {
      const bytes = Uint8Array.from(BEACON);
      bytes[n % 32] = bytes[n % 32]! ^ (1 + n);
      const drawn = drawMoment(COMMITMENT, bytes);
      expect(drawn >= COMMITMENT.from && drawn <= COMMITMENT.to).toBe(true);
      moments.add(drawn);
    }
    expect(moments.size).toBeGreaterThan(45);
    expect(drawMoment({ ...COMMITMENT, epoch: '2023-09' }, BEACON)).not.toBe(MOMENT);
    expect(codeOf(() => drawMoment(COMMITMENT, BEACON.slice(1)))).toBe('bad-argument');
  });

  test('a round of quicknet is its network’s, or nobody’s', () => {
    expect(toHex(BEACON)).toBe('fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd');
    expect(codeOf(() => openQuicknetRound(1_001, ROUND_SIGNATURE))).toBe('bad-signature');
    const changed = Uint8Array.from(ROUND_SIGNATURE);
    changed[40] = changed[40]! ^ 1;
    expect(codeOf(() => openQuicknetRound(1_000, changed))).toBe('bad-signature');
    expect(codeOf(() => openQuicknetRound(0, ROUND_SIGNATURE))).toBe('bad-argument');
  });

  test('rounds follow the timetable of their chain', () => {
    expect(roundAt({ name: 'drand/quicknet', round: 27_946_612 })).toBe('2026-04-20T00:00:00.000Z');
    expect(roundAfter('drand/quicknet', '2026-04-20T00:00:00.000Z')).toBe(27_946_612);
    expect(roundAfter('drand/quicknet', '2026-04-20T00:00:00.001Z')).toBe(27_946_613);
    expect(roundAt({ name: 'bitcoin', round: 900_000 })).toBe(null);
  });

  test('a commitment has one form', () => {
    const text = formatCommitment(COMMITMENT);
    expect(parseCommitment(text)).toEqual(COMMITMENT);
    expect(codeOf(() => parseCommitment(` ${text}`))).toBe('bad-json');
    const changes = [
      { to: COMMITMENT.from },
      { to: '2024-08-23T15:00:00.000Z' },
      { from: '2023-08-01' },
      { epoch: 'two words' },
      { beacon: { name: 'dice' as 'bitcoin', round: 1 } },
      { beacon: { name: 'bitcoin' as const, round: 1.5 } },
    ];
    for (const change of changes)
      expect(codeOf(() => commitmentDigest({ ...COMMITMENT, ...change }))).toBe('bad-reserves');
  });
});

describe('a statement of reserves', () => {
  test('of an honest firm holds in everything', () => {
    const report = verify(reservesOf());
    expect(report.checks.map(({ holds }) => holds)).toEqual(report.checks.map(() => true));
    expect(report.proved).toEqual({ signed: 100n, attested: 0n, unproved: 0n });
    expect(report.withoutSignature).toEqual([]);
  });

  test('what was not looked up is not claimed to hold', () => {
    const report = verify(reservesOf(), { committed: null, beacon: null, blocks: null, balanceOf: null });
    expect(failing(report.checks)).toEqual([]);
    expect(open(report.checks)).toEqual(['committed', 'moment', 'blocks', 'balances']);
    expect(report.checks.filter(({ holds }) => holds === null).every(({ detail }) => detail !== '')).toBe(
      true,
    );
  });

  test('a signature for another firm, epoch, block or chain counts as none', () => {
    const address = evmAddress('hot');
    const claim = {
      exchange: EXCHANGE,
      epoch: EPOCH,
      chain: 'ethereum',
      blockHash: BLOCKS[1]!.hash,
      address,
    };
    const others = [
      { exchange: 'other.example' },
      { epoch: '2023-07' },
      { blockHash: `0x${'ce'.repeat(32)}` },
      { chain: 'polygon' },
      { address: evmAddress('cold') },
    ];
    for (const other of others) {
      const signature = signEvm('hot', controlText({ ...claim, ...other }));
      const control = { scheme: 'eip-191', signature } as const;
      const held = { chain: 'ethereum', address, amount: 40n, control };
      const report = verify(reservesOf({ addresses: [held, heldEvm('cold', 60n)] }));
      expect(failing(report.checks)).toEqual(['signatures']);
      expect(report.proved).toEqual({ signed: 60n, attested: 0n, unproved: 40n });
      expect(report.withoutSignature).toEqual([address]);
    }
  });

  test('a commitment later than the window, another one, and a beacon before the window’s end are named', () => {
    const late = { ...COMMITTED, by: '2023-08-02T00:00:00.000Z' };
    expect(failing(verify(reservesOf(), { committed: late }).checks)).toEqual(['committed']);
    const other = { ...COMMITTED, digest: new Uint8Array(32) };
    expect(failing(verify(reservesOf(), { committed: other }).checks)).toEqual(['committed']);
    // The window ends after round 1000 has come out: from then on the moment could be prepared for.
    const foreseen = { ...COMMITMENT, to: '2023-08-23T16:30:00.000Z' };
    const at = drawMoment(foreseen, BEACON);
    const report = verify(reservesOf({ commitment: foreseen, at }), {
      committed: { ...COMMITTED, digest: commitmentDigest(foreseen) },
      blocks: SNAPSHOT.blocks.map((block) => ({ ...block, at, nextAt: '2023-12-01T00:00:00.000Z' })),
    });
    expect(failing(report.checks)).toEqual(['unforeseen']);
  });

  test('another moment than the drawn one, and other bytes than the beacon gave', () => {
    const moved = { ...expects, blocks: null };
    expect(failing(verify(reservesOf({ at: minutes(60) }), moved).checks)).toEqual(['moment']);
    const beacon = { bytes: new Uint8Array(32), at: SNAPSHOT.beacon.at };
    expect(failing(verify(reservesOf(), { beacon }).checks)).toEqual(['moment']);
  });

  test('another block, or one that is not the last before the moment', () => {
    const [first, second] = SNAPSHOT.blocks as [(typeof SNAPSHOT.blocks)[0], (typeof SNAPSHOT.blocks)[0]];
    const changes = [
      { hash: `0x${'ee'.repeat(32)}` },
      { nextAt: minutes(-1) },
      { at: minutes(1) },
      { height: 1 },
    ];
    for (const change of changes) {
      const blocks = [first, { ...second, ...change }];
      expect(failing(verify(reservesOf(), { blocks }).checks)).toEqual(['blocks']);
    }
  });

  test('less on an address than stated, and totals that are not the sums', () => {
    const balanceOf = (_: string, address: string) => (address === evmAddress('cold') ? 59n : 40n);
    const short = verify(reservesOf(), { balanceOf });
    expect(failing(short.checks)).toEqual(['balances']);
    expect(short.checks.find(({ id }) => id === 'balances')?.detail).toContain('holds 59, not 60');
    const totals = { signed: 101n, attested: 0n, unproved: 0n };
    expect(failing(verify(reservesOf({ totals })).checks)).toEqual(['totals']);
  });

  test('custodians and unsigned addresses stand apart', () => {
    const document = new Uint8Array(32).fill(1);
    const custodian = { custodian: 'Trust Bank', reference: 'letter of 2023-08-24', amount: 25n, document };
    const bare = { chain: 'ethereum', address: evmAddress('new'), amount: 5n, control: null };
    const report = verify(reservesOf({ addresses: [heldEvm('hot', 40n), bare], custodians: [custodian] }));
    expect(failing(report.checks)).toEqual([]);
    expect(report.proved).toEqual({ signed: 40n, attested: 25n, unproved: 5n });
    expect(report.withoutSignature).toEqual([evmAddress('new')]);
  });

  test('an address twice, in capitals, of a chain without block, and texts of another form are refused', () => {
    const hot = heldEvm('hot', 40n);
    const bad = (change: Partial<ReservesStatement>) => codeOf(() => formatReserves(reservesOf(change)));
    expect(bad({ addresses: [hot, { ...hot, amount: 1n }] })).toBe('bad-reserves');
    expect(bad({ addresses: [{ ...hot, address: hot.address.toUpperCase() }] })).toBe('bad-reserves');
    expect(bad({ addresses: [{ ...hot, chain: 'base' }] })).toBe('bad-reserves');
    expect(bad({ blocks: [BLOCKS[1]!, BLOCKS[0]!] })).toBe('bad-reserves');
    expect(
      bad({ addresses: [{ ...hot, amount: -1n }], totals: { signed: 0n, attested: 0n, unproved: 0n } }),
    ).toBe('bad-reserves');
    expect(bad({ commitment: { ...COMMITMENT, epoch: 'other' } })).toBe('bad-reserves');
    const flow: Flow = { at: minutes(-8 * 1_440), id: 'a', direction: 'in', amount: 1n, counterparty: null };
    expect(bad({ flows: [flow] })).toBe('bad-reserves');
    const text = formatReserves(reservesOf());
    expect(formatReserves(parseReserves(text))).toBe(text);
    expect(codeOf(() => parseReserves(text.replace('"amount":"40"', '"amount":"040"')))).toBe('bad-reserves');
    expect(codeOf(() => parseReserves(text.replace('{"addresses"', '{"a":1,"addresses"')))).toBe('bad-json');
    for (let length = 0; length < text.length; length += 101)
      expect(codeOf(() => parseReserves(text.slice(0, length)))).toBe('bad-json');
    const many = Array.from({ length: 10_001 }, () => hot);
    expect(bad({ addresses: many })).toBe('too-large');
  });

  test('the digest is of every byte', () => {
    const digest = toHex(reservesDigest(reservesOf()));
    for (const change of [
      { epoch: '2023-09', commitment: { ...COMMITMENT, epoch: '2023-09' } },
      { asset: 'ETC' },
    ])
      expect(toHex(reservesDigest(reservesOf(change)))).not.toBe(digest);
  });
});

describe('two firms', () => {
  test('that claim one address are both named', () => {
    const ours = reservesOf();
    const lent = heldEvm('cold', 60n, 'other.example');
    const theirs = reservesOf({
      exchange: 'other.example',
      addresses: [lent, heldEvm('own', 1n, 'other.example')],
    });
    const found = crossCheck([ours, theirs]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      address: evmAddress('cold'),
      areBothSigned: true,
      claims: [
        { exchange: EXCHANGE, amount: 60n, isSigned: true },
        { exchange: 'other.example', amount: 60n, isSigned: true },
      ],
    });
  });

  test('the same key on another chain, and without signature, is a finding too; the own next epoch is none', () => {
    const elsewhere = { chain: 'polygon', address: evmAddress('cold'), amount: 9n, control: null };
    const blocks = [{ chain: 'polygon', height: 1, hash: `0x${'11'.repeat(32)}` }];
    const theirs = reservesOf({ exchange: 'other.example', blocks, addresses: [elsewhere] });
    expect(crossCheck([reservesOf(), theirs])).toMatchObject([
      { areBothSigned: false, claims: [{}, { chain: 'polygon' }] },
    ]);
    const next = reservesOf({ epoch: '2023-09', commitment: { ...COMMITMENT, epoch: '2023-09' } });
    expect(crossCheck([reservesOf(), next])).toEqual([]);
    const apart = reservesOf({ exchange: 'other.example', addresses: [heldEvm('own', 1n, 'other.example')] });
    expect(crossCheck([reservesOf(), apart])).toEqual([]);
  });
});

describe('flows around the moment', () => {
  let count = 0;
  const flow = (
    days: number,
    direction: Flow['direction'],
    amount: bigint,
    counterparty: string | null = null,
  ): Flow => ({
    at: minutes(days * 1_440),
    id: `tx-${count++}`,
    direction,
    amount,
    counterparty,
  });

  test('320,000 that came from another exchange and went back are named', () => {
    const flows = [
      flow(-2, 'in', 320_000n, 'another exchange'),
      flow(-1, 'out', 20_000n, 'a customer'),
      flow(1, 'out', 285_000n, 'another exchange'),
    ];
    const { inThenOut, before, after } = summarizeFlows(flows, MOMENT, 600_000n);
    expect(before).toEqual({ cameIn: 320_000n, wentOut: 20_000n });
    expect(after).toEqual({ cameIn: 0n, wentOut: 285_000n });
    expect(inThenOut).toEqual([
      {
        kind: 'counterparty',
        counterparty: 'another exchange',
        cameIn: 320_000n,
        wentOut: 285_000n,
        returnedBps: 8_906,
        ofHeldBps: 5_333,
        ids: [flows[0]!.id, flows[2]!.id],
      },
    ]);
    const report = verify(reservesOf({ flows: [flow(-2, 'in', 32n, 'x'), flow(1, 'out', 30n, 'x')] }));
    expect(failing(report.checks)).toEqual(['flows']);
  });

  test('in several transfers too, and between unknown sides transfer by transfer', () => {
    const parts = [
      flow(-3, 'in', 50n, 'x'),
      flow(-2, 'in', 50n, 'x'),
      flow(1, 'out', 45n, 'x'),
      flow(2, 'out', 44n, 'x'),
    ];
    expect(summarizeFlows(parts, MOMENT, 1_000n).inThenOut).toMatchObject([{ cameIn: 100n, wentOut: 89n }]);
    const unknown = [flow(-1, 'in', 300n), flow(-1, 'in', 100n), flow(1, 'out', 290n), flow(1, 'out', 30n)];
    expect(summarizeFlows(unknown, MOMENT, 1_000n).inThenOut).toMatchObject([
      { kind: 'transfer', cameIn: 300n, wentOut: 290n, returnedBps: 9_666 },
    ]);
    const twice = [flow(-1, 'in', 300n), flow(-1, 'in', 299n), flow(1, 'out', 290n)];
    expect(summarizeFlows(twice, MOMENT, 1_000n).inThenOut).toHaveLength(1);
  });

  test('everyday business is not: small, other order, other side, little back', () => {
    const quiet = [
      [flow(-1, 'in', 9n, 'x'), flow(1, 'out', 9n, 'x')],
      [flow(-1, 'out', 300n, 'x'), flow(1, 'in', 300n, 'x')],
      [flow(-1, 'in', 300n, 'x'), flow(1, 'out', 300n, 'y')],
      [flow(-1, 'in', 300n, 'x'), flow(1, 'out', 239n, 'x')],
      [flow(-1, 'in', 300n), flow(1, 'out', 400n)],
      [flow(1, 'in', 300n, 'x'), flow(2, 'out', 300n, 'x')],
    ];
    for (const flows of quiet) expect(summarizeFlows(flows, MOMENT, 1_000n).inThenOut).toEqual([]);
    const rule = { ratioBps: 7_900, materialBps: 100 };
    expect(summarizeFlows(quiet[3]!, MOMENT, 1_000n, rule).inThenOut).toHaveLength(1);
    expect(codeOf(() => summarizeFlows([], MOMENT, 1n, { ratioBps: 0, materialBps: 1 }))).toBe(
      'bad-argument',
    );
  });
});
