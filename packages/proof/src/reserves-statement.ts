/**
 * sonae/reserves/v1: what a firm says it held of one asset at one drawn moment. Address by address, with the signatures
 * that prove control; beside them, and never mixed in, what custodians attest and what nobody proves. RESERVES.md of this
 * package describes the format for other implementers.
 */
import { concatBytes, toHex, utf8Encode } from './bytes.ts';
import { canonicalJson, type JsonValue, objectWithKeys, parseCanonicalJson } from './canonical-json.ts';
import { HASH_BYTES, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import { CONTROL_SCHEMES, type ControlScheme } from './reserves-control.ts';
import { fieldReaders } from './reserves-fields.ts';
import { FLOW_REACH_MS, type Flow } from './reserves-flows.ts';
import { BEACON_BYTES, type Commitment, commitmentJson, readCommitment } from './reserves-moment.ts';

export const RESERVES_FORMAT = 'sonae/reserves/v1';
export const MAX_RESERVES_CHARS = 16 * 1024 * 1024;
export const MAX_ADDRESSES = 10_000;
export const MAX_FLOWS = 10_000;
const MAX_CHAINS = 100;
const MAX_CUSTODIANS = 100;
const MAX_SIGNATURE_CHARS = 200;
const STATEMENT_DOMAIN = utf8Encode('sonae/reserves/v1 statement\n');
const read = fieldReaders('bad-reserves');

/** All balances of a chain are of one block: between two blocks the same coins could be counted at two addresses. */
export type ChainBlock = { readonly chain: string; readonly height: number; readonly hash: string };
export type HeldAddress = {
  readonly chain: string;
  /** As the chain displays it; EVM and bech32 addresses in lower case. */
  readonly address: string;
  readonly amount: bigint;
  /** Null: the firm says that the address is its own, and shows nothing for it. */
  readonly control: { readonly scheme: ControlScheme; readonly signature: string } | null;
};
/** Coins that lie with somebody else, on that one's word. */
export type CustodianHolding = {
  readonly custodian: string;
  /** Account or date of the letter, for people. */
  readonly reference: string;
  readonly amount: bigint;
  /** SHA-256 of the custodian's document, 32 bytes: it can be asked for. */
  readonly document: Uint8Array;
};
/** Smallest units, by what stands behind them. */
export type HeldTotals = { readonly signed: bigint; readonly attested: bigint; readonly unproved: bigint };

export type ReservesStatement = {
  readonly exchange: string;
  readonly epoch: string;
  readonly asset: string;
  readonly commitment: Commitment;
  /** What the beacon gave, as the firm says, 32 bytes. */
  readonly beacon: Uint8Array;
  /** The drawn moment. */
  readonly at: string;
  /** Sorted by chain. */
  readonly blocks: readonly ChainBlock[];
  /** Sorted by chain and address; no address twice. */
  readonly addresses: readonly HeldAddress[];
  /** Sorted by custodian and reference. */
  readonly custodians: readonly CustodianHolding[];
  readonly totals: HeldTotals;
  /** From seven days before the moment to seven days after it, sorted by time and id. */
  readonly flows: readonly Flow[];
};

/** One line of canonical JSON. Throws `bad-reserves`, `bad-json` or `too-large`. */
export function formatReserves(statement: ReservesStatement): string {
  const text = canonicalJson(reservesJson(statement));
  parseReserves(text);
  return text;
}

/** A statement from its text, strictly. Nothing is verified. Throws `bad-reserves`, `bad-json` or `too-large`. */
export function parseReserves(text: string): ReservesStatement {
  demand(
    text.length <= MAX_RESERVES_CHARS,
    'too-large',
    `reserves have at most ${MAX_RESERVES_CHARS} characters`,
  );
  const keys = [
    'addresses',
    'asset',
    'at',
    'beacon',
    'blocks',
    'commitment',
    'custodians',
    'epoch',
    'exchange',
    'flows',
    'format',
    'totals',
  ] as const;
  const fields = objectWithKeys(parseCanonicalJson(text), keys, 'a statement of reserves');
  demand(fields.format === RESERVES_FORMAT, 'bad-reserves', `the format is not ${RESERVES_FORMAT}`);
  const statement = {
    exchange: read.name(fields.exchange, 'exchange'),
    epoch: read.name(fields.epoch, 'epoch'),
    asset: read.asset(fields.asset, 'asset'),
    commitment: readCommitment(fields.commitment),
    beacon: read.bytes(fields.beacon, BEACON_BYTES, 'beacon'),
    at: read.time(fields.at, 'at'),
    blocks: read.list(fields.blocks, MAX_CHAINS, 'blocks').map(parseBlock),
    addresses: read.list(fields.addresses, MAX_ADDRESSES, 'addresses').map(parseAddress),
    custodians: read.list(fields.custodians, MAX_CUSTODIANS, 'custodians').map(parseCustodian),
    totals: parseTotals(fields.totals),
    flows: read.list(fields.flows, MAX_FLOWS, 'flows').map(parseFlow),
  };
  demandOrder(statement);
  return statement;
}

/** 32 bytes for the log and for the solvency statement. Throws as `formatReserves`. */
export function reservesDigest(statement: ReservesStatement, sha256: Sha256 = plainSha256): Uint8Array {
  const bytes = utf8Encode(formatReserves(statement));
  return Uint8Array.from(sha256(concatBytes(STATEMENT_DOMAIN, bytes)));
}

/** What stands behind the amounts, by the form of the statement alone: signatures are counted, not verified. */
export function totalsOf({
  addresses,
  custodians,
}: Pick<ReservesStatement, 'addresses' | 'custodians'>): HeldTotals {
  let signed = 0n;
  let unproved = 0n;
  for (const { amount, control } of addresses) {
    if (control === null) unproved += amount;
    else signed += amount;
  }
  return { signed, unproved, attested: custodians.reduce((total, { amount }) => total + amount, 0n) };
}

/** One name for each address, whatever the chain: an EVM key holds the same address on every EVM chain. */
export function addressKey(address: string): string {
  return /^(0x|bc1|tb1|bcrt1)/i.test(address) ? address.toLowerCase() : address;
}

function reservesJson(statement: ReservesStatement): JsonValue {
  const { exchange, epoch, asset, commitment, beacon, at, blocks, totals } = statement;
  return {
    format: RESERVES_FORMAT,
    exchange,
    epoch,
    asset,
    commitment: commitmentJson(commitment),
    beacon: toHex(beacon),
    at,
    blocks: blocks.map(({ chain, height, hash }) => ({ chain, height, hash })),
    addresses: statement.addresses.map(({ chain, address, amount, control }) => ({
      chain,
      address,
      amount: String(amount),
      control: control === null ? null : { scheme: control.scheme, signature: control.signature },
    })),
    custodians: statement.custodians.map(({ custodian, reference, amount, document }) => ({
      custodian,
      reference,
      amount: String(amount),
      document: toHex(document),
    })),
    totals: {
      signed: String(totals.signed),
      attested: String(totals.attested),
      unproved: String(totals.unproved),
    },
    flows: statement.flows.map(({ at: time, id, direction, amount, counterparty }) => ({
      at: time,
      id,
      direction,
      amount: String(amount),
      counterparty,
    })),
  };
}

function demandOrder({
  exchange,
  epoch,
  commitment,
  at,
  blocks,
  addresses,
  custodians,
  flows,
}: ReservesStatement) {
  const isOwn = commitment.exchange === exchange && commitment.epoch === epoch;
  demand(isOwn, 'bad-reserves', 'the commitment is of another exchange or epoch than the statement');
  read.rising(
    blocks.map(({ chain }) => chain),
    'blocks',
  );
  read.rising(
    addresses.map(({ chain, address }) => `${chain} ${address}`),
    'addresses',
  );
  read.rising(
    custodians.map(({ custodian, reference }) => canonicalJson([custodian, reference])),
    'custodians',
  );
  read.rising(
    flows.map((flow) => `${flow.at} ${flow.id}`),
    'flows',
  );
  const chains = new Set(blocks.map(({ chain }) => chain));
  for (const { chain } of addresses)
    demand(chains.has(chain), 'bad-reserves', `addresses stand on ${chain}, of which blocks names no block`);
  const atMs = Date.parse(at);
  for (const flow of flows) {
    const isNear = Math.abs(Date.parse(flow.at) - atMs) <= FLOW_REACH_MS;
    demand(isNear, 'bad-reserves', `flow ${flow.id} is more than seven days from the moment`);
  }
}

function parseBlock(value: JsonValue): ChainBlock {
  const { chain, height, hash } = objectWithKeys(value, ['chain', 'hash', 'height'], 'a block');
  const isHash = typeof hash === 'string' && /^(0x)?[0-9a-f]{64}$/.test(hash);
  demand(
    isHash,
    'bad-reserves',
    'hash of a block must be 64 lower-case hex digits, with 0x where the chain has it',
  );
  return { chain: read.name(chain, 'chain'), height: read.count(height, 'height of a block'), hash };
}

function parseAddress(value: JsonValue): HeldAddress {
  const keys = ['address', 'amount', 'chain', 'control'] as const;
  const fields = objectWithKeys(value, keys, 'an address');
  const address = read.name(fields.address, 'address');
  demand(address === addressKey(address), 'bad-reserves', `address ${address} must be in lower case`);
  return {
    chain: read.name(fields.chain, 'chain'),
    address,
    amount: read.amount(fields.amount, `amount of ${address}`),
    control: fields.control === null ? null : parseControl(fields.control, address),
  };
}

function parseControl(value: JsonValue, address: string): HeldAddress['control'] {
  const { scheme, signature } = objectWithKeys(value, ['scheme', 'signature'], 'control');
  const known = CONTROL_SCHEMES.find((name) => name === scheme);
  demand(known !== undefined, 'bad-reserves', `scheme of ${address} must be ${CONTROL_SCHEMES.join(' or ')}`);
  const isShort = typeof signature === 'string' && signature.length <= MAX_SIGNATURE_CHARS;
  demand(
    isShort,
    'bad-reserves',
    `signature of ${address} must be text up to ${MAX_SIGNATURE_CHARS} characters`,
  );
  return { scheme: known, signature };
}

function parseCustodian(value: JsonValue): CustodianHolding {
  const keys = ['amount', 'custodian', 'document', 'reference'] as const;
  const { custodian, reference, amount, document } = objectWithKeys(value, keys, 'a custodian');
  return {
    custodian: read.note(custodian, 'custodian'),
    reference: read.note(reference, 'reference of a custodian'),
    amount: read.amount(amount, 'amount with a custodian'),
    document: read.bytes(document, HASH_BYTES, 'document of a custodian'),
  };
}

function parseTotals(value: JsonValue): HeldTotals {
  const { signed, attested, unproved } = objectWithKeys(value, ['attested', 'signed', 'unproved'], 'totals');
  return {
    signed: read.amount(signed, 'signed'),
    attested: read.amount(attested, 'attested'),
    unproved: read.amount(unproved, 'unproved'),
  };
}

function parseFlow(value: JsonValue): Flow {
  const keys = ['amount', 'at', 'counterparty', 'direction', 'id'] as const;
  const { at, id, direction, amount, counterparty } = objectWithKeys(value, keys, 'a flow');
  const isDirection = direction === 'in' || direction === 'out';
  demand(isDirection, 'bad-reserves', 'direction of a flow must be in or out');
  return {
    at: read.time(at, 'at of a flow'),
    id: read.name(id, 'id of a flow'),
    direction,
    amount: read.amount(amount, 'amount of a flow'),
    counterparty: counterparty === null ? null : read.note(counterparty, 'counterparty of a flow'),
  };
}
