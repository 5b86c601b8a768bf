/** The whole log as one file that verifies without us, and checking such a file or a live public log. */
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { must } from '@sonae/core/kernel/assert.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { LogSigner } from '@sonae/core/ports/signer.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import { type JsonObject, type JsonValue, parseCanonicalJson } from '@sonae/proof/canonical-json';
import {
  createExportVerifier,
  createExportWriter,
  type ExportEngines,
  type ExportReport,
} from '@sonae/proof/log-export';
import type { NoteVerifier } from '@sonae/proof/signed-note';
import { nodeSha256 } from './adapters/hash/node-sha256.ts';

/** DER prefix of an Ed25519 public key (RFC 8410 section 4), before its 32 bytes. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** node:crypto in place of the portable engines; OpenSSL's Ed25519 check is RFC 8032 strict on S. */
export const NODE_ENGINES: ExportEngines = {
  sha256: nodeSha256,
  createSha256: () => {
    const hash = createHash('sha256');
    return { update: (data) => hash.update(data), digest: () => new Uint8Array(hash.digest()) };
  },
  verifySignature: (signature, message, publicKey) => {
    const key = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, publicKey]),
      format: 'der',
      type: 'spki',
    });
    return verifySignature(null, message, key, signature);
  },
};

const PAGE = 500;

/** Lines of an export of the log as it stands now; appends that come meanwhile are not in it. */
export async function* exportLines(store: Store, signer: LogSigner): AsyncGenerator<string> {
  const { frontier, checkpoint } = await store.head();
  const { size } = frontier;
  if (size === 0)
    throw new FaultError('input.invalid', 'the log is empty', 'export it once something has happened');
  const writer = createExportWriter({
    origin: signer.origin,
    vkey: signer.verifierKey,
    size,
    sign: signer.sign,
    ...NODE_ENGINES,
  });
  yield writer.header();
  const cited = new Set<string>();
  for (let from = 0; from < size; from += PAGE) {
    let page = '';
    for (const row of await store.facts({ from, before: Math.min(from + PAGE, size), limit: PAGE })) {
      const fact = parseCanonicalJson(row.text) as JsonObject;
      const root = ((fact.body as JsonObject).evidence as JsonObject | undefined)?.root;
      if (typeof root === 'string') cited.add(root);
      page += writer.fact(fact, row.salt);
    }
    yield page;
  }
  for (const root of cited) {
    const items = must(await store.evidence(root), `evidence ${root}`);
    yield writer.evidence(items.map((item) => JSON.parse(item) as JsonValue));
  }
  yield writer.checkpoint(checkpoint);
  yield writer.end();
}

export type VerifyOptions = { readonly pinnedVkey?: string; readonly witnesses?: readonly NoteVerifier[] };

/** Streams a file through the verifier. Throws ProofError with the line and what is wrong. */
export async function verifyExportFile(path: string, options: VerifyOptions): Promise<ExportReport> {
  const verifier = createExportVerifier({ ...options, ...NODE_ENGINES });
  for await (const chunk of createReadStream(path)) verifier.push(new Uint8Array(chunk as Buffer));
  return verifier.end();
}
