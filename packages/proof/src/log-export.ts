/**
 * sonae-export/v1: a whole log in one file that an auditor can check alone, offline, in one streaming pass. Sonae's own
 * format: newline-terminated lines of canonical JSON (RFC 8785), in exactly this order:
 *
 *   {"format":"sonae-export/v1","origin":…,"size":N,"vkey":…}
 *   {"fact":{…},"salt":…}                     N times; fact.seq runs from 0 to N-1
 *   {"evidence":{"items":[…],"root":…}}       one per batch that a fact cites as body.evidence {count, root}, in the
 *                                             order of first citation; root is the Merkle root over the items
 *   {"checkpoint":…}                          the log's signed note for exactly these N facts
 *   {"digest":…,"signature":…}                SHA-256 of all bytes before this line, signed by the log's key
 *
 * Nothing in the file can change unnoticed: every line has one form, the digest covers all lines but the last, and the
 * last is fixed by the digest, by strict base64 and by strict Ed25519. Writer and verifier share one check, so what is
 * written verifies.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { equalBytes, fromBase64, joinBytes, toBase64, utf8Decode, utf8Encode } from './bytes.ts';
import {
  canonicalBytes,
  canonicalJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectWithKeys,
  parseCanonicalJson,
} from './canonical-json.ts';
import { type OpenedCheckpoint, openCheckpoint } from './checkpoint.ts';
import { factCommitment } from './disclosure.ts';
import {
  appendLeaves,
  emptyFrontier,
  type Frontier,
  frontierRoot,
  HASH_BYTES,
  isSize,
  leafHash,
  plainSha256,
  rootOf,
  type Sha256,
} from './merkle.ts';
import { demand, ProofError } from './proof-error.ts';
import { ed25519Verifier, type NoteVerifier, type VerifySignature } from './signed-note.ts';

/** Incremental SHA-256; node:crypto's `createHash('sha256')` and noble's `sha256.create()` have this shape. */
export type Sha256Stream = { update(data: Uint8Array): unknown; digest(): Uint8Array };

/** Ways to hash and verify faster than the portable defaults; results are the same. */
export type ExportEngines = {
  readonly sha256?: Sha256;
  readonly createSha256?: () => Sha256Stream;
  readonly verifySignature?: VerifySignature;
};

export type ExportWriter = {
  header(): string;
  /** `fact.seq` must be the number of facts written before; `salt` is the 32 bytes of its commitment. */
  fact(fact: JsonObject, salt: Uint8Array): string;
  /** Batches in the order in which facts first cite them. */
  evidence(items: readonly JsonValue[]): string;
  checkpoint(note: string): string;
  end(): string;
};

export type ExportVerifier = { push(chunk: Uint8Array): void; end(): ExportReport };

export type ExportReport = {
  readonly origin: string;
  readonly vkey: string;
  /** False when no key was pinned: the file then proves only that it is whole, not whose it is. */
  readonly keyPinned: boolean;
  readonly size: number;
  /** Root hash, base64. */
  readonly root: string;
  readonly evidenceBatches: number;
  readonly evidenceItems: number;
  /** Names of the given witnesses that cosigned the checkpoint. */
  readonly checkpointWitnesses: readonly string[];
  /** `recordedAt` of the first and last fact, as they stand; null when there is none. */
  readonly firstRecordedAt: string | null;
  readonly lastRecordedAt: string | null;
};

const FORMAT = 'sonae-export/v1';
export const MAX_EXPORT_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

type CheckOptions = ExportEngines & { pinnedVkey?: string; witnesses?: readonly NoteVerifier[] };
type LineKind = 'header' | 'fact' | 'evidence' | 'checkpoint' | 'digest' | 'nothing';

/**
 * Writer of one export. Each call returns the next line, newline included; a call that the format does not allow next
 * throws `bad-export` (or what the checked part throws), and the export is then to be abandoned. `sign` returns a raw
 * Ed25519 signature by the key in `vkey`.
 */
