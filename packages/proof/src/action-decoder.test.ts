/** What signers are shown comes from the action's bytes: a requester who shows one thing and submits another is caught. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import * as btc from '@scure/btc-signer';
import fc from 'fast-check';
import { encodeFunctionData, parseAbi } from 'viem';
import { describe, expect, test } from 'vitest';
import type { Act, Action } from './action.ts';
import { decodeAction } from './action-decoder.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import { ProofError } from './proof-error.ts';
import { psbtOutputs } from './psbt-outputs.ts';

const H = '0'.repeat(64);
const TO = `0x${'12'.repeat(20)}`;
const action = (act: Act, change: Partial<Action> = {}): Action => ({
  format: 'sonae/action/v1',
  founding: H,
  use: 'u1',
  power: 'pause-token',
  policy: H,
  target: 'dusd',
  step: 'stop',
  reason: H,
  until: null,
  validBefore: '2026-04-01T01:00:00Z',
  act,
  ...change,
});
const decode = (of: Action) => decodeAction(canonicalJson(of as unknown as JsonValue));
const ABI = parseAbi([
  'function pause()',
  'function blacklist(address)',
  'function transfer(address,uint256)',
  'function upgradeTo(address)',
  'function whatever(uint256)',
]);
const call = (data: string, change: Partial<Extract<Act, { kind: 'evm.call' }>> = {}): Act => ({
  kind: 'evm.call',
  chainId: 1,
  to: TO,
  data,
  value: '0',
  operation: 'call',
  ...change,
});
const textOf = (of: Action): string => {
  const { title, lines } = decode(of);
  return [title.en, ...lines.map(({ value }) => value)].join(' | ');
};

describe('contract calls', () => {
  test('a requester who promises a pause and submits a transfer shows a transfer, with a warning', () => {
    const promised = action(call(encodeFunctionData({ abi: ABI, functionName: 'pause' })));
    const submitted = action(
      call(encodeFunctionData({ abi: ABI, functionName: 'transfer', args: [TO as `0x${string}`, 5n] })),
    );
    expect(decode(promised)).toMatchObject({ title: { en: 'Pause the contract' }, dangers: [] });
    const shown = decode(submitted);
    expect(shown.title.en).toContain('MOVE FUNDS');
    expect(shown.dangers.map(({ en }) => en)).toEqual(['this moves funds or control']);
    expect(textOf(submitted)).toContain(TO);
    expect(shown.hash).not.toBe(decode(promised).hash);
  });

  test.each<[string, Act, string]>([
    ['a delegate call', call('0x8456cb59', { operation: 'delegatecall' }), 'DELEGATECALL'],
    ['value', call('0x8456cb59', { value: '1' }), 'sends 1 wei'],
    [
      'an unknown function',
      call(encodeFunctionData({ abi: ABI, functionName: 'whatever', args: [1n] })),
      'raw call data',
    ],
    ['trailing bytes after a known call', call('0x8456cb5900'), 'raw call data'],
    ['no data', call('0x'), 'raw call data'],
    [
      'an upgrade',
      call(encodeFunctionData({ abi: ABI, functionName: 'upgradeTo', args: [TO as `0x${string}`] })),
      'moves funds or control',
    ],
  ])('%s is a danger', (_, act, danger) => {
    expect(
      decode(action(act))
        .dangers.map(({ en }) => en)
        .join(),
    ).toContain(danger);
  });

  test('any changed byte of the call data shows, or is a danger', () => {
    const data = encodeFunctionData({ abi: ABI, functionName: 'blacklist', args: [TO as `0x${string}`] });
    const before = textOf(action(call(data)));
    fc.assert(
      fc.property(fc.integer({ min: 2, max: data.length - 1 }), fc.integer({ min: 1, max: 15 }), (at, by) => {
        const digit = ((Number.parseInt(data[at] ?? '0', 16) + by) % 16).toString(16);
        const altered = action(call(data.slice(0, at) + digit + data.slice(at + 1)));
        return textOf(altered) !== before || decode(altered).dangers.length > 0 || isPadding(at);
      }),
    );
  });
  /** The twelve bytes before an address are not part of it; the hash differs all the same. */
  const isPadding = (at: number): boolean => at >= 10 && at < 34;
});

