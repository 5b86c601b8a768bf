import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { p2ms, p2pkh, p2sh, p2wsh, RawTx, Script, SigHash, TEST_NETWORK } from '@scure/btc-signer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fullWith,
  KINDS,
  type Kind,
  SIMPLE_KINDS,
  signFull,
  signParts,
  signPsbt,
  signSimple,
  simpleOf,
  type Wallet,
  walletOf,
} from '../test/bip-322-signer.ts';
import vectors from '../vectors/bip-322.json' with { type: 'json' };
import { messagePsbt } from './bip-322.ts';
import { legacyDigest, messageHash, segwitDigest, taprootDigest, toSpendId } from './bip-322-transaction.ts';
import { toHex } from './bytes.ts';
import { psbtOutputs } from './psbt-outputs.ts';
import { type BitcoinAddress, decodeBitcoinAddress, outputScript } from './reserves-bitcoin.ts';
import { controlProblem, MAX_CONTROL_SIGNATURE_CHARS } from './reserves-control.ts';

const MULTISIG = KINDS.filter((kind) => kind.endsWith('multisig'));
const OTHER_FLAGS = [SigHash.NONE, SigHash.SINGLE, SigHash.ALL_ANYONECANPAY];
const NOTHING = new Uint8Array(0);
type Halves = { readonly scriptSig: Uint8Array; readonly witness: Uint8Array[] };

/** Items in front of the script or key, wherever this kind has them. */
function partsOf(kind: Kind, { scriptSig, witness }: Halves) {
  const isLegacy = kind === 'p2pkh' || kind === 'p2sh-multisig';
  const all = isLegacy
    ? Script.decode(scriptSig).map((one) => (one instanceof Uint8Array ? one : NOTHING))
    : witness;
  const items = all.slice(0, -1);
  return {
    isLegacy,
    items,
    last: all.at(-1)!,
    signatures: kind.endsWith('multisig') ? items.slice(1) : items,
  };
}

/** The same input with other items in front of the script. */
const changingItems =
  (kind: Kind, change: (items: Uint8Array[]) => Uint8Array[]) =>
  (halves: Halves): Partial<Halves> => {
    const { isLegacy, items, last } = partsOf(kind, halves);
    const changed = [...change(items), last];
    return isLegacy
      ? { scriptSig: Script.encode(changed.map((one) => (one.length === 0 ? 0 : one))) }
      : { witness: changed };
  };

const changing = (kind: Kind, change: (signatures: Uint8Array[]) => Uint8Array[]) =>
  changingItems(kind, (items) =>
    kind.endsWith('multisig') ? [items[0]!, ...change(items.slice(1))] : change(items),
  );

/** The same signature with n - s. */
function higher(signature: Uint8Array): Uint8Array {
  const { r, s } = secp256k1.Signature.fromBytes(signature.slice(0, -1), 'der');
  const other = new secp256k1.Signature(r, secp256k1.Point.Fn.ORDER - s);
  return Uint8Array.of(...other.toBytes('der'), 1);
}

const of = ({ address, message, signature }: { address: string; message: string; signature: string }) =>
  controlProblem({ scheme: 'bip-322', address, text: message, signature, network: 'main' });

describe('the published vectors', () => {
  test.each(vectors.transactions)('hash and transaction of "$message"', (one) => {
    const script = outputScript(decodeBitcoinAddress(one.address)!);
    expect(toHex(messageHash(one.message))).toBe(one.messageHash);
    expect(toHex(toSpendId(script, one.message).toReversed())).toBe(one.toSpend);
  });
  test.each(vectors.proved)('$type: $message', (one) => {
    expect(of(one)).toBe(null);
    expect(of({ ...one, message: `${one.message} ` })).not.toBe(null);
  });
  test.each(vectors.notUnderstood)('$type proves nothing', (one) => {
    expect(of(one)).toBe('script');
  });
  test.each(vectors.refused)('$type', (one) => {
    expect(of(one)).not.toBe(null);
  });
});

