/**
 * The file that a firm hands to one customer: proof, secret, and the disclosure that puts the epoch's root into the log.
 * Whose log that has to be is known from elsewhere: the file's `origin` and `verifierKey` are only compared.
 */
import { fromHex } from './bytes.ts';
import type { Amounts } from './liabilities.ts';
import {
  CUSTOMER_PROOF_FORMAT,
  type CustomerExpects,
  type CustomerProof,
  type Holding,
  parseCustomerProof,
  verifyCustomerProof,
} from './liabilities-proof.ts';
import { SECRET_BYTES } from './liabilities-tree.ts';
import type { Sha256 } from './merkle.ts';
import type { PrivateVerifier } from './private-engine.ts';
import { owedInSmallest } from './private-liabilities.ts';
import {
  MAX_PRIVATE_PROOF_CHARS,
  PRIVATE_PROOF_FORMAT,
  type PrivateProof,
  parsePrivateProof,
  verifyPrivateProof,
} from './private-proof.ts';
import { demand, ProofError } from './proof-error.ts';

export const CUSTOMER_FILE_FORMAT = 'sonae/customer-file/v1';
/** A proof inside of JSON has its quotes escaped; those of private mode are the longer ones. */
export const MAX_CUSTOMER_FILE_CHARS = 2 * MAX_PRIVATE_PROOF_CHARS;

const FIELDS = ['proof', 'secret', 'disclosure', 'origin', 'verifierKey'] as const;
type Fields = {
  /** The proof as text: it is what gets verified. */
  readonly text: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly disclosure: string;
  readonly origin: string;
  readonly verifierKey: string;
};
/** With what the proof says, in the mode of its epoch; nothing of it is verified. */
export type OpenFile = Fields & { readonly mode: 'open'; readonly proof: CustomerProof };
export type PrivateFile = Fields & { readonly mode: 'private'; readonly proof: PrivateProof };
export type CustomerFile = OpenFile | PrivateFile;

/** Throws `bad-json`, `bad-liabilities`, `bad-encoding` or `too-large`, naming the field. */
export function parseCustomerFile(text: string): CustomerFile {
  const limit = `a file has at most ${MAX_CUSTOMER_FILE_CHARS} characters`;
  demand(text.length <= MAX_CUSTOMER_FILE_CHARS, 'too-large', limit);
  const file = objectOf(text, 'the file');
  const isFormat = file.format === CUSTOMER_FILE_FORMAT;
  demand(isFormat, 'bad-liabilities', `the format of the file is not ${CUSTOMER_FILE_FORMAT}`);
  for (const field of FIELDS)
    demand(typeof file[field] === 'string', 'bad-liabilities', `${field} of the file is not a text`);
  const { proof, secret, ...rest } = file as Record<(typeof FIELDS)[number], string>;
  const { disclosure, origin, verifierKey } = rest;
  const fields = { text: proof, secret: secretOf(secret), disclosure, origin, verifierKey };
  return modeOf(proof) === 'open'
    ? { ...fields, mode: 'open', proof: parseCustomerProof(proof) }
    : { ...fields, mode: 'private', proof: parsePrivateProof(proof) };
}

/** By the format that the proof names. */
function modeOf(proof: string): CustomerFile['mode'] {
  const limit = `the proof in the file has at most ${MAX_PRIVATE_PROOF_CHARS} characters`;
  demand(proof.length <= MAX_PRIVATE_PROOF_CHARS, 'too-large', limit);
  const { format } = objectOf(proof, 'the proof in the file');
  if (format === CUSTOMER_PROOF_FORMAT) return 'open';
  const formats = `${CUSTOMER_PROOF_FORMAT} and ${PRIVATE_PROOF_FORMAT}`;
  const isKnown = format === PRIVATE_PROOF_FORMAT;
  demand(isKnown, 'bad-liabilities', `the format of the proof in the file is none of ${formats}`);
  return 'private';
}

function secretOf(hex: string): Uint8Array {
  try {
    const secret = fromHex(hex);
    const isWhole = secret.length === SECRET_BYTES;
    demand(isWhole, 'bad-liabilities', `secret of the file has not ${SECRET_BYTES} bytes`);
    return secret;
  } catch (error) {
    if (!(error instanceof ProofError) || error.code !== 'bad-encoding') throw error;
    throw new ProofError('bad-encoding', `secret of the file: ${error.message}`);
  }
}

function objectOf(text: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProofError('bad-json', `${what} is not JSON`);
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  demand(isObject, 'bad-liabilities', `${what} is not a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

/** In smallest units; what private mode does not state is null. */
export type FileHolding = {
  readonly asset: string;
  readonly credit: bigint;
  readonly debt: bigint | null;
  readonly leaves: number;
  /** Amounts count in units of 10^scale smallest ones, rounded up for each customer; 0 in open mode. */
  readonly scale: number;
  /** Of all customers together. */
  readonly total: { readonly credit: bigint; readonly debt: bigint | null };
};
/** `root` is the one in the log (`rootInLog`), never the file's; of private mode only credits are compared. */
export type FileExpects = Omit<CustomerExpects, 'secret'>;
export type FileEngines = {
  readonly sha256: Sha256;
  /** Only a file of private mode needs one. */
  readonly zk: PrivateVerifier | null;
};

/**
 * Verifies the proof of a file of either mode. Throws what `verifyCustomerProof` and `verifyPrivateProof` throw, and
 * `bad-argument` for a private file without an engine.
 */
export function verifyFile(
  file: CustomerFile,
  expects: FileExpects,
  { sha256, zk }: FileEngines,
): { readonly at: string; readonly holdings: readonly FileHolding[] } {
  const whose = { ...expects, secret: file.secret };
  if (file.mode === 'open') {
    const { at, holdings } = verifyCustomerProof(file.text, whose, sha256);
    return {
      at,
      holdings: holdings.map(({ parts, ...holding }) => ({ ...holding, leaves: parts, scale: 0 })),
    };
  }
  demand(zk !== null, 'bad-argument', 'a file of private mode is verified with an engine');
  const balances = expects.balances?.map(({ asset, credit }) => ({ asset, amount: credit })) ?? null;
  const { at, holdings } = verifyPrivateProof(file.text, { ...whose, balances }, zk, sha256);
  return {
    at,
    holdings: holdings.map(({ asset, scale, amount, total }) => ({
      ...{ asset, scale, leaves: 1, credit: owedInSmallest({ total: amount, scale }), debt: null },
      total: { credit: owedInSmallest({ total, scale }), debt: null },
    })),
  };
}

/** What the file counts, with what its customer knows in place of it: `balances` for a comparison with nothing left out. */
export function withKnown(
  holdings: readonly FileHolding[],
  known: ReadonlyMap<string, Partial<Amounts>>,
): Holding[] {
  const none = { credit: 0n, debt: 0n };
  const assets = new Set([...holdings.map(({ asset }) => asset), ...known.keys()]);
  return [...assets].map((asset) => {
    const { credit, debt } = holdings.find((holding) => holding.asset === asset) ?? none;
    return { asset, credit, debt: debt ?? 0n, ...known.get(asset) };
  });
}
