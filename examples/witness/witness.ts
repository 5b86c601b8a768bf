/**
 * A witness of transparency logs (C2SP tlog-witness): it cosigns a checkpoint only when the log grew from the one that it
 * cosigned before. Somebody other than the firm runs it; then the firm cannot show two people two histories.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { equalBytes, fromBase64 } from '@sonae/proof/bytes';
import { parseCheckpoint, parseSize } from '@sonae/proof/checkpoint';
import { COSIGNATURE_TYPE, cosign } from '@sonae/proof/cosignature';
import { emptyRoot, verifyConsistency } from '@sonae/proof/merkle';
import { ProofError } from '@sonae/proof/proof-error';
import {
  ed25519Verifier,
  formatSignatureLine,
  formatVerifierKey,
  type NoteVerifier,
  openNote,
} from '@sonae/proof/signed-note';

export type WitnessKey = {
  /** What verifiers pin: `name+hash+base64`, of signature type 0x04. */
  readonly vkey: string;
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
};
export type WitnessOptions = {
  readonly key: WitnessKey;
  /** Verifier keys of the logs that it watches. */
  readonly logs: readonly string[];
  /** What it cosigned last, by origin; a witness that forgets can be lied to. */
  readonly statePath: string;
  /** POSIX seconds. */
  readonly clock: () => number;
};
export type Answer = { readonly status: number; readonly body: string; readonly type?: string };

type Seen = { readonly size: number; readonly root: string };
const BODY_BYTES_MAX = 64 * 1024;
const PROOF_LINES_MAX = 63;
const SPKI_PREFIX_BYTES = 12;

/** The key in `path` (PKCS #8 PEM), made at the first use. */
export function witnessKey(name: string, path: string): WitnessKey {
  if (!existsSync(path)) {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  }
  const privateKey = createPrivateKey(readFileSync(path));
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX_BYTES));
  return {
    name,
    publicKey,
    vkey: formatVerifierKey(name, publicKey, COSIGNATURE_TYPE),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/** Answers requests of `POST /add-checkpoint`, one after the other: two at once must not both be the next. */
export function createWitness(options: WitnessOptions): (body: string) => Answer {
  const logs = new Map(options.logs.map((vkey) => [vkey.split('+')[0] ?? '', ed25519Verifier(vkey)]));
  const seen = new Map(Object.entries(readState(options.statePath)));
  return (body) => {
    try {
      return addCheckpoint(body, options, logs, seen);
    } catch (error) {
      if (error instanceof ProofError) return refuse(400, error.message);
      throw error;
    }
  };
}

const refuse = (status: number, why: string): Answer => ({ status, body: `${why}\n` });
const conflict = (size: number): Answer => ({ status: 409, body: `${size}\n`, type: 'text/x.tlog.size' });

function addCheckpoint(
  body: string,
  options: WitnessOptions,
  logs: ReadonlyMap<string, NoteVerifier>,
  seen: Map<string, Seen>,
): Answer {
  const { old, proof, note } = readRequest(body);
  const { origin, size, root } = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1));
  const verifier = logs.get(origin);
  if (verifier === undefined) return refuse(404, `${origin} is no log that this witness knows`);
  if (!isSigned(note, verifier)) return refuse(403, `the checkpoint is not signed by ${origin}`);
  if (old > size) return refuse(400, `old ${old} is more than the ${size} of the checkpoint`);
  const last = seen.get(origin) ?? { size: 0, root: Buffer.from(emptyRoot()).toString('base64') };
  if (old !== last.size) return conflict(last.size);
  const root1 = fromBase64(last.root);
  // The same size with another root is two histories; no proof can join them.
  if (old === size && !equalBytes(root, root1)) return conflict(last.size);
  if (!verifyConsistency({ size1: old, size2: size, root1, root2: root, proof }))
    return refuse(422, 'the proof does not lead from the last cosigned checkpoint to this one');
  seen.set(origin, { size, root: Buffer.from(root).toString('base64') });
  // On disk before the answer leaves: what is cosigned is never forgotten.
  writeState(options.statePath, Object.fromEntries(seen));
  const { key, clock } = options;
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  return { status: 200, body: formatSignatureLine(cosign({ ...key, text, timestampSec: clock() })) };
}

function readRequest(body: string): { old: number; proof: Uint8Array[]; note: string } {
  const end = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(end, 0)).split('\n');
  if (end < 0 || !first.startsWith('old ') || lines.length > PROOF_LINES_MAX)
    throw new ProofError('bad-encoding', 'a request is `old SIZE`, proof lines, an empty line, a checkpoint');
  return {
    old: parseSize(first.slice('old '.length), 'old size'),
    proof: lines.map(fromBase64),
    note: body.slice(end + 2),
  };
}

function isSigned(note: string, verifier: NoteVerifier): boolean {
  try {
    return openNote(note, [verifier]).verified.length === 1;
  } catch {
    return false;
  }
}

function readState(path: string): Record<string, Seen> {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Seen>) : {};
}

function writeState(path: string, state: Record<string, Seen>): void {
  writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

/** A server on 127.0.0.1; put your own TLS in front. */
export function witnessServer(answer: (body: string) => Answer): Server {
  return createServer((request, response) => {
    const end = ({ status, body, type = 'text/plain; charset=utf-8' }: Answer): void => {
      response.writeHead(status, { 'Content-Type': type }).end(body);
    };
    if (request.method !== 'POST' || request.url !== '/add-checkpoint') {
      end(refuse(404, 'POST /add-checkpoint is all there is'));
      return;
    }
    readBody(request).then(
      (body) => end(body === null ? refuse(413, `at most ${BODY_BYTES_MAX} bytes`) : answer(body)),
      () => response.destroy(),
    );
  });
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