const TEXT = 'sonae/reserves/v1 control of an address\nexchange: example\naddress: …';
const ask = (wallet: Wallet, signature: string, text = TEXT) =>
  of({ address: wallet.address, message: text, signature });

describe('signed by another library', () => {
  test.each(KINDS)('%s, as full', (kind) => {
    const wallet = walletOf(kind);
    for (const version of [0, 2]) {
      const signature = signFull(wallet, TEXT, { version });
      expect(ask(wallet, signature)).toBe(null);
      expect(ask(wallet, `ful${signature}`)).toBe(null);
      expect(ask(wallet, `smp${signature}`)).toBe('encoding');
    }
    expect(ask(wallet, signFull(wallet, `${TEXT}.`))).not.toBe(null);
    expect(ask(wallet, signFull(wallet, TEXT, { version: 1 }))).toBe('encoding');
  });

  test.each(SIMPLE_KINDS)('%s, as simple', (kind) => {
    const wallet = walletOf(kind);
    const signature = signSimple(wallet, TEXT);
    expect(ask(wallet, signature)).toBe(null);
    expect(ask(wallet, `smp${signature}`)).toBe(null);
    expect(ask(wallet, `ful${signature}`)).toBe('encoding');
    expect(ask(wallet, signSimple(wallet, `${TEXT}.`))).not.toBe(null);
    for (const other of KINDS.filter((one) => one !== kind))
      expect(ask(walletOf(other), signature)).not.toBe(null);
  });

  test.each([
    [1, 1],
    [1, 2],
    [2, 3],
    [3, 5],
    [15, 15],
  ])('%i of %i keys, whichever they are', (needed, count) => {
    for (const kind of MULTISIG) {
      const wallet = walletOf(kind, needed, count);
      const last = wallet.secrets.map((_, n) => n).slice(-needed);
      expect(ask(wallet, signFull(wallet, TEXT))).toBe(null);
      expect(ask(wallet, signFull(wallet, TEXT, { by: last }))).toBe(null);
    }
  });

  test('16 of 16 in P2WSH is as long as it gets', () => {
    const wallet = walletOf('p2wsh-multisig', 16, 16);
    const signature = signSimple(wallet, TEXT);
    expect(signature.length).toBeLessThan(MAX_CONTROL_SIGNATURE_CHARS);
    expect(ask(wallet, signature)).toBe(null);
  });

  test('P2TR with SIGHASH_ALL, and with no other flag', () => {
    const wallet = walletOf('p2tr');
    expect(ask(wallet, signSimple(wallet, TEXT, { sighash: SigHash.ALL }))).toBe(null);
    for (const sighash of OTHER_FLAGS)
      expect(ask(wallet, signSimple(wallet, TEXT, { sighash }))).toBe('signature');
    const [signature] = signParts(wallet, TEXT).witness;
    const withDefault = Uint8Array.from([...signature!, 0]);
    expect(ask(wallet, simpleOf([withDefault]))).toBe('signature');
  });

  test.each(KINDS.filter((kind) => kind !== 'p2tr'))('%s signs with SIGHASH_ALL only', (kind) => {
    const wallet = walletOf(kind);
    for (const sighash of OTHER_FLAGS)
      expect(ask(wallet, signFull(wallet, TEXT, { sighash }))).toBe('signature');
  });

  test.each(KINDS)('%s, by signing the PSBT of the message', (kind) => {
    const wallet = walletOf(kind);
    const psbt = messagePsbt(wallet.address, TEXT)!;
    expect(psbt.startsWith('cHNidP')).toBe(true);
    expect(psbtOutputs(psbt)).toEqual({ inputs: 1, outputs: [{ amountSat: 0n, script: '6a' }] });
    const signature = signPsbt(wallet, psbt);
    // BIP-340 draws, so that two signatures of one key differ.
    if (kind !== 'p2tr') expect(signature).toBe(signFull(wallet, TEXT));
    expect(ask(wallet, signature)).toBe(null);
    expect(messagePsbt(`${wallet.address}x`, TEXT)).toBe(null);
  });

  test('an address of another network', () => {
    for (const kind of KINDS) {
      const wallet = walletOf(kind, 2, 3, TEST_NETWORK);
      const { full } = signParts(wallet, TEXT, {}, TEST_NETWORK);
      const signature = Buffer.from(full).toString('base64');
      const control = { scheme: 'bip-322', address: wallet.address, text: TEXT, signature } as const;
      expect(controlProblem({ ...control, network: 'main' })).toBe('network');
      expect(controlProblem({ ...control, network: 'test' })).toBe(null);
      expect(controlProblem({ ...control, network: null })).toBe(null);
      // Base58 has one spelling for both test networks, bech32 has one for each.
      const isBech32 = wallet.address.startsWith('tb1');
      expect(controlProblem({ ...control, network: 'regtest' })).toBe(isBech32 ? 'network' : null);
    }
  });
});

