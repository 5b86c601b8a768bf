/**
 * sonae/solvency/v1: what a firm owes and what it holds, side by side, for one epoch, under its signature. The statement
 * names the root of liabilities and the digest of each statement of reserves; what is proved by signatures, what rests on
 * a custodian's word and what nobody proves stand apart, and what is missing is said. SOLVENCY.md describes the format.
 *
 * The first line names the version. Old versions stay readable: a new one is a further entry of `VERSIONS`.
 */
import { concatBytes, toHex, utf8Encode } from './bytes.ts';
import { canonicalJson, type JsonValue, objectWithKeys, parseCanonicalJson } from './canonical-json.ts';
import {
  isLiabilitiesFormat,
  LIABILITIES_FORMATS,
  type LiabilitiesFormat,
  MAX_ASSETS,
} from './liabilities.ts';
import { HASH_BYTES, plainSha256, type Sha256 } from './merkle.ts';
import { isPrivateFormat, PRIVATE_FORMATS, type PrivateFormat } from './private-liabilities.ts';
import { demand } from './proof-error.ts';
import { fieldReaders } from './reserves-fields.ts';
import { type HeldTotals, isSignedFor, type ReservesStatement } from './reserves-statement.ts';
import { type NoteSigner, parseNote, signNote } from './signed-note.ts';

export const SOLVENCY_FORMAT = 'sonae/solvency/v1';
const STATEMENT_DOMAIN = utf8Encode('sonae/solvency/v1 statement\n');
const MAX_CUSTODIAN_NAMES = 100;
const MAX_RATIO_DIGITS = 45;
const read = fieldReaders('bad-solvency');

/** Formats whose epochs a statement may join. */
export type JoinedFormat = LiabilitiesFormat | PrivateFormat;

/** One asset, in its smallest units. */
export type SolvencyAsset = {
  readonly asset: string;
  /** Owed to customers: the sum of the liabilities tree. */
  readonly owed: bigint;
  /** Owed by customers, beside and never taken off; null in private mode, which does not state it. */
  readonly debt: bigint | null;
  /** Digest of the statement of reserves, 32 bytes; null: there is none for this asset. */
  readonly reserves: Uint8Array | null;
  readonly held: HeldTotals;
  /** What is proved by signatures, and what is held in all, against what is owed; rounded down; null when nothing is owed. */
  readonly signedBps: bigint | null;
  readonly heldBps: bigint | null;
  readonly missing: Missing;
};
/** What this asset's line does not show. */
export type Missing = {
  readonly addressesWithoutSignature: number;
  /** Whose word is all there is, sorted, each once. */
  readonly custodiansOnTheirWord: readonly string[];
};
export type SolvencyStatement = {
  readonly exchange: string;
  readonly epoch: string;
  /** The drawn moment that both sides are of. */
  readonly at: string;
  readonly liabilities: { readonly format: JoinedFormat; readonly epochRoot: Uint8Array };
  /** Sorted by asset; every asset that is owed, and every asset that is held. */
  readonly assets: readonly SolvencyAsset[];
  /** Assets that are owed and for which no reserves are shown, sorted. */
  readonly assetsWithoutProof: readonly string[];
};

/** One asset's line from what is owed and the statement of reserves, or null where there is none. */
export function solvencyAsset(
  asset: string,
  owed: bigint,
  debt: bigint | null,
  reserves: { readonly statement: ReservesStatement; readonly digest: Uint8Array } | null,
): SolvencyAsset {
  const held = reserves?.statement.totals ?? { signed: 0n, attested: 0n, unproved: 0n };
  const custodians = reserves?.statement.custodians.map(({ custodian }) => custodian) ?? [];
  const unsigned = reserves?.statement.addresses.filter((held) => !isSignedFor(held)) ?? [];
  return {
    asset,
    owed,
    debt,
    reserves: reserves?.digest ?? null,
    held,
    ...ratiosOf(owed, held),
    missing: {
      addressesWithoutSignature: unsigned.length,
      custodiansOnTheirWord: [...new Set(custodians)].sort(),
    },
  };
}

/** Names of the assets that are owed while no reserves are shown for them. */
export function withoutProof(assets: readonly SolvencyAsset[]): string[] {
  return assets.filter(({ owed, reserves }) => owed > 0n && reserves === null).map(({ asset }) => asset);
}

/** Ten-thousandths of what is owed, rounded down. */
export function ratiosOf(
  owed: bigint,
  { signed, attested, unproved }: HeldTotals,
): Pick<SolvencyAsset, 'signedBps' | 'heldBps'> {
  if (owed === 0n) return { signedBps: null, heldBps: null };
  return {
    signedBps: (signed * 10_000n) / owed,
    heldBps: ((signed + attested + unproved) * 10_000n) / owed,
  };
}

/** Note text: the version's line and one line of canonical JSON. Throws `bad-solvency`, `bad-json` or `too-large`. */
export function formatSolvency(statement: SolvencyStatement): string {
  const text = `${SOLVENCY_FORMAT}\n${canonicalJson(solvencyJson(statement))}\n`;
  parseSolvency(text);
  return text;
}

/** The statement as a signed note. Throws as `formatSolvency`. */
export function signSolvency(statement: SolvencyStatement, signers: readonly NoteSigner[]): string {
  return signNote(formatSolvency(statement), signers);
}

