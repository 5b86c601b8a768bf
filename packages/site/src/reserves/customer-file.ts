/**
 * The file that the firm hands to one customer: proof, secret and the disclosure that puts the epoch's root into the log.
 * Whose log that is says the page, not the file: its `origin` and `verifierKey` are only compared.
 */
import { fromHex } from '@sonae/proof/bytes';
import {
  type CustomerProof,
  MAX_CUSTOMER_PROOF_CHARS,
  parseCustomerProof,
} from '@sonae/proof/liabilities-proof';
import { SECRET_BYTES } from '@sonae/proof/liabilities-tree';
import {
  MAX_PRIVATE_PROOF_CHARS,
  PRIVATE_PROOF_FORMAT,
  type PrivateProof,
  parsePrivateProof,
} from '@sonae/proof/private-proof';
import { demand } from '@sonae/proof/proof-error';

export const CUSTOMER_FILE_FORMAT = 'sonae/customer-file/v1';
/** A proof inside JSON has its quotes escaped. */
export const MAX_FILE_CHARS = 2 * MAX_CUSTOMER_PROOF_CHARS;

type FileFields = {
  /** Text of the proof; nothing of it is verified yet. */
  readonly text: string;
  readonly secret: Uint8Array;
  readonly disclosure: string;
  readonly origin: string;
  readonly verifierKey: string;
};
/** With what the proof says, in the mode of its epoch. */
export type OpenFile = FileFields & { readonly mode: 'open'; readonly proof: CustomerProof };
export type PrivateFile = FileFields & { readonly mode: 'private'; readonly proof: PrivateProof };
export type CustomerFile = OpenFile | PrivateFile;

const FIELDS = ['proof', 'secret', 'disclosure', 'origin', 'verifierKey'] as const;

/** Throws `bad-liabilities`, `bad-json`, `bad-encoding` or `too-large` for a text that is no such file. */
export function parseCustomerFile(text: string): CustomerFile {
  demand(text.length <= MAX_FILE_CHARS, 'too-large', `a file has at most ${MAX_FILE_CHARS} characters`);
  const value = jsonOf(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  demand(isObject, 'bad-liabilities', 'the file is not a JSON object');
  const fields = value as Readonly<Record<string, unknown>>;
  const isFormat = fields.format === CUSTOMER_FILE_FORMAT;
  demand(isFormat, 'bad-liabilities', `the format of the file is not ${CUSTOMER_FILE_FORMAT}`);
  for (const field of FIELDS)
    demand(typeof fields[field] === 'string', 'bad-liabilities', `${field} of the file is not a text`);
  const { proof, secret, disclosure, origin, verifierKey } = fields as Record<
    (typeof FIELDS)[number],
    string
  >;
  const bytes = fromHex(secret);
  demand(bytes.length === SECRET_BYTES, 'bad-liabilities', `secret of the file has ${SECRET_BYTES} bytes`);
  const read = { text: proof, secret: bytes, disclosure, origin, verifierKey };
  return isPrivate(proof)
    ? { ...read, mode: 'private', proof: parsePrivateProof(proof) }
    : { ...read, mode: 'open', proof: parseCustomerProof(proof) };
}

/** By the format that the proof names; a text that is neither is refused where it is parsed. */
function isPrivate(proof: string): boolean {
  demand(proof.length <= MAX_PRIVATE_PROOF_CHARS, 'too-large', 'the proof in the file is too large');
  const value = jsonOf(proof);
  return (
    typeof value === 'object' && value !== null && 'format' in value && value.format === PRIVATE_PROOF_FORMAT
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    demand(false, 'bad-json', 'the text is not JSON');
  }
}
