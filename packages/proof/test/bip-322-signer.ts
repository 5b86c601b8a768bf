/**
 * A signer of BIP-322 messages that shares nothing with the verifier: both transactions are built, signed and written by
 * @scure/btc-signer, for every kind of address that custody uses.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  Address,
  NETWORK,
  OutScript,
  p2ms,
  p2pkh,
  p2sh,
  p2tr,
  p2wpkh,
  p2wsh,
  RawTx,
  RawWitness,
  type SigHash,
  Transaction,
} from '@scure/btc-signer';

type Network = typeof NETWORK;
export type Wallet = {
  readonly address: string;
  /** Keys that may sign, in the order of the script. */
  readonly secrets: readonly Uint8Array[];
  readonly needed: number;
  /** What scure has to know to spend from it. */
  readonly spends: object;
};
export const KINDS = [
  'p2pkh',
  'p2wpkh',
  'p2sh-p2wpkh',
  'p2tr',
  'p2sh-multisig',
  'p2wsh-multisig',
  'p2sh-p2wsh-multisig',
] as const;
export type Kind = (typeof KINDS)[number];
/** Kinds whose signature is nothing but a witness, so that `simple` has room for it. */
export const SIMPLE_KINDS: readonly Kind[] = KINDS.filter(
  (kind) => kind !== 'p2pkh' && kind !== 'p2sh-multisig',
);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const secretOf = (name: string): Uint8Array => sha256(bytesOf(`test signer ${name}`));
const publicOf = (secret: Uint8Array): Uint8Array => secp256k1.getPublicKey(secret, true);

/** A wallet of `count` keys of which `needed` sign; kinds of one key take the first. */
export function walletOf(kind: Kind, needed = 2, count = 3, network: Network = NETWORK): Wallet {
  const secrets = Array.from({ length: count }, (_, n) => secretOf(`${kind} ${n}`));
  const keys = secrets.map(publicOf);
  const one = { secrets: secrets.slice(0, 1), needed: 1 };
  const many = { secrets, needed };
  const key = keys[0]!;
  const scripts = () => p2ms(needed, keys);
  const made = {
    p2pkh: () => ({ ...one, spends: p2pkh(key, network) }),
    p2wpkh: () => ({ ...one, spends: p2wpkh(key, network) }),
    'p2sh-p2wpkh': () => ({ ...one, spends: p2sh(p2wpkh(key, network), network) }),
    p2tr: () => ({ ...one, spends: p2tr(key.slice(1), undefined, network) }),
    'p2sh-multisig': () => ({ ...many, spends: p2sh(scripts(), network) }),
    'p2wsh-multisig': () => ({ ...many, spends: p2wsh(scripts(), network) }),
    'p2sh-p2wsh-multisig': () => ({ ...many, spends: p2sh(p2wsh(scripts(), network), network) }),
  }[kind]();
  return { ...made, address: (made.spends as { address?: string }).address! };
}

/** How to depart from what an honest signer does. */
export type Departure = {
  /** Which keys sign; the first `needed` without it. */
  readonly by?: readonly number[];
  readonly sighash?: SigHash;
  readonly version?: number;
};

type Parts = { readonly scriptSig: Uint8Array; readonly witness: Uint8Array[] };

/** What the keys make of the text: both halves of the input, and the whole transaction. */
export function signParts(wallet: Wallet, text: string, departure: Departure = {}, network = NETWORK) {
  const { by = wallet.secrets.map((_, n) => n).slice(0, wallet.needed), sighash, version = 0 } = departure;
  const script = OutScript.encode(Address(network).decode(wallet.address));
  const tag = sha256(bytesOf('BIP0322-signed-message'));
  const hash = sha256(Uint8Array.from([...tag, ...tag, ...bytesOf(text)]));
  const toSpend = RawTx.encode({
    ...{ version: 0, segwitFlag: false, lockTime: 0, witnesses: undefined },
    inputs: [
      {
        ...{ txid: new Uint8Array(32), index: 0xffffffff, sequence: 0 },
        finalScriptSig: Uint8Array.of(0, 32, ...hash),
      },
    ],
    outputs: [{ amount: 0n, script }],
  });
  const tx = new Transaction({ version, allowUnknownOutputs: true, allowLegacyWitnessUtxo: true });
  tx.addInput({
    ...wallet.spends,
    ...{ txid: sha256(sha256(toSpend)).toReversed(), index: 0, sequence: 0 },
    witnessUtxo: { amount: 0n, script },
    ...(sighash === undefined ? {} : { sighashType: sighash }),
  });
  tx.addOutput({ amount: 0n, script: Uint8Array.of(0x6a) });
  for (const n of by) tx.signIdx(wallet.secrets[n]!, 0, sighash === undefined ? undefined : [sighash]);
  tx.finalize();
  const { finalScriptSig, finalScriptWitness } = tx.getInput(0);
  return {
    scriptSig: finalScriptSig ?? new Uint8Array(0),
    witness: finalScriptWitness ?? [],
    full: tx.extract(),
  };
}

/** What a wallet does with a PSBT that somebody made: it adds its scripts and signatures, finalises and extracts. */
export function signPsbt(wallet: Wallet, psbt: string): string {
  const tx = Transaction.fromPSBT(Buffer.from(psbt, 'base64'), {
    ...{ allowUnknownOutputs: true, allowUnknownVersion: true },
  });
  // Scripts that only the wallet knows, as its descriptor has them.
  const { redeemScript, witnessScript, tapInternalKey } = wallet.spends as Record<
    string,
    Uint8Array | undefined
  >;
  tx.updateInput(0, {
    ...(redeemScript === undefined ? {} : { redeemScript }),
    ...(witnessScript === undefined ? {} : { witnessScript }),
    ...(tapInternalKey === undefined ? {} : { tapInternalKey }),
  });
  for (const secret of wallet.secrets.slice(0, wallet.needed)) tx.signIdx(secret, 0);
  tx.finalize();
  return base64(tx.extract());
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A witness alone, as `simple` has it. */
export function simpleOf(witness: readonly Uint8Array[]): string {
  return base64(RawWitness.encode([...witness]));
}

export function signSimple(wallet: Wallet, text: string, departure: Departure = {}): string {
  return simpleOf(signParts(wallet, text, departure).witness);
}

export function signFull(wallet: Wallet, text: string, departure: Departure = {}): string {
  return base64(signParts(wallet, text, departure).full);
}

/** The transaction of an honest signer with other halves of its input. */
export function fullWith(wallet: Wallet, text: string, change: (parts: Parts) => Partial<Parts>): string {
  const { full, ...parts } = signParts(wallet, text);
  const { scriptSig, witness } = { ...parts, ...change(parts) };
  const raw = RawTx.decode(full);
  const [input] = raw.inputs;
  return base64(
    RawTx.encode({
      ...raw,
      segwitFlag: witness.length > 0,
      inputs: [{ ...input!, finalScriptSig: scriptSig }],
      witnesses: witness.length > 0 ? [witness] : undefined,
    }),
  );
}