export function createExportWriter(
  options: ExportEngines & {
    origin: string;
    vkey: string;
    size: number;
    sign: (message: Uint8Array) => Uint8Array;
  },
): ExportWriter {
  const { origin, vkey, size, sign } = options;
  const state = createState(options);

  function line(value: JsonValue): string {
    const text = `${canonicalJson(value)}\n`;
    const bytes = utf8Encode(text);
    checkLength(bytes.length);
    state.stream.update(bytes);
    return text;
  }

  return {
    header() {
      const header = { format: FORMAT, origin, size, vkey };
      acceptHeader(state, header);
      return line(header);
    },
    fact(fact, salt) {
      acceptFact(state, fact, salt);
      return line({ fact, salt: toBase64(salt) });
    },
    evidence(items) {
      const root = toBase64(evidenceRoot(items, state.sha256));
      acceptEvidence(state, root, items.length);
      return line({ evidence: { items, root } });
    },
    checkpoint(note) {
      acceptCheckpoint(state, note);
      return line({ checkpoint: note });
    },
    end() {
      expectLine(state, 'digest');
      const digest = toBase64(state.stream.digest());
      const signature = sign(digestMessage(digest));
      acceptDigest(state, digest, digest, signature);
      return `${canonicalJson({ digest, signature: toBase64(signature) })}\n`;
    },
  };
}

/**
 * Streaming verifier: `push` the file's bytes in order, then `end`, which returns what was verified.
 * With `pinnedVkey` the file must be of that log; without it, compare `vkey` of the report with the log's published key.
 * Throws `ProofError` whose message starts with the line number; after that, every call throws the same error.
 */
export function createExportVerifier(options: CheckOptions = {}): ExportVerifier {
  const state = createState(options);
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let line = 1;
  let failure: ProofError | undefined;

  /** Runs `step` on the current line; the first failure is final. */
  function onLine<Result>(step: () => Result): Result {
    if (failure !== undefined) throw failure;
    try {
      return step();
    } catch (error) {
      const { code, message } = error instanceof ProofError ? error : unexpected(error);
      failure = new ProofError(code, `line ${line}: ${message}`);
      throw failure;
    }
  }

  function keep(bytes: Uint8Array): void {
    pending.push(bytes);
    pendingBytes += bytes.length;
    checkLength(pendingBytes);
  }

  function takeLine(rest: Uint8Array): void {
    keep(rest);
    const bytes = pending.length === 1 ? rest : joinBytes(pending);
    pending = [];
    pendingBytes = 0;
    acceptLine(state, bytes);
    line++;
  }

  return {
    push(chunk) {
      onLine(() => {
        let start = 0;
        for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
          takeLine(chunk.subarray(start, end + 1));
          start = end + 1;
        }
        // Copied, because the caller may reuse its chunk.
        if (start < chunk.length) keep(chunk.slice(start));
      });
    },
    end() {
      return onLine(() => {
        demand(pendingBytes === 0, 'bad-export', 'the file ends inside a line');
        return reportOf(state);
      });
    },
  };
}

/** Checks one line, newline included, as the line that must come next. */
function acceptLine(state: ExportState, bytes: Uint8Array): void {
  const kind = nextLine(state);
  demand(kind !== 'nothing', 'bad-export', 'bytes after the end of the export');
  const value = parseCanonicalJson(utf8Decode(bytes.subarray(0, -1)));
  if (kind === 'digest') {
    const { digest, signature } = objectWithKeys(value, ['digest', 'signature'], 'the last line');
    const own = toBase64(state.stream.digest());
    acceptDigest(state, own, textOf(digest, 'digest'), fromBase64(textOf(signature, 'signature')));
    return;
  }
  state.stream.update(bytes);
  if (kind === 'header') {
    acceptHeader(state, value);
  } else if (kind === 'fact') {
    const { fact, salt } = objectWithKeys(value, ['fact', 'salt'], 'a fact line');
    acceptFact(state, fact, fromBase64(textOf(salt, 'salt')));
  } else if (kind === 'evidence') {
    const { evidence } = objectWithKeys(value, ['evidence'], 'an evidence line');
    const { items, root } = objectWithKeys(evidence, ['items', 'root'], 'evidence');
    demand(Array.isArray(items), 'bad-export', 'evidence items are not an array');
    const own = toBase64(evidenceRoot(items, state.sha256));
    demand(root === own, 'bad-export', 'the evidence root is not the root of its items');
    acceptEvidence(state, own, items.length);
  } else {
    const { checkpoint } = objectWithKeys(value, ['checkpoint'], 'the checkpoint line');
    acceptCheckpoint(state, textOf(checkpoint, 'checkpoint'));
  }
}

