/**
 * When a snapshot is taken. A firm that chooses its moment can borrow for it; so the window and a public random beacon are
 * committed to in the log first, and the beacon comes out only after the window: nobody knows the moment until it is past,
 * and nobody can move coins into the past. Balances of past blocks and of the books can be looked up.
 */
import { concatBytes, toHex, utf8Encode } from './bytes.ts';
import {
  canonicalBytes,
  canonicalJson,
  type JsonValue,
  objectWithKeys,
  parseCanonicalJson,
} from './canonical-json.ts';
import { plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import { fieldReaders } from './reserves-fields.ts';

export const COMMITMENT_FORMAT = 'sonae/reserves-commitment/v1';
const COMMITMENT_DOMAIN = utf8Encode('sonae/reserves/v1 commitment\n');
const MOMENT_DOMAIN = utf8Encode('sonae/reserves/v1 moment\n');
/** Both drand's randomness and a Bitcoin block hash (as displayed) have 32 bytes. */
export const BEACON_BYTES = 32;
/** A shorter window could be filled with borrowed coins as easily as a moment. */
export const MIN_WINDOW_MS = 24 * 3_600_000;
export const MAX_WINDOW_MS = 92 * 24 * 3_600_000;
const read = fieldReaders('bad-reserves');

/**
 * Public randomness that a commitment may name. A drand chain has a timetable (https://docs.drand.love, chain info); a
 * Bitcoin block has a height, and a time only once it is mined.
 */
export const BEACONS = {
  'drand/quicknet': { genesisSec: 1_692_803_367, periodSec: 3 },
  'drand/default': { genesisSec: 1_595_431_050, periodSec: 30 },
  bitcoin: null,
} as const;
export type BeaconName = keyof typeof BEACONS;
export type Beacon = {
  readonly name: BeaconName;
  /** drand round, or height of the block. */
  readonly round: number;
};

export type Commitment = {
  readonly exchange: string;
  readonly epoch: string;
  /** The window that the moment is drawn from, a day to 92 days. */
  readonly from: string;
  readonly to: string;
  readonly beacon: Beacon;
};

/** One line of canonical JSON. Throws `bad-reserves`. */
export function formatCommitment(commitment: Commitment): string {
  return canonicalJson(commitmentJson(commitment));
}

/** Throws `bad-reserves` or `bad-json`. */
export function parseCommitment(text: string): Commitment {
  return readCommitment(parseCanonicalJson(text));
}

/** 32 bytes for the log, before the window begins. */
export function commitmentDigest(commitment: Commitment, sha256: Sha256 = plainSha256): Uint8Array {
  return Uint8Array.from(sha256(concatBytes(COMMITMENT_DOMAIN, canonicalBytes(commitmentJson(commitment)))));
}

export function commitmentJson({ exchange, epoch, from, to, beacon }: Commitment): JsonValue {
  const { name, round } = beacon;
  const value = { format: COMMITMENT_FORMAT, exchange, epoch, from, to, beacon: { name, round } };
  readCommitment(value);
  return value;
}

/** A commitment from its JSON value. Throws `bad-reserves` or `bad-json`. */
export function readCommitment(value: JsonValue): Commitment {
  const keys = ['beacon', 'epoch', 'exchange', 'format', 'from', 'to'] as const;
  const fields = objectWithKeys(value, keys, 'a commitment');
  demand(fields.format === COMMITMENT_FORMAT, 'bad-reserves', `the format is not ${COMMITMENT_FORMAT}`);
  const { name, round } = objectWithKeys(fields.beacon, ['name', 'round'], 'beacon');
  const isKnown = typeof name === 'string' && Object.hasOwn(BEACONS, name);
  demand(isKnown, 'bad-reserves', `beacon must be one of ${Object.keys(BEACONS).join(', ')}`);
  const from = read.time(fields.from, 'from');
  const to = read.time(fields.to, 'to');
  const windowMs = Date.parse(to) - Date.parse(from);
  const fits = windowMs >= MIN_WINDOW_MS && windowMs <= MAX_WINDOW_MS;
  demand(fits, 'bad-reserves', 'from and to must be a day to 92 days apart');
  return {
    exchange: read.name(fields.exchange, 'exchange'),
    epoch: read.name(fields.epoch, 'epoch'),
    from,
    to,
    beacon: { name: name as BeaconName, round: read.count(round, 'round of the beacon') },
  };
}

/** When the beacon's round comes out, or null for a block, whose time only the block tells. */
export function roundAt({ name, round }: Beacon): string | null {
  const timetable = BEACONS[name];
  if (timetable === null) return null;
  const sec = timetable.genesisSec + (round - 1) * timetable.periodSec;
  demand(
    round >= 1 && sec < 253_402_300_800,
    'bad-reserves',
    `no round ${round} of ${name} before the year 10000`,
  );
  return new Date(sec * 1000).toISOString();
}

/** First round of a drand beacon that comes out at `at` or later: what a commitment names for a window that ends then. */
export function roundAfter(name: Exclude<BeaconName, 'bitcoin'>, at: string): number {
  const { genesisSec, periodSec } = BEACONS[name];
  const sec = Math.ceil(Date.parse(read.time(at, 'at')) / 1000) - genesisSec;
  demand(sec >= 0, 'bad-argument', `${name} did not exist at ${at}`);
  return Math.ceil(sec / periodSec) + 1;
}

/**
 * The moment: `from` plus SHA-256("sonae/reserves/v1 moment\n" || commitment digest || beacon bytes), read as an integer
 * of 256 bits, modulo the window's seconds plus one. Throws `bad-argument` unless there are 32 beacon bytes.
 */
export function drawMoment(
  commitment: Commitment,
  beaconBytes: Uint8Array,
  sha256: Sha256 = plainSha256,
): string {
  const isWhole = beaconBytes.length === BEACON_BYTES;
  demand(isWhole, 'bad-argument', `a beacon gives ${BEACON_BYTES} bytes, not ${beaconBytes.length}`);
  const digest = commitmentDigest(commitment, sha256);
  const drawn = BigInt(`0x${toHex(sha256(concatBytes(MOMENT_DOMAIN, digest, beaconBytes)))}`);
  const fromMs = Date.parse(commitment.from);
  const seconds = BigInt(Math.floor((Date.parse(commitment.to) - fromMs) / 1000) + 1);
  return new Date(fromMs + Number(drawn % seconds) * 1000).toISOString();
}
