/**
 * sonae/reserves/v2 and v1: what a firm says it held of one asset at one drawn moment. Address by address, with the signatures
 * that prove control; beside them, and never mixed in, what custodians attest and what nobody proves. Version 2 knows more
 * schemes; version 1 is read for ever. RESERVES.md of this package describes both for other implementers.
 */
import { concatBytes, toHex, utf8Encode } from './bytes.ts';
import {
  canonicalJson,
  isJsonObject,
  type JsonValue,
  objectWithKeys,
  parseCanonicalJson,
} from './canonical-json.ts';
import { HASH_BYTES, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import { CONTROL_SCHEMES, type ControlScheme, MAX_CONTROL_SIGNATURE_CHARS } from './reserves-control.ts';
import { fieldReaders } from './reserves-fields.ts';
import { FLOW_REACH_MS, type Flow } from './reserves-flows.ts';
import { BEACON_BYTES, type Commitment, commitmentJson, readCommitment } from './reserves-moment.ts';

/** What is published today. */
export const RESERVES_FORMAT: ReservesFormat = 'sonae/reserves/v2';
export type ReservesFormat = keyof typeof VERSIONS;
/** What each version takes as control of an address, and what its digest begins with. */
const VERSIONS = {
  'sonae/reserves/v1': {
    schemes: ['eip-191', 'bitcoin-message'],
    signatureChars: 200,
    domain: utf8Encode('sonae/reserves/v1 statement\n'),
  },
  'sonae/reserves/v2': {
    schemes: CONTROL_SCHEMES,
    signatureChars: MAX_CONTROL_SIGNATURE_CHARS,
    domain: utf8Encode('sonae/reserves/v2 statement\n'),
  },
} as const satisfies Record<
  string,
  { schemes: readonly ControlScheme[]; signatureChars: number; domain: Uint8Array }
>;
export const MAX_RESERVES_CHARS = 16 * 1024 * 1024;
export const MAX_ADDRESSES = 10_000;
export const MAX_FLOWS = 10_000;
const MAX_CHAINS = 100;
const MAX_CUSTODIANS = 100;
const read = fieldReaders('bad-reserves');

/** All balances of a chain are of one block: between two blocks the same coins could be counted at two addresses. */
export type ChainBlock = { readonly chain: string; readonly height: number; readonly hash: string };
export type HeldAddress = {
  readonly chain: string;
  /** As the chain displays it; EVM and bech32 addresses in lower case. */
  readonly address: string;
  readonly amount: bigint;
  /** Null: the firm says that the address is its own, and shows nothing for it. */
  readonly control: SignedControl | ContractControl | null;
};
/** Anybody can check it, anywhere. */
export type SignedControl = {
  readonly scheme: Exclude<ControlScheme, 'eip-1271'>;
  readonly signature: string;
};
/** A contract accepted the signature, as the firm saw it on the chain at a block: who has a node of the chain can ask again. */
export type ContractControl = {
  readonly scheme: 'eip-1271';
  readonly signature: string;
  /** The statement's block of the chain, or a later one. */
  readonly block: { readonly height: number; readonly hash: string };
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
  readonly format: ReservesFormat;
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
  const format = readFormat(fields.format);
  const statement = {
    format,
    exchange: read.name(fields.exchange, 'exchange'),
    epoch: read.name(fields.epoch, 'epoch'),
    asset: read.asset(fields.asset, 'asset'),
    commitment: readCommitment(fields.commitment),
    beacon: read.bytes(fields.beacon, BEACON_BYTES, 'beacon'),
    at: read.time(fields.at, 'at'),
    blocks: read.list(fields.blocks, MAX_CHAINS, 'blocks').map(parseBlock),
    addresses: read.list(fields.addresses, MAX_ADDRESSES, 'addresses').map(parseAddressOf(format)),
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
  return Uint8Array.from(sha256(concatBytes(VERSIONS[statement.format].domain, bytes)));
}

/**
 * What stands behind the amounts, by the form of the statement alone: signatures are counted, not verified. What contracts
 * accepted counts as unproved: whoever reads the statement cannot see it there.
 */
export function totalsOf({
  addresses,
  custodians,
}: Pick<ReservesStatement, 'addresses' | 'custodians'>): HeldTotals {
  let signed = 0n;
  let unproved = 0n;
  for (const held of addresses) {
    if (isSignedFor(held)) signed += held.amount;
    else unproved += held.amount;
  }
  return { signed, unproved, attested: custodians.reduce((total, { amount }) => total + amount, 0n) };
}

/** Whether there is a signature that anybody can check without a chain. It is not checked here. */
export function isSignedFor({ control }: Pick<HeldAddress, 'control'>): boolean {
  return control !== null && control.scheme !== 'eip-1271';
}

/** One name for each address, whatever the chain: an EVM key holds the same address on every EVM chain. */
export function addressKey(address: string): string {
  return /^(0x|bc1|tb1|bcrt1)/i.test(address) ? address.toLowerCase() : address;
}

function reservesJson(statement: ReservesStatement): JsonValue {
  const { exchange, epoch, asset, commitment, beacon, at, blocks, totals } = statement;
  return {
    format: statement.format,
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
      control: control === null ? null : controlJson(control),
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

function controlJson(control: SignedControl | ContractControl): JsonValue {
  const { scheme, signature } = control;
  if (control.scheme !== 'eip-1271') return { scheme, signature };
  const { height, hash } = control.block;
  return { scheme, signature, block: { height, hash } };
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
  const chains = new Map(blocks.map((block) => [block.chain, block]));
  for (const { chain, address, control } of addresses) {
    const block = chains.get(chain);
    const told = `addresses stand on ${chain}, of which blocks names no block`;
    demand(block !== undefined, 'bad-reserves', told);
    if (control?.scheme === 'eip-1271') demandLater(control.block, block, address);
  }
  const atMs = Date.parse(at);
  for (const flow of flows) {
    const isNear = Math.abs(Date.parse(flow.at) - atMs) <= FLOW_REACH_MS;
    demand(isNear, 'bad-reserves', `flow ${flow.id} is more than seven days from the moment`);
  }
}

/** The text names the statement's block: no contract can have accepted a signature of it earlier. */
function demandLater(seen: ContractControl['block'], block: ChainBlock, address: string): void {
  const isLater = seen.height > block.height || (seen.height === block.height && seen.hash === block.hash);
  const told = `the block of ${address} must be the statement’s of ${block.chain} or a later one`;
  demand(isLater, 'bad-reserves', told);
}

function readFormat(value: JsonValue | undefined): ReservesFormat {
  const known = (Object.keys(VERSIONS) as ReservesFormat[]).find((format) => format === value);
  const told = `the format must be one of ${Object.keys(VERSIONS).join(', ')}`;
  demand(known !== undefined, 'bad-reserves', told);
  return known;
}

function parseBlock(value: JsonValue): ChainBlock {
  const { chain, height, hash } = objectWithKeys(value, ['chain', 'hash', 'height'], 'a block');
  return {
    chain: read.name(chain, 'chain'),
    height: read.count(height, 'height of a block'),
    hash: readHash(hash),
  };
}

function readHash(value: JsonValue | undefined): string {
  const isHash = typeof value === 'string' && /^(0x)?[0-9a-f]{64}$/.test(value);
  demand(
    isHash,
    'bad-reserves',
    'hash of a block must be 64 lower-case hex digits, with 0x where the chain has it',
  );
  return value;
}

function parseAddressOf(format: ReservesFormat): (value: JsonValue) => HeldAddress {
  return (value) => {
    const keys = ['address', 'amount', 'chain', 'control'] as const;
    const fields = objectWithKeys(value, keys, 'an address');
    const address = read.name(fields.address, 'address');
    demand(address === addressKey(address), 'bad-reserves', `address ${address} must be in lower case`);
    return {
      chain: read.name(fields.chain, 'chain'),
      address,
      amount: read.amount(fields.amount, `amount of ${address}`),
      control: fields.control === null ? null : parseControl(fields.control, address, format),
    };
  };
}

function parseControl(value: JsonValue, address: string, format: ReservesFormat): HeldAddress['control'] {
  const { schemes, signatureChars } = VERSIONS[format];
  const isContract = isJsonObject(value) && value.scheme === 'eip-1271' && format !== 'sonae/reserves/v1';
  const keys = isContract ? (['block', 'scheme', 'signature'] as const) : (['scheme', 'signature'] as const);
  const fields: { readonly [key: string]: JsonValue } = objectWithKeys(value, keys, 'control');
  const { scheme, signature } = fields;
  const known = schemes.find((name) => name === scheme);
  demand(known !== undefined, 'bad-reserves', `scheme of ${address} must be ${schemes.join(' or ')}`);
  const isShort = typeof signature === 'string' && signature.length <= signatureChars;
  demand(isShort, 'bad-reserves', `signature of ${address} must be text up to ${signatureChars} characters`);
  if (known !== 'eip-1271') return { scheme: known, signature };
  const isHex = /^0x([0-9a-f]{2})*$/.test(signature);
  demand(isHex, 'bad-reserves', `signature of ${address} must be 0x and lower-case hex`);
  const { height, hash } = objectWithKeys(fields.block!, ['hash', 'height'], `block of ${address}`);
  const block = { height: read.count(height, `height of the block of ${address}`), hash: readHash(hash) };
  return { scheme: known, signature, block };
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