describe('bitcoin', () => {
  const KEY = new Uint8Array(32).fill(9);
  const pay = btc.p2wpkh(secp256k1.getPublicKey(KEY), btc.TEST_NETWORK);
  const psbt = (outputs: readonly [Uint8Array, bigint][]): string => {
    const tx = new btc.Transaction();
    tx.addInput({ txid: '11'.repeat(32), index: 0, witnessUtxo: { script: pay.script, amount: 100_000n } });
    for (const [script, amount] of outputs) tx.addOutput({ script, amount });
    return Buffer.from(tx.toPSBT(0)).toString('base64');
  };

  test('every output shows, as the library built it', () => {
    const other = btc.p2wpkh(secp256k1.getPublicKey(new Uint8Array(32).fill(8)), btc.TEST_NETWORK);
    const { inputs, outputs } = psbtOutputs(
      psbt([
        [pay.script, 60_000n],
        [other.script, 30_000n],
      ]),
    );
    expect(inputs).toBe(1);
    expect(outputs).toEqual([
      { amountSat: 60_000n, script: Buffer.from(pay.script).toString('hex') },
      { amountSat: 30_000n, script: Buffer.from(other.script).toString('hex') },
    ]);
  });

  test('what is cut short, not a PSBT, or garbage is a danger and never throws anything else', () => {
    const whole = psbt([[pay.script, 60_000n]]);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.base64String(),
          fc.integer({ min: 0, max: whole.length - 8 }).map((n) => whole.slice(0, n - (n % 4))),
        ),
        (text) => {
          try {
            return (
              decode(action({ kind: 'bitcoin.psbt', network: 'regtest', psbt: text })).dangers.length > 0 ||
              text === whole ||
              isStillWhole(text)
            );
          } catch (error) {
            return error instanceof ProofError;
          }
        },
      ),
    );
  });
  /** The unsigned transaction stands first: what follows it may be missing and the outputs still show. */
  const isStillWhole = (text: string): boolean => psbtOutputs(text).outputs.length === 1;
});

test.each<[string, Act, string]>([
  [
    'exchange',
    { kind: 'exchange', system: 'main', operation: 'freeze-account', subject: 'a-7', limit: null },
    'Freeze the account a-7',
  ],
  [
    'network',
    { kind: 'network', system: 'edge', operation: 'block', subjects: ['203.0.113.0/24'] },
    '203.0.113.0/24',
  ],
  [
    'govern',
    { kind: 'govern', change: { change: 'revoke-credential', principal: 'p', credential: 'k' } },
    'Revoke a credential',
  ],
  [
    'guardian',
    {
      kind: 'evm.guardian',
      chainId: 5,
      guardian: TO,
      call: 'stop',
      switchId: `0x${H}`,
      args: `0x${'0'.repeat(24)}${'ab'.repeat(20)}`,
    },
    `0x${'ab'.repeat(20)}`,
  ],
])('%s acts are put into words', (_, act, words) => {
  expect(textOf(action(act))).toContain(words);
  expect(decode(action(act)).dangers).toEqual([]);
});

test.each<[string, unknown]>([
  ['an unknown kind', { kind: 'shell', command: 'rm' }],
  ['an unknown operation', { kind: 'exchange', system: 'm', operation: 'burn', subject: 'x', limit: null }],
  ['an unknown change', { kind: 'govern', change: { change: 'make-me-admin' } }],
])('%s is a danger', (_, act) => {
  expect(decode(action(act as Act)).dangers.length).toBeGreaterThan(0);
});

test('an address that begins with zeros is shown as an address all the same', () => {
  const act = (subject: string): Act => ({
    kind: 'evm.guardian',
    chainId: 5,
    guardian: TO,
    call: 'stop',
    switchId: `0x${H}`,
    args: `0x${'0'.repeat(24)}${subject}`,
  });
  expect(textOf(action(act(`00${'ab'.repeat(19)}`)))).toContain(`0x00${'ab'.repeat(19)}`);
  expect(textOf(action(act(`${'0'.repeat(30)}ff00000000`)))).toContain('1095216660480');
});
