import { p2sh, p2tr, p2wpkh, SigHash, Transaction } from '@scure/btc-signer';
import { pubECDSA, pubSchnorr } from '@scure/btc-signer/utils.js';
import { toBase64, toHex } from '@sonae/proof/bytes';
import { describe, expect, it } from 'vitest';
import { buildSweep, type Utxo } from './build-sweep.ts';
import { checkPsbt } from './check-psbt.ts';
import { describePsbt, PSBT_CHARS_MAX } from './describe-psbt.ts';
import {
  altered,
  COLD,
  COLD_2,
  fieldsOf,
  HOT,
  KEYS,
  MAINNET_COLD,
  REGTEST,
  RULES,
  read,
  signed,
  sweepOf,
  THIEF,
  UTXOS,
  utxoOf,
  write,
} from './regtest-samples.ts';

describe('buildSweep and describePsbt', () => {
  it('moves everything but the fee to one address, the same for any order of outputs', () => {
    const psbt = sweepOf();
    expect(sweepOf([...UTXOS].reverse())).toBe(psbt);
    const verdict = checkPsbt(psbt, RULES);
    expect(verdict).toMatchObject({
      ok: true,
      description: { network: 'regtest', lockTime: 0, warnings: [] },
    });
    if (!verdict.ok) return;
    const { inputs, outputs, feeSat, vsize, feeRateSatVb } = verdict.description;
    expect(inputs).toEqual(
      UTXOS.map(({ txid, vout, amountSat }) => ({
        outpoint: `${txid}:${vout}`,
        amountSat,
        scriptType: 'wsh-ms',
        needed: 2,
        sighash: 'ALL',
        sequence: 0xffffffff,
        signed: 0,
      })),
    );
    expect(outputs).toEqual([
      { address: COLD, amountSat: 800_000n - feeSat!, scriptHex: expect.any(String) },
    ]);
    expect(feeSat).toBe(BigInt(10 * vsize!));
    expect(feeRateSatVb).toBe(10);
  });

  it('estimates the size of the finished transaction closely and never below it', () => {
    const kinds: { script: Uint8Array; redeemScript?: Uint8Array; witnessScript?: Uint8Array }[] = [
      HOT,
      p2wpkh(pubECDSA(KEYS[0]!), REGTEST),
      p2sh(p2wpkh(pubECDSA(KEYS[0]!), REGTEST), REGTEST),
      p2sh(HOT, REGTEST),
    ];
    const utxos: Utxo[] = kinds.map(({ script, redeemScript, witnessScript }, at) => ({
      txid: String(at).repeat(64),
      vout: at,
      amountSat: 100_000n,
      script: toHex(script),
      ...(redeemScript && { redeemScript: toHex(redeemScript) }),
      ...(witnessScript && { witnessScript: toHex(witnessScript) }),
    }));
    const key = pubSchnorr(KEYS[0]!);
    const taproot = p2tr(key, undefined, REGTEST);
    utxos.push({
      txid: 'f'.repeat(64),
      vout: 0,
      amountSat: 1n,
      script: toHex(taproot.script),
      tapInternalKey: toHex(key),
    });
    const sweep = buildSweep({ utxos, coldAddress: COLD, feeRateSatVb: 3, network: 'regtest' });
    expect(sweep).toMatchObject({
      ok: true,
      description: {
        inputs: [
          { scriptType: 'wsh-ms' },
          { scriptType: 'wpkh' },
          { scriptType: 'sh-wpkh' },
          { scriptType: 'sh-wsh-ms' },
          { scriptType: 'tr', sighash: 'DEFAULT' },
        ],
      },
    });
    if (!sweep.ok) return;
    const transaction = read(signed(sweep.psbt, KEYS[0]!, KEYS[1]!));
    transaction.finalize();
    const { vsize } = sweep.description;
    expect(vsize! - transaction.vsize).toBeGreaterThanOrEqual(0);
    expect(vsize! - transaction.vsize).toBeLessThan(8);
  });

  it.each<[string, Partial<Parameters<typeof buildSweep>[0]>]>([
    ['utxos', { utxos: [] }],
    ['utxos', { utxos: [utxoOf('a'), utxoOf('a')] }],
    ['utxos', { utxos: [utxoOf('a', 1_500n)] }],
    ['utxos', { utxos: [{ ...utxoOf('a'), txid: 'ab' }] }],
    ['utxos', { utxos: [{ ...utxoOf('a'), script: 'zz' }] }],
    ['utxos (inputs.0.script)', { utxos: [{ ...utxoOf('a'), witnessScript: undefined }] }],
    ['utxos', { utxos: new Array<Utxo>(501).fill(utxoOf('a')) }],
    ['coldAddress', { coldAddress: MAINNET_COLD }],
    ['coldAddress', { coldAddress: 'nowhere' }],
    ['feeRateSatVb', { feeRateSatVb: 0 }],
    ['feeRateSatVb', { feeRateSatVb: Number.NaN }],
  ])('refuses unusable %s', (field, over) => {
    const request = {
      utxos: UTXOS,
      coldAddress: COLD,
      feeRateSatVb: 10,
      network: 'regtest',
      ...over,
    } as const;
    expect(buildSweep(request)).toMatchObject({ ok: false, problems: [{ field }] });
  });

  it('describes what is unusual', () => {
    const odd = altered({
      outputs: [[COLD, 900_000n]],
      sequence: 0xfffffffd,
      lockTime: 840_000,
      sighashType: SigHash.NONE,
    });
    odd.addOutput({ script: new Uint8Array([0x6a, 1, 2]), amount: 0n });
    const reading = describePsbt(write(odd), 'regtest');
    expect(reading.ok && reading.description.warnings.map(({ field }) => field)).toEqual([
      'inputs.0.sighash',
      'inputs.0.sequence',
      'inputs.1.sighash',
      'inputs.1.sequence',
      'outputs.1',
      'feeSat',
      'lockTime',
    ]);
  });
});

