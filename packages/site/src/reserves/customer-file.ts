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
import { demand } from '@sonae/proof/proof-error';

export const CUSTOMER_FILE_FORMAT = 'sonae/customer-file/v1';
/** A proof inside JSON has its quotes escaped. */
export const MAX_FILE_CHARS = 2 * MAX_CUSTOMER_PROOF_CHARS;

export type CustomerFile = {
  /** Text of the proof, and what it says; nothing of it is verified yet. */
  readonly text: string;
  readonly proof: CustomerProof;
  readonly secret: Uint8Array;
  readonly disclosure: string;
  readonly origin: string;
  readonly verifierKey: string;
};

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
  return { text: proof, proof: parseCustomerProof(proof), secret: bytes, disclosure, origin, verifierKey };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    demand(false, 'bad-json', 'the text is not JSON');
  }
}