describe('signatures of several keys', () => {
  test.each(MULTISIG)('%s: fewer, more, twice the same, or in another order', (kind) => {
    const wallet = walletOf(kind);
    const changed = (change: (signatures: Uint8Array[]) => Uint8Array[]) =>
      ask(wallet, fullWith(wallet, TEXT, changing(kind, change)));
    expect(changed((all) => all)).toBe(null);
    expect(changed(([a]) => [a!])).toBe('count');
    expect(changed(([a, b]) => [a!, b!, b!])).toBe('count');
    expect(changed(([a]) => [a!, a!])).toBe('signature');
    expect(changed(([a, b]) => [b!, a!])).toBe('signature');
    expect(changed(([a]) => [a!, NOTHING])).toBe('signature');
    expect(changed(([, b]) => [NOTHING, b!])).toBe('signature');
    expect(changed(([a, b]) => [a!.slice(0, -1), b!])).toBe('signature');
    const third = partsOf(kind, signParts(wallet, TEXT, { by: [0, 2] })).signatures[1]!;
    expect(changed(([a]) => [a!, third])).toBe(null);
    const stranger = partsOf(kind, signParts(wallet, `${TEXT}!`)).signatures;
    expect(changed(([a]) => [a!, stranger[1]!])).toBe('signature');
  });

  test.each(MULTISIG)('%s: the dummy is empty, and nothing is left over', (kind) => {
    const wallet = walletOf(kind);
    const withItems = (change: (items: Uint8Array[]) => Uint8Array[]) =>
      ask(wallet, fullWith(wallet, TEXT, changingItems(kind, change)));
    expect(withItems((items) => items)).toBe(null);
    expect(withItems(([, ...rest]) => rest)).toBe('count');
    expect(withItems(([, ...rest]) => [Uint8Array.of(1), ...rest])).toBe('count');
    expect(withItems((items) => [NOTHING, ...items])).toBe('count');
  });

  test('a script with a key twice, with more keys than it says, and any other script prove nothing', () => {
    const secrets = walletOf('p2wsh-multisig').secrets;
    const keys = secrets.map((secret) => secp256k1.getPublicKey(secret, true));
    const push = (key: Uint8Array) => [key.length, ...key];
    const scriptOf = (needed: number, of_: readonly Uint8Array[], count = of_.length) =>
      Uint8Array.of(0x50 + needed, ...of_.flatMap(push), 0x50 + count, 0xae);
    const [a, b, c] = keys as [Uint8Array, Uint8Array, Uint8Array];
    const good = scriptOf(2, [a, b, c]);
    const long = secp256k1.getPublicKey(secrets[0]!, false);
    const odd = [
      scriptOf(2, [a, a, b]),
      scriptOf(2, [a, b, c], 2),
      scriptOf(2, [a, b], 3),
      scriptOf(3, [a, b]),
      scriptOf(1, [long, b]),
      Uint8Array.of(...good, 0x51),
      Uint8Array.of(0x61, ...good),
      Uint8Array.of(...good.slice(0, -1), 0xaf),
      Uint8Array.of(0x51),
      Uint8Array.of(...push(a), 0xac),
    ];
    for (const script of [good, ...odd]) {
      const { address } = p2wsh({ type: 'unknown', script } as never);
      const witness = [NOTHING, Uint8Array.of(1), Uint8Array.of(1), script];
      expect(of({ address: address!, message: TEXT, signature: simpleOf(witness) })).toBe(
        script === good ? 'signature' : 'script',
      );
    }
  });

  test('P2PKH and P2SH of an uncompressed key', () => {
    const secret = walletOf('p2pkh').secrets[0]!;
    const long = secp256k1.getPublicKey(secret, false);
    const redeem = p2ms(1, [long]).script;
    const cases = [
      { paid: p2pkh(long), code: p2pkh(long).script, items: (der: Uint8Array) => [der, long] },
      { paid: p2sh(p2ms(1, [long])), code: redeem, items: (der: Uint8Array) => [0, der, redeem] },
    ];
    for (const { paid, code, items } of cases) {
      const spends = toSpendId(paid.script, TEXT);
      const blank = { version: 0, sequence: 0, lockTime: 0, scriptSig: null, witness: [] };
      const digest = legacyDigest(blank, spends, code);
      const der = Uint8Array.of(...secp256k1.sign(digest, secret, { prehash: false, format: 'der' }), 1);
      const full = RawTx.encode({
        ...{ version: 0, segwitFlag: false, lockTime: 0, witnesses: undefined },
        inputs: [
          {
            ...{ txid: spends.toReversed(), index: 0, sequence: 0 },
            finalScriptSig: Script.encode(items(der)),
          },
        ],
        outputs: [{ amount: 0n, script: Uint8Array.of(0x6a) }],
      });
      const signature = Buffer.from(full).toString('base64');
      expect(of({ address: paid.address!, message: TEXT, signature })).toBe(null);
      expect(of({ address: paid.address!, message: `${TEXT}.`, signature })).not.toBe(null);
    }
  });
});