/** What has been read or written so far; the rules of the format are the functions below, shared by both sides. */
type ExportState = {
  readonly options: CheckOptions;
  readonly sha256: Sha256;
  readonly stream: Sha256Stream;
  head: { origin: string; size: number; vkey: string; verifier: NoteVerifier } | undefined;
  frontier: Frontier;
  /** Roots of cited batches in order of first citation, and the item count of each. */
  readonly citedRoots: string[];
  readonly citedCounts: Map<string, number>;
  evidenceBatches: number;
  evidenceItems: number;
  checkpoint: OpenedCheckpoint | undefined;
  isSigned: boolean;
  firstRecordedAt: string | null;
  lastRecordedAt: string | null;
};

function createState(options: CheckOptions): ExportState {
  const { sha256 = plainSha256, createSha256 = nobleSha256.create } = options;
  return {
    options,
    sha256,
    stream: createSha256(),
    head: undefined,
    frontier: emptyFrontier,
    citedRoots: [],
    citedCounts: new Map(),
    evidenceBatches: 0,
    evidenceItems: 0,
    checkpoint: undefined,
    isSigned: false,
    firstRecordedAt: null,
    lastRecordedAt: null,
  };
}

function nextLine(state: ExportState): LineKind {
  if (state.head === undefined) return 'header';
  if (state.frontier.size < state.head.size) return 'fact';
  if (state.evidenceBatches < state.citedRoots.length) return 'evidence';
  if (state.checkpoint === undefined) return 'checkpoint';
  return state.isSigned ? 'nothing' : 'digest';
}

/** The header, which every other line comes after; throws unless `kind` is what comes next. */
function expectLine(state: ExportState, kind: LineKind) {
  const expected = nextLine(state);
  demand(expected === kind, 'bad-export', `expected ${expected} here, not ${kind}`);
  return state.head!;
}

function acceptHeader(state: ExportState, value: JsonValue): void {
  expectLine(state, 'header');
  const { pinnedVkey, verifySignature } = state.options;
  const header = objectWithKeys(value, ['format', 'origin', 'size', 'vkey'], 'the header');
  demand(header.format === FORMAT, 'bad-export', `the format is not ${FORMAT}`);
  const { size } = header;
  demand(typeof size === 'number' && isSize(size), 'bad-export', 'size is not a log size');
  const origin = textOf(header.origin, 'origin');
  const vkey = textOf(header.vkey, 'vkey');
  const isPinned = pinnedVkey === undefined || vkey === pinnedVkey;
  demand(isPinned, 'bad-key', `the export is by another key than the pinned one: ${vkey}`);
  const verifier = ed25519Verifier(vkey, verifySignature);
  demand(verifier.name === origin, 'bad-export', "the key's name is not the origin");
  state.head = { origin, size, vkey, verifier };
}

function acceptFact(state: ExportState, fact: JsonValue, salt: Uint8Array): void {
  expectLine(state, 'fact');
  const { frontier, sha256 } = state;
  const seq = frontier.size;
  demand(isJsonObject(fact) && fact.seq === seq, 'bad-export', `the fact's seq is not ${seq}`);
  const commitment = factCommitment(salt, canonicalBytes(fact), sha256);
  acceptCitation(state, fact.body);
  state.frontier = appendLeaves(frontier, [leafHash(commitment, sha256)], undefined, sha256);
  state.lastRecordedAt = typeof fact.recordedAt === 'string' ? fact.recordedAt : null;
  if (seq === 0) state.firstRecordedAt = state.lastRecordedAt;
}

