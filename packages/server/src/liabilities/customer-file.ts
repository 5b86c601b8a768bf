/**
 * The file that one customer gets: proof, secret, and the disclosure that shows the epoch's root in the log. Reading it
 * says what it is and verifies nothing.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { fromHex, utf8Decode } from '@sonae/proof/bytes';
import { CUSTOMER_PROOF_FORMAT } from '@sonae/proof/liabilities-proof';
import { SECRET_BYTES } from '@sonae/proof/liabilities-tree';
import { MAX_PRIVATE_PROOF_CHARS, PRIVATE_PROOF_FORMAT } from '@sonae/proof/private-proof';
import { demand, ProofError } from '@sonae/proof/proof-error';

export const CUSTOMER_FILE_FORMAT = 'sonae/customer-file/v1';
/** A proof inside of JSON has its quotes escaped. */
const MAX_FILE_BYTES = 2 * MAX_PRIVATE_PROOF_CHARS;
const HEAD_BYTES = 4_096;
/** Any version: a later one is refused by name, not taken for an export of a log. Some writers escape slashes. */
const NAMED = /"sonae\\?\/customer-file\\?\//;

export type CustomerFile = {
  /** `open`: sonae/liabilities-proof/v1; `private`: sonae/private-liabilities-proof/v1. */
  readonly mode: 'open' | 'private';
  /** The proof's text, as it has to be verified. */
  readonly proof: string;
  readonly customer: string;
  readonly epoch: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly disclosure: string;
  readonly origin: string;
  readonly verifierKey: string;
};

/** Text of the customer's file at `path`, or null when something else lies there. Throws `too-large`, `bad-encoding`. */
export function readCustomerText(path: string): string | null {
  const head = headOf(path)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (!head.startsWith('{') || head.startsWith('{"format":"sonae-export/')) return null;
  const { size } = statSync(path);
  if (size > MAX_FILE_BYTES) {
    demand(!NAMED.test(head), 'too-large', `a customer’s file has at most ${MAX_FILE_BYTES} bytes`);
    return null;
  }
  const bytes = readFileSync(path);
  return NAMED.test(bytes.toString('latin1')) ? utf8Decode(bytes).replace(/^\uFEFF/, '') : null;
}

function headOf(path: string): string {
  const bytes = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, 'r');
  try {
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

const FIELDS = ['proof', 'secret', 'disclosure', 'origin', 'verifierKey'] as const;

/** Throws `bad-json`, `bad-liabilities`, `bad-encoding` or `too-large`, naming the field. */
export function parseCustomerFile(text: string): CustomerFile {
  demand(text.length <= MAX_FILE_BYTES, 'too-large', `a file has at most ${MAX_FILE_BYTES} characters`);
  const file = objectOf(text, 'the file');
  const isFormat = file.format === CUSTOMER_FILE_FORMAT;
  demand(isFormat, 'bad-liabilities', `the format of the file is not ${CUSTOMER_FILE_FORMAT}`);
  for (const field of FIELDS)
    demand(typeof file[field] === 'string', 'bad-liabilities', `${field} of the file is not a text`);
  const { proof, secret, disclosure, origin, verifierKey } = file as Record<(typeof FIELDS)[number], string>;
  return { ...aboutOf(proof), proof, secret: secretOf(secret), disclosure, origin, verifierKey };
}

/** What the proof says of itself, so that it can be verified as what it is. */
function aboutOf(text: string): Pick<CustomerFile, 'mode' | 'customer' | 'epoch'> {
  const limit = `the proof in the file has at most ${MAX_PRIVATE_PROOF_CHARS} characters`;
  demand(text.length <= MAX_PRIVATE_PROOF_CHARS, 'too-large', limit);
  const { format, customer, statement } = objectOf(text, 'the proof in the file');
  const mode = format === CUSTOMER_PROOF_FORMAT ? 'open' : format === PRIVATE_PROOF_FORMAT ? 'private' : null;
  const formats = `${CUSTOMER_PROOF_FORMAT} and ${PRIVATE_PROOF_FORMAT}`;
  demand(mode !== null, 'bad-liabilities', `the format of the proof in the file is none of ${formats}`);
  demand(typeof customer === 'string', 'bad-liabilities', 'customer of the proof is not a text');
  const { epoch } = (statement ?? {}) as { epoch?: unknown };
  demand(typeof epoch === 'string', 'bad-liabilities', 'the statement in the proof names no epoch');
  return { mode, customer, epoch };
}

function secretOf(hex: string): Uint8Array {
  try {
    const secret = fromHex(hex);
    demand(
      secret.length === SECRET_BYTES,
      'bad-liabilities',
      `secret of the file has not ${SECRET_BYTES} bytes`,
    );
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