/** The statement in a note text, of whatever version. Nothing is verified. Throws `bad-solvency` or `bad-json`. */
export function parseSolvency(text: string): SolvencyStatement {
  const lines = text.split('\n');
  const isShaped = lines.length === 3 && lines[2] === '';
  demand(isShaped, 'bad-solvency', 'a solvency statement is a line with its version and a line of JSON');
  const parse = VERSIONS.get(lines[0]!);
  demand(
    parse !== undefined,
    'bad-solvency',
    `the version must be one of ${[...VERSIONS.keys()].join(', ')}`,
  );
  return parse(parseCanonicalJson(lines[1]!));
}

/** 32 bytes for the log: of the note's text, whoever signed it. Throws as `parseSolvency`. */
export function solvencyDigest(note: string, sha256: Sha256 = plainSha256): Uint8Array {
  const { text } = parseNote(note);
  parseSolvency(text);
  return Uint8Array.from(sha256(concatBytes(STATEMENT_DOMAIN, utf8Encode(text))));
}

const VERSIONS: ReadonlyMap<string, (value: JsonValue) => SolvencyStatement> = new Map([
  [SOLVENCY_FORMAT, parseVersion1],
]);

function solvencyJson(statement: SolvencyStatement): JsonValue {
  const { exchange, epoch, at, liabilities, assets, assetsWithoutProof } = statement;
  return {
    exchange,
    epoch,
    at,
    liabilities: { format: liabilities.format, epochRoot: toHex(liabilities.epochRoot) },
    assets: assets.map(({ asset, owed, debt, reserves, held, signedBps, heldBps, missing }) => ({
      asset,
      owed: String(owed),
      debt: debt === null ? null : String(debt),
      reserves: reserves === null ? null : toHex(reserves),
      held: {
        signed: String(held.signed),
        attested: String(held.attested),
        unproved: String(held.unproved),
      },
      signedBps: signedBps === null ? null : String(signedBps),
      heldBps: heldBps === null ? null : String(heldBps),
      missing: {
        addressesWithoutSignature: missing.addressesWithoutSignature,
        custodiansOnTheirWord: missing.custodiansOnTheirWord,
      },
    })),
    assetsWithoutProof,
  };
}

function parseVersion1(value: JsonValue): SolvencyStatement {
  const keys = ['assets', 'assetsWithoutProof', 'at', 'epoch', 'exchange', 'liabilities'] as const;
  const fields = objectWithKeys(value, keys, 'a solvency statement');
  const { format, epochRoot } = objectWithKeys(fields.liabilities, ['epochRoot', 'format'], 'liabilities');
  const isKnown = isLiabilitiesFormat(format) || isPrivateFormat(format);
  const known = [...LIABILITIES_FORMATS, ...PRIVATE_FORMATS];
  demand(isKnown, 'bad-solvency', `the format of liabilities is none of ${known}`);
  const assets = read.list(fields.assets, MAX_ASSETS, 'assets').map(parseAsset);
  const without = read
    .list(fields.assetsWithoutProof, MAX_ASSETS, 'assetsWithoutProof')
    .map((name) => read.asset(name, 'asset without proof'));
  read.rising(
    assets.map(({ asset }) => asset),
    'assets',
  );
  read.rising(without, 'assetsWithoutProof');
  return {
    exchange: read.name(fields.exchange, 'exchange'),
    epoch: read.name(fields.epoch, 'epoch'),
    at: read.time(fields.at, 'at'),
    liabilities: { format, epochRoot: read.bytes(epochRoot, HASH_BYTES, 'epochRoot') },
    assets,
    assetsWithoutProof: without,
  };
}

function parseAsset(value: JsonValue): SolvencyAsset {
  const keys = ['asset', 'debt', 'held', 'heldBps', 'missing', 'owed', 'reserves', 'signedBps'] as const;
  const fields = objectWithKeys(value, keys, 'an asset of a solvency statement');
  const asset = read.asset(fields.asset, 'asset');
  const held = objectWithKeys(fields.held, ['attested', 'signed', 'unproved'], `held of ${asset}`);
  const missingKeys = ['addressesWithoutSignature', 'custodiansOnTheirWord'] as const;
  const missing = objectWithKeys(fields.missing, missingKeys, `missing of ${asset}`);
  const custodians = read
    .list(missing.custodiansOnTheirWord, MAX_CUSTODIAN_NAMES, 'custodiansOnTheirWord')
    .map((name) => read.note(name, 'custodian'));
  read.rising(custodians, `custodiansOnTheirWord of ${asset}`);
  return {
    asset,
    owed: read.amount(fields.owed, `owed of ${asset}`),
    debt: fields.debt === null ? null : read.amount(fields.debt, `debt of ${asset}`),
    reserves:
      fields.reserves === null ? null : read.bytes(fields.reserves, HASH_BYTES, `reserves of ${asset}`),
    held: {
      signed: read.amount(held.signed, `signed of ${asset}`),
      attested: read.amount(held.attested, `attested of ${asset}`),
      unproved: read.amount(held.unproved, `unproved of ${asset}`),
    },
    signedBps: parseRatio(fields.signedBps, `signedBps of ${asset}`),
    heldBps: parseRatio(fields.heldBps, `heldBps of ${asset}`),
    missing: {
      addressesWithoutSignature: read.count(missing.addressesWithoutSignature, 'addressesWithoutSignature'),
      custodiansOnTheirWord: custodians,
    },
  };
}

/** Ten thousand times an amount of 128 bits, and three of them in `heldBps`: a little more than an amount. */
function parseRatio(value: JsonValue, what: string): bigint | null {
  if (value === null) return null;
  const isRatio =
    typeof value === 'string' && value.length <= MAX_RATIO_DIGITS && /^(0|[1-9]\d*)$/.test(value);
  demand(isRatio, 'bad-solvency', `${what} must be a whole number from 0 as decimal text, or null`);
  return BigInt(value);
}