describe('a stranger who signs the very message for the address of somebody else', () => {
  const secret = walletOf('p2wsh-multisig', 1, 9).secrets[8]!;
  const key = secp256k1.getPublicKey(secret, true);
  const own = p2ms(1, [key]).script;
  const blank = { version: 0, sequence: 0, lockTime: 0, scriptSig: null, witness: [] };
  const der = (digest: Uint8Array) =>
    Uint8Array.of(...secp256k1.sign(digest, secret, { prehash: false, format: 'der' }), 1);
  /** With the stranger's key or script in the place of the address's, and digests that fit it. */
  const forged: Readonly<Record<Kind, (spends: Uint8Array, of: BitcoinAddress) => Partial<Halves>>> = {
    p2pkh: (spends, of_) => ({
      scriptSig: Script.encode([der(legacyDigest(blank, spends, outputScript(of_))), key]),
    }),
    'p2sh-multisig': (spends) => ({
      scriptSig: Script.encode([0, der(legacyDigest(blank, spends, own)), own]),
      witness: [],
    }),
    p2wpkh: (spends, { program }) => {
      const code = outputScript({ kind: 'p2pkh', networks: [], program });
      return { witness: [der(segwitDigest(blank, spends, code)), key] };
    },
    'p2sh-p2wpkh': (spends) => {
      const code = p2pkh(key).script;
      return { witness: [der(segwitDigest(blank, spends, code)), key] };
    },
    'p2wsh-multisig': (spends) => ({ witness: [NOTHING, der(segwitDigest(blank, spends, own)), own] }),
    'p2sh-p2wsh-multisig': (spends) => {
      const { script } = p2wsh(p2ms(1, [key]));
      const scriptSig = Script.encode([script]);
      return { scriptSig, witness: [NOTHING, der(segwitDigest(blank, spends, own)), own] };
    },
    p2tr: (spends, of_) => ({
      witness: [schnorr.sign(taprootDigest(blank, spends, outputScript(of_), 0), secret)],
    }),
  };

  test.each(KINDS)('%s', (kind) => {
    const victim = walletOf(kind);
    const decoded = decodeBitcoinAddress(victim.address)!;
    const spends = toSpendId(outputScript(decoded), TEXT);
    const found = ask(
      victim,
      fullWith(victim, TEXT, () => forged[kind](spends, decoded)),
    );
    expect(found).toBe(kind === 'p2tr' ? 'signature' : 'not-of-address');
  });
});