/** A body cites evidence when its `evidence` has a `count` and a `root`; further keys there are the fact's own. */
function acceptCitation({ citedRoots, citedCounts }: ExportState, body: JsonValue | undefined): void {
  const evidence = isJsonObject(body) ? body.evidence : undefined;
  const isCited =
    isJsonObject(evidence) && Object.hasOwn(evidence, 'count') && Object.hasOwn(evidence, 'root');
  if (!isCited) return;
  const { count } = evidence;
  demand(typeof count === 'number' && isSize(count), 'bad-export', 'evidence count is not a count');
  const root = textOf(evidence.root, 'evidence root');
  demand(fromBase64(root).length === HASH_BYTES, 'bad-export', `an evidence root has ${HASH_BYTES} bytes`);
  const isSame = (citedCounts.get(root) ?? count) === count;
  demand(isSame, 'bad-export', 'two facts cite the same evidence with different counts');
  if (!citedCounts.has(root)) citedRoots.push(root);
  citedCounts.set(root, count);
}

/** `root` and `count` are those of the items. */
function acceptEvidence(state: ExportState, root: string, count: number): void {
  expectLine(state, 'evidence');
  const cited = state.citedRoots[state.evidenceBatches]!;
  demand(root === cited, 'bad-export', `expected the evidence with root ${cited}, found ${root}`);
  const citedCount = state.citedCounts.get(root);
  demand(count === citedCount, 'bad-export', `the facts cite ${citedCount} items, the evidence has ${count}`);
  state.evidenceBatches++;
  state.evidenceItems += count;
}

function acceptCheckpoint(state: ExportState, note: string): void {
  const { verifier, size } = expectLine(state, 'checkpoint');
  const checkpoint = openCheckpoint(note, verifier, state.options.witnesses);
  const isOfSize = checkpoint.size === size;
  demand(isOfSize, 'bad-export', `the checkpoint is for ${checkpoint.size} facts, not ${size}`);
  const isOfFacts = equalBytes(checkpoint.root, frontierRoot(state.frontier, state.sha256));
  demand(isOfFacts, 'bad-export', 'the facts do not have the root in the checkpoint');
  state.checkpoint = checkpoint;
}

/** `digest` is that of the lines so far, `claimed` what the file says it is. */
function acceptDigest(state: ExportState, digest: string, claimed: string, signature: Uint8Array): void {
  const { verifier } = expectLine(state, 'digest');
  demand(claimed === digest, 'bad-export', 'the digest is not that of the lines before');
  const isGood = verifier.verify(digestMessage(digest), signature);
  demand(isGood, 'bad-signature', "the signature of the digest is not by the log's key");
  state.isSigned = true;
}

function reportOf(state: ExportState): ExportReport {
  const missing = nextLine(state);
  demand(missing === 'nothing', 'bad-export', `the export ends before its ${missing} line`);
  const { origin, vkey, size } = state.head!;
  const { options, checkpoint, evidenceBatches, evidenceItems, firstRecordedAt, lastRecordedAt } = state;
  return {
    origin,
    vkey,
    keyPinned: options.pinnedVkey !== undefined,
    size,
    root: toBase64(checkpoint!.root),
    evidenceBatches,
    evidenceItems,
    checkpointWitnesses: checkpoint!.witnesses,
    firstRecordedAt,
    lastRecordedAt,
  };
}

/** RFC 6962 root of a batch of evidence: over `leafHash(canonicalBytes(item))`, in order. */
export function evidenceRoot(items: readonly JsonValue[], sha256: Sha256 = plainSha256): Uint8Array {
  return rootOf(
    items.map((item) => leafHash(canonicalBytes(item), sha256)),
    sha256,
  );
}

function checkLength(bytes: number): void {
  demand(bytes <= MAX_EXPORT_LINE_BYTES, 'too-large', `a line has at most ${MAX_EXPORT_LINE_BYTES} bytes`);
}

function digestMessage(digest: string): Uint8Array {
  return utf8Encode(`${FORMAT}\n${digest}\n`);
}

function textOf(value: JsonValue | undefined, what: string): string {
  demand(typeof value === 'string', 'bad-export', `${what} is not a text`);
  return value;
}

function unexpected(error: unknown): { code: 'bad-export'; message: string } {
  return { code: 'bad-export', message: error instanceof Error ? error.message : String(error) };
}
