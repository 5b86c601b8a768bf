/** Telling a customer's file from an export of a log, by its beginning and its size. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { utf8Decode } from '@sonae/proof/bytes';
import { MAX_CUSTOMER_FILE_CHARS } from '@sonae/proof/customer-file';
import { demand } from '@sonae/proof/proof-error';

const HEAD_BYTES = 4_096;
/** Any version: a later one is refused by name, not taken for an export of a log. Some writers escape slashes. */
const NAMED = /"sonae\\?\/customer-file\\?\//;

/** Text of the customer's file at `path`, or null when something else lies there. Throws `too-large`, `bad-encoding`. */
export function readCustomerText(path: string): string | null {
  const head = headOf(path)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (!head.startsWith('{') || head.startsWith('{"format":"sonae-export/')) return null;
  const { size } = statSync(path);
  if (size > MAX_CUSTOMER_FILE_CHARS) {
    demand(!NAMED.test(head), 'too-large', `a customer’s file has at most ${MAX_CUSTOMER_FILE_CHARS} bytes`);
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
