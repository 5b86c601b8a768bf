import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { p2sh, p2tr, p2wpkh, SigHash, Transaction } from '@scure/btc-signer';
import { pubECDSA, pubSchnorr } from '@scure/btc-signer/utils.js';
import type { Order } from '@sonae/core/ports/target.ts';
import { toHex } from '@sonae/proof/bytes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BitcoinTargetConfig, createBitcoinTarget } from './bitcoin-target.ts';
import {
  type Altered,
  altered,
  COLD,
  HOT,
  KEYS,
  LIMITS,
  MAINNET_COLD,
  orderOf,
  REGTEST,
  read,
  START,
  STRANGER,
  signed,
  sweepOf,
  THIEF,
  UTXOS,
  write,
} from './regtest-samples.ts';

let esplora: Awaited<ReturnType<typeof localEsplora>>;
/**
 * Esplora's shape over a mempool that checks nothing: POST /tx, GET /tx/:txid/status, GET /blocks/tip/height.
 */
async function localEsplora() {
  const state = { mempool: new Set<string>(), mined: new Map<string, number>(), tip: 100, posts: 0 };
  let refuse: [number, string] | null = null;
  let drop = false;
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    const txid = /^\/tx\/([0-9a-f]{64})\/status$/.exec(req.url ?? '')?.[1];
    if (req.method === 'POST' && req.url === '/tx') {
      state.posts += 1;
      if (refuse) return void res.writeHead(refuse[0]).end(refuse[1]);
      const { id } = Transaction.fromRaw(Buffer.from(body, 'hex'));
      state.mempool.add(id);
      return drop ? void res.socket?.destroy() : void res.end(id);
    }
    if (req.url === '/blocks/tip/height') return void res.end(String(state.tip));
    if (txid === undefined || !state.mempool.has(txid))
      return void res.writeHead(404).end('Transaction not found');
    const height = state.mined.get(txid);
    res.end(
      JSON.stringify(height === undefined ? { confirmed: false } : { confirmed: true, block_height: height }),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuseWith: (status: number, text: string) => {
      refuse = [status, text];
    },
    dropAfterTaking: () => {
      drop = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

describe('createBitcoinTarget', () => {
  let nowMs = START;
  const targetOf = (over: Partial<BitcoinTargetConfig> = {}) =>
    createBitcoinTarget(
      { network: 'regtest', coldAddresses: [COLD], limits: LIMITS, broadcastUrl: esplora.url, ...over },
      () => nowMs,
    );
  const copies = (...psbts: string[]): Partial<BitcoinTargetConfig> => ({ collect: async () => psbts });

  beforeEach(async () => {
    nowMs = START;
    esplora = await localEsplora();
  });
  afterEach(() => esplora.close());

  it('rehearses, combines 2 of 3, broadcasts once and sees confirmations come', async () => {
    const psbt = sweepOf();
    const order = orderOf(psbt);
    const target = targetOf({ ...copies(signed(psbt, KEYS[2]!), signed(psbt, KEYS[0]!)), confirmations: 3 });
    const rehearsal = await target.rehearse(order);
    expect(rehearsal).toMatchObject({
      works: true,
      shows: { transaction: { outputs: [{ address: COLD }], warnings: [] } },
    });
    expect(await target.observe(order)).toMatchObject({
      inEffect: false,
      seen: { readings: [{ confirmations: 0, why: 'unknown there' }] },
    });
    const performed = await target.perform(order);
    const txid = read(psbt).id;
    expect(performed).toMatchObject({ state: 'performed', receipt: { txid, known: false } });
    expect([...esplora.state.mempool]).toEqual([txid]);
    expect(await target.perform(order)).toMatchObject({ state: 'performed', receipt: { txid, known: true } });
    expect(esplora.state.posts).toBe(1);
    expect(await target.observe(order)).toMatchObject({
      inEffect: false,
      seen: { readings: [{ why: 'unconfirmed' }] },
    });
    esplora.state.mined.set(txid, 99);
    expect(await target.observe(order)).toMatchObject({
      inEffect: false,
      seen: { readings: [{ confirmations: 2 }] },
    });
    esplora.state.tip = 101;
    expect(await target.observe(order)).toMatchObject({
      inEffect: true,
      seen: { txid, readings: [{ confirmations: 3 }] },
    });
  });

  it('takes the signatures that the approved PSBT carries itself', async () => {
    const order = orderOf(signed(sweepOf(), KEYS[0]!, KEYS[1]!));
    expect(await targetOf().perform(order)).toMatchObject({ state: 'performed' });
  });

  it('sends Taproot and nested segwit under the txid that was told beforehand', async () => {
    const key = pubSchnorr(KEYS[0]!);
    const nested = p2sh(p2wpkh(pubECDSA(KEYS[0]!), REGTEST), REGTEST);
    const taproot = p2tr(key, undefined, REGTEST);
    const psbt = sweepOf([
      {
        txid: 'a'.repeat(64),
        vout: 0,
        amountSat: 50_000n,
        script: toHex(taproot.script),
        tapInternalKey: toHex(key),
      },
      {
        txid: 'b'.repeat(64),
        vout: 0,
        amountSat: 50_000n,
        script: toHex(nested.script),
        redeemScript: toHex(nested.redeemScript!),
      },
    ]);
    const target = targetOf(copies(signed(psbt, KEYS[0]!)));
    const order = orderOf(psbt);
    const rehearsal = await target.rehearse(order);
    const performed = await target.perform(order);
    expect(performed).toMatchObject({ state: 'performed' });
    const { txid } = (performed as unknown as { receipt: { txid: string } }).receipt;
    expect(rehearsal).toMatchObject({ works: true, shows: { txid } });
    expect([...esplora.state.mempool]).toEqual([txid]);
  });

  it('waits for missing signatures and names them, or fails for good', async () => {
    const psbt = sweepOf();
    const one = signed(psbt, KEYS[1]!);
    expect(await targetOf(copies(one, one)).perform(orderOf(psbt))).toMatchObject({
      state: 'pending',
      receipt: { missing: ['inputs.0: 1 of 2 signatures', 'inputs.1: 1 of 2 signatures'] },
    });
    expect(await targetOf().perform(orderOf(one))).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringContaining('1 of 2'),
    });
    expect(esplora.state.posts).toBe(0);
  });

  it('counts no signature of a stranger, over another transaction or with flipped bytes', async () => {
    const psbt = sweepOf();
    const forged = read(signed(psbt, KEYS[0]!));
    const other = read(signed(sweepOf(UTXOS, 11), KEYS[1]!));
    const flipped = read(signed(psbt, KEYS[2]!)).getInput(0).partialSig![0]!;
    flipped[1][10]! ^= 1;
    forged.updateInput(0, { partialSig: [...other.getInput(0).partialSig!, flipped] }, true);
    forged.updateInput(
      1,
      { partialSig: [[pubECDSA(STRANGER), forged.getInput(1).partialSig![0]![1]]] },
      true,
    );
    expect(await targetOf(copies(write(forged))).perform(orderOf(psbt))).toMatchObject({
      state: 'pending',
      receipt: {
        missing: [
          'inputs.0: 1 of 2 signatures, 2 do not sign this transaction',
          'inputs.1: 1 of 2 signatures, 1 do not sign this transaction',
        ],
      },
    });
    expect(esplora.state.posts).toBe(0);
  });

  it('counts no signature of a key outside the script or with another sighash byte', async () => {
    const psbt = sweepOf();
    const copy = read(signed(psbt, KEYS[0]!));
    const { amount } = copy.getInput(0).witnessUtxo!;
    const digest = copy.preimageWitnessV0(0, HOT.witnessScript!, SigHash.ALL, amount);
    const strange = secp256k1.sign(digest, STRANGER, { prehash: false, format: 'der' });
    copy.updateInput(
      0,
      { partialSig: [[pubECDSA(STRANGER), new Uint8Array([...strange, SigHash.ALL])]] },
      true,
    );
    const second = read(signed(psbt, KEYS[1]!)).getInput(1).partialSig![0]!;
    second[1][second[1].length - 1] = SigHash.NONE;
    copy.updateInput(1, { partialSig: [second] }, true);
    expect(await targetOf(copies(write(copy))).perform(orderOf(psbt))).toMatchObject({
      state: 'pending',
      receipt: {
        missing: [
          'inputs.0: 1 of 2 signatures, 1 do not sign this transaction',
          'inputs.1: 1 of 2 signatures, 1 do not sign this transaction',
        ],
      },
    });
    expect(esplora.state.posts).toBe(0);
  });

  const fee = 10_000n;
  it.each<[string, Altered, RegExp]>([
    ['another address', { outputs: [[THIEF, 800_000n - fee]] }, /outputs\.0\.address is .* instead of/],
    [
      'another amount',
      { outputs: [[COLD, 800_000n - 2n * fee]] },
      /outputs\.0\.amountSat is 780000 instead of 790000/,
    ],
    [
      'one more output',
      {
        outputs: [
          [COLD, 800_000n - fee],
          [THIEF, 1n],
        ],
      },
      /number of outputs is 2 instead of 1/,
    ],
    ['another sequence', { sequence: 0xfffffffd }, /inputs\.0\.sequence is 4294967293 instead of 4294967295/],
    ['another lock time', { lockTime: 9 }, /lock time is 9 instead of 0/],
    ['another claimed amount', { amount: 900_000n }, /inputs\.0\.amountSat is 900000/],
  ])('refuses copies with %s, by name', async (_, alteration, why) => {
    const psbt = write(altered());
    const copy = signed(write(altered(alteration)), KEYS[0]!, KEYS[1]!);
    expect(await targetOf(copies(copy)).perform(orderOf(psbt))).toMatchObject({
      state: 'failed',
      permanent: false,
      why: expect.stringMatching(why),
    });
    expect(esplora.state.posts).toBe(0);
  });

  it('refuses unreadable copies, too many of them, and survives a collector that throws', async () => {
    const psbt = sweepOf();
    const order = orderOf(psbt);
    expect(await targetOf(copies('AAAA')).perform(order)).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('signedPsbts.0'),
    });
    expect(await targetOf(copies(...new Array<string>(33).fill(psbt))).perform(order)).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('the limit is 32'),
    });
    const collect = async (): Promise<never> => {
      throw new Error('signer offline');
    };
    expect(await targetOf({ collect }).perform(order)).toMatchObject({
      state: 'failed',
      permanent: false,
      why: expect.stringContaining('signer offline'),
    });
  });

  it('performs nothing that is not allowed, for good and without asking anybody', async () => {
    const full = [KEYS[0]!, KEYS[1]!];
    const good = orderOf(signed(sweepOf(), ...full));
    const refused: [Order, string][] = [
      [
        orderOf(signed(write(altered({ outputs: [[THIEF, 790_000n]] })), ...full)),
        'no pre-approved cold address',
      ],
      [orderOf(signed(sweepOf(UTXOS, 51), ...full)), 'feeRateSatVb'],
      [orderOf(signed(sweepOf(), ...full), { network: 'mainnet' }), 'network is mainnet'],
      [{ ...good, hash: '0'.repeat(64) }, 'hash'],
    ];
    for (const [order, why] of refused) {
      expect(await targetOf().perform(order)).toMatchObject({
        state: 'failed',
        permanent: true,
        why: expect.stringContaining(why),
      });
      expect(await targetOf().rehearse(order)).toMatchObject({
        works: false,
        why: expect.stringContaining(why),
      });
    }
    nowMs = START + 600_000;
    expect(await targetOf().perform(good)).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringContaining('validBefore'),
    });
    expect(esplora.state.posts).toBe(0);
  });

  it('counts a lost answer as performed when the network has the transaction', async () => {
    esplora.dropAfterTaking();
    const order = orderOf(signed(sweepOf(), KEYS[0]!, KEYS[1]!));
    expect(await targetOf().perform(order)).toMatchObject({ state: 'performed', receipt: { known: true } });
    nowMs = START + 600_000;
    expect(await targetOf().perform(order)).toMatchObject({ state: 'performed', receipt: { known: true } });
    expect(esplora.state.posts).toBe(1);
  });

  it.each<[number, string, object]>([
    [
      400,
      'sendrawtransaction RPC error: {"code":-27,"message":"Transaction already in block chain"}',
      { state: 'performed' },
    ],
    [
      400,
      'sendrawtransaction RPC error: {"code":-25,"message":"bad-txns-inputs-missingorspent"}',
      { state: 'failed', permanent: true },
    ],
    [
      400,
      'sendrawtransaction RPC error: {"code":-26,"message":"mempool min fee not met"}',
      { state: 'failed', permanent: false },
    ],
    [503, 'busy', { state: 'failed', permanent: false }],
    [200, 'f'.repeat(64), { state: 'failed', permanent: false }],
  ])('takes %i %s for what it is', async (status, text, result) => {
    esplora.refuseWith(status, text);
    expect(await targetOf().perform(orderOf(signed(sweepOf(), KEYS[0]!, KEYS[1]!)))).toMatchObject(result);
  });

  it('hands the transaction to people where nothing is configured to send it', async () => {
    const { broadcastUrl: _, ...rest } = {
      broadcastUrl: '',
      network: 'regtest',
      coldAddresses: [COLD],
      limits: LIMITS,
    } as const;
    const target = createBitcoinTarget(rest, () => nowMs);
    const psbt = sweepOf();
    const result = await target.perform(orderOf(signed(psbt, KEYS[0]!, KEYS[1]!)));
    expect(result).toMatchObject({ state: 'pending', receipt: { txid: read(psbt).id } });
    const { sendByHand } = (result as unknown as { receipt: { sendByHand: string } }).receipt;
    expect(Transaction.fromRaw(Buffer.from(sendByHand, 'hex')).id).toBe(read(psbt).id);
    expect(await target.observe(orderOf(psbt))).toMatchObject({ inEffect: null });
  });

  it('needs every independent reading to agree', async () => {
    const second = await localEsplora();
    try {
      const psbt = sweepOf();
      const txid = read(psbt).id;
      const target = targetOf({ watchUrls: [second.url] });
      esplora.state.mempool.add(txid);
      esplora.state.mined.set(txid, 100);
      expect(await target.observe(orderOf(psbt))).toMatchObject({ inEffect: false });
      second.state.mempool.add(txid);
      second.state.mined.set(txid, 100);
      expect(await target.observe(orderOf(psbt))).toMatchObject({ inEffect: true });
      const gone = targetOf({ watchUrls: ['http://127.0.0.1:9'] });
      expect(await gone.observe(orderOf(psbt))).toMatchObject({ inEffect: null });
    } finally {
      await second.close();
    }
  });

  it.each<[string, Partial<BitcoinTargetConfig>]>([
    ['coldAddresses', { coldAddresses: [] }],
    ['coldAddresses.1', { coldAddresses: [COLD, MAINNET_COLD] }],
    ['confirmations', { confirmations: 0 }],
    ['broadcastUrl', { broadcastUrl: 'http://esplora.example' }],
    ['watchUrls.0', { watchUrls: ['ftp://x'] }],
  ])('refuses an unusable %s', (field, over) => {
    expect(() => targetOf(over)).toThrow(field);
  });
});