describe('one form only', () => {
  test.each(KINDS)('%s: every bit of the signature counts', (kind) => {
    const wallet = walletOf(kind);
    const signatures = [signFull(wallet, TEXT)];
    if (SIMPLE_KINDS.includes(kind)) signatures.push(signSimple(wallet, TEXT));
    for (const signature of signatures) {
      const bytes = Buffer.from(signature, 'base64');
      const flipped = fc.integer({ min: 0, max: bytes.length * 8 - 1 });
      fc.assert(
        fc.property(flipped, (bit) => {
          const changed = Buffer.from(bytes);
          changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
          expect(ask(wallet, changed.toString('base64'))).not.toBe(null);
        }),
        { numRuns: 150 },
      );
    }
  });

  test.each(KINDS)('%s: bytes left out, added or in other base64 are refused', (kind) => {
    const wallet = walletOf(kind);
    const signature = signFull(wallet, TEXT);
    const bytes = Buffer.from(signature, 'base64');
    for (let length = 0; length < bytes.length; length += 7)
      expect(ask(wallet, bytes.subarray(0, length).toString('base64'))).not.toBe(null);
    expect(ask(wallet, Buffer.concat([bytes, Uint8Array.of(0)]).toString('base64'))).toBe('encoding');
    for (const other of [` ${signature}`, `${signature}\n`, `${signature}=`, bytes.toString('hex')])
      expect(ask(wallet, other)).toBe('encoding');
  });

  test('any letter of the text and any digit of the address counts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.nat(), fc.nat(), (kind, at, by) => {
        const wallet = walletOf(kind);
        const signature = signFull(wallet, TEXT);
        const letter = at % TEXT.length;
        const text = `${TEXT.slice(0, letter)}${String.fromCharCode(33 + (by % 90))}${TEXT.slice(letter + 1)}`;
        expect(ask(wallet, signature, text) === null).toBe(text === TEXT);
        const digit = at % wallet.address.length;
        const other = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'[by % 32]!;
        const address = wallet.address.slice(0, digit) + other + wallet.address.slice(digit + 1);
        const found = of({ address, message: TEXT, signature });
        expect(found === null).toBe(address === wallet.address);
      }),
      { numRuns: 200 },
    );
  });

  test('the higher s, and DER with a byte too many', () => {
    for (const kind of ['p2pkh', 'p2wpkh', 'p2wsh-multisig'] as const) {
      const wallet = walletOf(kind);
      const changed = (change: (der: Uint8Array) => Uint8Array) =>
        ask(
          wallet,
          fullWith(
            wallet,
            TEXT,
            changing(kind, ([first, ...rest]) => [change(first!), ...rest]),
          ),
        );
      expect(changed((der) => der)).toBe(null);
      expect(changed(higher)).toBe('signature');
      expect(changed((der) => Uint8Array.of(der[0]!, 0x81, ...der.slice(1)))).toBe('signature');
      expect(changed((der) => Uint8Array.of(...der.slice(0, -1), 0, 1))).toBe('signature');
    }
  });

  test('pushes that are not the shortest, a witness that has no place, and longer sizes', () => {
    const wallet = walletOf('p2pkh');
    const { scriptSig, full } = signParts(wallet, TEXT);
    const [signature, key] = Script.decode(scriptSig) as [Uint8Array, Uint8Array];
    const pushed = (head: (length: number) => number[]) =>
      Uint8Array.of(...head(signature.length), ...signature, ...head(key.length), ...key);
    const withScript = (other: Uint8Array) =>
      ask(
        wallet,
        fullWith(wallet, TEXT, () => ({ scriptSig: other })),
      );
    expect(withScript(pushed((length) => [length]))).toBe(null);
    expect(withScript(pushed((length) => [0x4c, length]))).toBe('encoding');
    expect(withScript(pushed((length) => [0x4d, length, 0]))).toBe('encoding');
    expect(
      ask(
        wallet,
        fullWith(wallet, TEXT, () => ({ witness: [Uint8Array.of(1)] })),
      ),
    ).toBe('encoding');
    const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64');
    expect(ask(wallet, base64(...full))).toBe(null);
    const flagged = [...full.slice(0, 4), 0, 1, ...full.slice(4, -4), 0, ...full.slice(-4)];
    expect(ask(wallet, base64(...flagged))).toBe('encoding');
    const segwit = walletOf('p2wpkh');
    const [der, own] = signParts(segwit, TEXT).witness as [Uint8Array, Uint8Array];
    expect(ask(segwit, base64(2, der.length, ...der, own.length, ...own))).toBe(null);
    expect(ask(segwit, base64(2, 253, der.length, 0, ...der, own.length, ...own))).toBe('encoding');
    expect(ask(segwit, base64(253, 2, 0, der.length, ...der, own.length, ...own))).toBe('encoding');
  });

  test('what stands before the witness is exactly the script of the address', () => {
    for (const kind of ['p2sh-p2wpkh', 'p2sh-p2wsh-multisig'] as const) {
      const wallet = walletOf(kind);
      const { scriptSig } = signParts(wallet, TEXT);
      const others = [NOTHING, Uint8Array.of(0x4c, ...scriptSig), Uint8Array.of(...scriptSig, 0)];
      for (const other of others)
        expect(
          ask(
            wallet,
            fullWith(wallet, TEXT, () => ({ scriptSig: other })),
          ),
        ).toBe('encoding');
    }
    for (const kind of ['p2wpkh', 'p2wsh-multisig', 'p2tr'] as const) {
      const wallet = walletOf(kind);
      const signature = fullWith(wallet, TEXT, () => ({ scriptSig: Uint8Array.of(0) }));
      expect(ask(wallet, signature)).toBe('encoding');
    }
  });

  test('a witness has nothing more and nothing less', () => {
    for (const kind of ['p2wpkh', 'p2sh-p2wpkh', 'p2tr'] as const) {
      const wallet = walletOf(kind);
      const { witness } = signParts(wallet, TEXT);
      for (const other of [[...witness, NOTHING], [NOTHING, ...witness], witness.slice(1), []])
        expect(ask(wallet, simpleOf(other))).not.toBe(null);
    }
  });

  test('whatever comes in, it is an answer and never a yes', () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((some) => Buffer.from(some).toString('base64'));
    const anything = fc.oneof(fc.string(), bytes, fc.constantFrom('smp', 'ful', 'pof', 'A'.repeat(6_000)));
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), anything, fc.string(), (kind, signature, text) => {
        expect(ask(walletOf(kind), signature, text)).not.toBe(null);
        expect(of({ address: text, message: TEXT, signature })).toBe(
          signature.length > MAX_CONTROL_SIGNATURE_CHARS ? 'encoding' : 'address',
        );
      }),
      { numRuns: 300 },
    );
    const wallet = walletOf('p2wpkh');
    expect(ask(wallet, signSimple(wallet, 'x'), '\ud800')).toBe('encoding');
    expect(ask(wallet, signSimple(wallet, 'x'), 'x'.repeat(10_001))).toBe('encoding');
  });
});