describe('checkPsbt', () => {
  it('allows lock time and replaceability, which harm nobody, but tells them', () => {
    const verdict = checkPsbt(write(altered({ sequence: 0xfffffffd, lockTime: 840_000 })), RULES);
    expect(verdict.ok && verdict.description.warnings).toHaveLength(3);
  });

  it('allows several cold addresses', () => {
    const outputs: [string, bigint][] = [
      [COLD, 400_000n],
      [COLD_2, 390_000n],
    ];
    expect(fieldsOf(checkPsbt(write(altered({ outputs })), RULES))).toEqual([]);
    expect(checkPsbt(write(altered({ outputs })), RULES).ok).toBe(true);
  });

  const bad: [string, () => string, string[]][] = [
    ['another output', () => write(altered({ outputs: [[THIEF, 790_000n]] })), ['outputs.0']],
    [
      'an extra output',
      () =>
        write(
          altered({
            outputs: [
              [COLD, 780_000n],
              [THIEF, 10_000n],
            ],
          }),
        ),
      ['outputs.1'],
    ],
    [
      'an output of nothing',
      () =>
        write(
          altered({
            outputs: [
              [COLD, 790_000n],
              [COLD_2, 0n],
            ],
          }),
        ),
      ['outputs.1.amountSat'],
    ],
    ['a high fee', () => write(altered({ outputs: [[COLD, 779_999n]] })), ['feeSat', 'feeRateSatVb']],
    ['a high fee rate', () => sweepOf(UTXOS, 51), ['feeRateSatVb']],
    ['a negative fee', () => write(altered({ outputs: [[COLD, 800_001n]] })), ['feeSat']],
    [
      'SIGHASH_NONE',
      () => write(altered({ sighashType: SigHash.NONE })),
      ['inputs.0.sighash', 'inputs.1.sighash'],
    ],
    [
      'ANYONECANPAY',
      () => write(altered({ sighashType: SigHash.ALL_ANYONECANPAY })),
      ['inputs.0.sighash', 'inputs.1.sighash'],
    ],
    [
      'SIGHASH_SINGLE',
      () => write(altered({ sighashType: SigHash.SINGLE })),
      ['inputs.0.sighash', 'inputs.1.sighash'],
    ],
    ['truncated base64', () => sweepOf().slice(0, 200), ['psbt']],
    ['broken base64', () => `${sweepOf().slice(0, -3)}!!!`, ['psbt']],
    ['an oversized text', () => 'A'.repeat(PSBT_CHARS_MAX + 4), ['psbt']],
    ['no PSBT', () => toBase64(new Uint8Array(40)), ['psbt']],
    ['nothing', () => '', ['psbt']],
  ];
  it.each(bad)('refuses %s', (_, make, fields) => {
    const verdict = checkPsbt(make(), RULES);
    expect(fieldsOf(verdict)).toEqual(fields);
    for (const { problem, fix } of verdict.ok ? [] : verdict.problems) {
      expect(problem).not.toBe('');
      expect(fix).not.toBe('');
    }
  });

  it('refuses a signature inside that leaves parts open, whatever the input declares', () => {
    const transaction = read(sweepOf());
    transaction.updateInput(0, { sighashType: SigHash.NONE });
    transaction.signIdx(KEYS[0]!, 0, [SigHash.NONE]);
    transaction.updateInput(0, { sighashType: SigHash.ALL }, true);
    expect(fieldsOf(checkPsbt(write(transaction), RULES))).toEqual(['inputs.0.sighash']);
  });

  it('refuses missing amounts, duplicate inputs, finalized inputs and fields nobody can read', () => {
    const bare = new Transaction();
    bare.addInput({ txid: 'a'.repeat(64), index: 0 });
    bare.addInput({ txid: 'a'.repeat(64), index: 0 });
    bare.addOutputAddress(COLD, 1_000n, REGTEST);
    expect(fieldsOf(checkPsbt(write(bare), RULES))).toEqual([
      'inputs.0.amountSat',
      'inputs.1.amountSat',
      'inputs.1',
    ]);
    const final = read(signed(sweepOf(), KEYS[0]!, KEYS[1]!));
    final.finalizeIdx(0);
    expect(fieldsOf(checkPsbt(write(final), RULES))).toContain('inputs.0');
    const noted = new Transaction({ unknown: 'ignore' });
    noted.addInput({
      txid: 'a'.repeat(64),
      index: 0,
      unknown: [[{ type: 0x77, key: new Uint8Array([1]) }, new Uint8Array([2])]],
    });
    noted.addOutputAddress(COLD, 1_000n, REGTEST);
    const verdict = checkPsbt(write(noted), RULES);
    expect(verdict).toMatchObject({
      ok: false,
      problems: [{ problem: expect.stringContaining('unknown PSBT field') }],
    });
  });

  it('holds inputs to the known outputs and their amounts', () => {
    const known = UTXOS.map(({ txid, vout, amountSat }) => ({ outpoint: `${txid}:${vout}`, amountSat }));
    expect(checkPsbt(sweepOf(), { ...RULES, knownOutpoints: known }).ok).toBe(true);
    expect(fieldsOf(checkPsbt(sweepOf(), { ...RULES, knownOutpoints: known.slice(1) }))).toEqual([
      'inputs.0',
    ]);
    const wrong = known.map((one) => ({ ...one, amountSat: one.amountSat + 1n }));
    expect(fieldsOf(checkPsbt(sweepOf(), { ...RULES, knownOutpoints: wrong }))).toEqual([
      'inputs.0.amountSat',
      'inputs.1.amountSat',
    ]);
  });

  it('holds the total to its limit and addresses to the network', () => {
    expect(fieldsOf(checkPsbt(sweepOf(), { ...RULES, maxTotalSat: 700_000n }))).toEqual(['outputs']);
    const mainnet = checkPsbt(sweepOf(), { ...RULES, network: 'mainnet' });
    expect(fieldsOf(mainnet)).toEqual(['coldAddresses.0', 'coldAddresses.1', 'outputs.0']);
  });
});
