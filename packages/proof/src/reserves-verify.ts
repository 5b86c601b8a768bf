/**
 * Checks of a statement of reserves, and of two against each other. What the statement brings along is compared with what
 * the verifier knows from elsewhere: the commitment as the log holds it, the beacon, blocks and balances of a node of
 * their own. What is not given is not checked, and the answer says so.
 */
import { equalBytes } from './bytes.ts';
import { plainSha256, type Sha256 } from './merkle.ts';
import { type Check, checked, type Said, unchecked } from './reserves-check.ts';
import { controlText, isControlProved } from './reserves-control.ts';
import { FLOW_RULE, type FlowRule, type FlowSummary, summarizeFlows } from './reserves-flows.ts';
import { commitmentDigest, drawMoment, roundAt } from './reserves-moment.ts';
import {
  addressKey,
  type ChainBlock,
  type HeldAddress,
  type HeldTotals,
  parseReserves,
  type ReservesStatement,
  totalsOf,
} from './reserves-statement.ts';

/** A block as the verifier's own node sees it, with the time of the one after it. */
export type SeenBlock = ChainBlock & { readonly at: string; readonly nextAt: string };

export type ReservesExpects = {
  readonly exchange: string;
  readonly epoch: string;
  /** The commitment in the log: its digest, and a time at which it verifiably stood there (a witness cosigned). */
  readonly committed: { readonly digest: Uint8Array; readonly by: string } | null;
  /** The beacon's round, looked up at the beacon: 32 bytes, and when it came out. */
  readonly beacon: { readonly bytes: Uint8Array; readonly at: string } | null;
  readonly blocks: readonly SeenBlock[] | null;
  /** Balance of an address at the statement's block, smallest units; null when the node cannot tell. */
  readonly balanceOf: ((chain: string, address: string) => bigint | null) | null;
  readonly flowRule?: FlowRule;
};

export type ReservesReport = {
  readonly statement: ReservesStatement;
  readonly checks: readonly Check[];
  /** By signatures that verify; amounts whose signature does not verify count as unproved. */
  readonly proved: HeldTotals;
  /** Addresses whose signature does not verify, or that have none. */
  readonly withoutSignature: readonly string[];
  readonly flows: FlowSummary;
};

/**
 * Verifies the statement in `text` against what the caller knows. Checks that fail are in the list, not thrown.
 * Throws `bad-reserves`, `bad-json` or `too-large` for a text that is no statement.
 */
export function verifyReserves(
  text: string,
  expects: ReservesExpects,
  sha256: Sha256 = plainSha256,
): ReservesReport {
  const statement = parseReserves(text);
  const bad = statement.addresses.filter((held) => held.control !== null && !isSigned(statement, held));
  const badKeys = new Set(bad.map(({ chain, address }) => `${chain} ${address}`));
  const proved = totalsOf({
    addresses: statement.addresses.map((held) =>
      badKeys.has(`${held.chain} ${held.address}`) ? { ...held, control: null } : held,
    ),
    custodians: statement.custodians,
  });
  const { signed, attested, unproved } = proved;
  const held = signed + attested + unproved;
  const flows = summarizeFlows(statement.flows, statement.at, held, expects.flowRule ?? FLOW_RULE);
  const without = statement.addresses.filter(
    ({ chain, address, control }) => control === null || badKeys.has(`${chain} ${address}`),
  );
  return {
    statement,
    proved,
    withoutSignature: without.map(({ address }) => address),
    flows,
    checks: [
      aboutCheck(statement, expects),
      committedCheck(statement, expects, sha256),
      unforeseenCheck(statement, expects),
      momentCheck(statement, expects, sha256),
      blocksCheck(statement, expects),
      checked(
        'signatures',
        SAYS.signatures,
        bad.map(({ address }) => `the signature of ${address} does not verify`),
      ),
      totalsCheck(statement),
      balancesCheck(statement, expects),
      flowsCheck(flows),
    ],
  };
}

/** One address that two firms claim as their own. */
export type DoubleClaim = {
  readonly address: string;
  readonly claims: readonly [Claim, Claim];
  /** Both sides hold the key: it was lent, or shared. Otherwise one of them may simply be lying. */
  readonly areBothSigned: boolean;
};
export type Claim = {
  readonly exchange: string;
  readonly epoch: string;
  readonly asset: string;
  readonly chain: string;
  readonly amount: bigint;
  readonly isSigned: boolean;
};

/**
 * Addresses that appear in statements of different exchanges, whatever epoch, asset and chain: every pair is a finding.
 * Signatures are verified here. Statements of one exchange are not compared with each other.
 */
export function crossCheck(statements: readonly ReservesStatement[]): DoubleClaim[] {
  const claimed = new Map<string, Holder[]>();
  const found: DoubleClaim[] = [];
  for (const statement of statements)
    for (const held of statement.addresses) {
      const key = addressKey(held.address);
      const earlier = claimed.get(key);
      const one = { statement, held };
      if (earlier === undefined) {
        claimed.set(key, [one]);
        continue;
      }
      for (const other of earlier)
        if (other.statement.exchange !== statement.exchange) found.push(doubleClaim(other, one));
      earlier.push(one);
    }
  return found;
}

type Holder = { readonly statement: ReservesStatement; readonly held: HeldAddress };

function doubleClaim(a: Holder, b: Holder): DoubleClaim {
  const [first, second] = [claimOf(a), claimOf(b)];
  return {
    address: a.held.address,
    claims: [first, second],
    areBothSigned: first.isSigned && second.isSigned,
  };
}

function claimOf({ statement, held }: Holder): Claim {
  const { exchange, epoch, asset } = statement;
  const { chain, amount } = held;
  return { exchange, epoch, asset, chain, amount, isSigned: isSigned(statement, held) };
}

/** The text that the holder of `address` signs for this statement. Null when the statement names no block of the chain. */
export function controlTextOf(
  { exchange, epoch, blocks }: Pick<ReservesStatement, 'exchange' | 'epoch' | 'blocks'>,
  chain: string,
  address: string,
): string | null {
  const block = blocks.find((candidate) => candidate.chain === chain);
  return block === undefined ? null : controlText({ exchange, epoch, chain, blockHash: block.hash, address });
}

function isSigned(statement: ReservesStatement, { chain, address, control }: HeldAddress): boolean {
  const text = controlTextOf(statement, chain, address);
  return (
    control !== null && text !== null && isControlProved(control.scheme, address, text, control.signature)
  );
}

function aboutCheck({ exchange, epoch }: ReservesStatement, expects: ReservesExpects): Check {
  const problems = [];
  if (exchange !== expects.exchange) problems.push(`it is about the exchange ${exchange}`);
  if (epoch !== expects.epoch) problems.push(`it is about the epoch ${epoch}`);
  return checked('about', SAYS.about, problems);
}

function committedCheck(
  { commitment }: ReservesStatement,
  { committed }: ReservesExpects,
  sha256: Sha256,
): Check {
  if (committed === null)
    return unchecked('committed', SAYS.committed, 'needs the commitment from the log, with a witnessed time');
  const problems = [];
  if (!equalBytes(commitmentDigest(commitment, sha256), committed.digest))
    problems.push('the log holds another commitment');
  // Later than the window's begin, a firm could pick a window that it knows to be good.
  if (committed.by >= commitment.from)
    problems.push(`it stood in the log by ${committed.by}, after the window began at ${commitment.from}`);
  return checked('committed', SAYS.committed, problems);
}

function unforeseenCheck({ commitment }: ReservesStatement, { committed, beacon }: ReservesExpects): Check {
  const at = roundAt(commitment.beacon) ?? beacon?.at ?? null;
  if (at === null) return unchecked('unforeseen', SAYS.unforeseen, 'needs the time of the beacon’s block');
  const problems = [];
  if (at < commitment.to)
    problems.push(`the beacon came out at ${at}, before the window ended at ${commitment.to}`);
  if (committed !== null && committed.by >= at)
    problems.push(`the commitment stood in the log by ${committed.by}, after the beacon came out at ${at}`);
  return checked('unforeseen', SAYS.unforeseen, problems);
}

function momentCheck(statement: ReservesStatement, { beacon }: ReservesExpects, sha256: Sha256): Check {
  const { commitment, at } = statement;
  const drawn = drawMoment(commitment, statement.beacon, sha256);
  const problems = [];
  if (drawn !== at) problems.push(`the beacon draws ${drawn}, and the snapshot is of ${at}`);
  if (beacon !== null && !equalBytes(beacon.bytes, statement.beacon))
    problems.push('the beacon gave other bytes');
  // A wrong draw is wrong whatever the beacon said; a right one is worth as much as the bytes it is from.
  return beacon === null && problems.length === 0
    ? unchecked('moment', SAYS.moment, 'the draw is right for the stated bytes; look these up at the beacon')
    : checked('moment', SAYS.moment, problems);
}

function blocksCheck({ at, blocks }: ReservesStatement, expects: ReservesExpects): Check {
  if (blocks.length === 0) return checked('blocks', SAYS.blocks, []);
  if (expects.blocks === null)
    return unchecked('blocks', SAYS.blocks, 'needs the blocks from a node of your own');
  const seen = expects.blocks;
  const problems = blocks.flatMap(({ chain, height, hash }) => {
    const own = seen.find((candidate) => candidate.chain === chain && candidate.height === height);
    if (own === undefined) return [`${chain}: no block ${height} was given to compare with`];
    if (own.hash !== hash) return [`${chain}: block ${height} has the hash ${own.hash}`];
    const isLast = own.at <= at && at < own.nextAt;
    return isLast ? [] : [`${chain}: block ${height} of ${own.at} is not the last one before ${at}`];
  });
  return checked('blocks', SAYS.blocks, problems);
}

function totalsCheck(statement: ReservesStatement): Check {
  const sums = totalsOf(statement);
  const problems = (['signed', 'attested', 'unproved'] as const)
    .filter((kind) => sums[kind] !== statement.totals[kind])
    .map((kind) => `${kind} adds up to ${sums[kind]}, not ${statement.totals[kind]}`);
  return checked('totals', SAYS.totals, problems);
}

function balancesCheck({ addresses }: ReservesStatement, { balanceOf }: ReservesExpects): Check {
  if (addresses.length === 0) return checked('balances', SAYS.balances, []);
  if (balanceOf === null)
    return unchecked('balances', SAYS.balances, 'needs the balances at those blocks from a node of your own');
  const compared = addresses.map(({ chain, address, amount }) => {
    const own = balanceOf(chain, address);
    return { address, own, isShort: own !== null && own < amount, amount };
  });
  const short = compared.filter(({ isShort }) => isShort);
  const unknown = compared.filter(({ own }) => own === null);
  if (short.length === 0 && unknown.length > 0)
    return unchecked('balances', SAYS.balances, `the node could not tell for ${unknown.length} addresses`);
  const problems = short.map(({ address, own, amount }) => `${address} holds ${own}, not ${amount}`);
  return checked('balances', SAYS.balances, problems);
}

function flowsCheck({ inThenOut }: FlowSummary): Check {
  const problems = inThenOut.map(({ counterparty, cameIn, wentOut, ofHeldBps }) => {
    const who = counterparty ?? 'an unknown side';
    return `${cameIn} came from ${who} before the moment (${ofHeldBps} bps of what is held) and ${wentOut} went back after it`;
  });
  return checked('flows', SAYS.flows, problems);
}

const SAYS = {
  about: {
    en: 'The statement is of this exchange and epoch.',
    ja: 'この取引所・この基準期の開示である。',
  },
  committed: {
    en: 'The window and the beacon stood in the log before the window began.',
    ja: '期間と乱数源は、期間の開始前にログへ記録されていた。',
  },
  unforeseen: {
    en: 'Nobody could know the moment before it was past.',
    ja: '基準時点は、過ぎるまで誰にも予測できなかった。',
  },
  moment: {
    en: 'The moment is the one that the beacon draws.',
    ja: '基準時点は、公開乱数から定まるものと一致する。',
  },
  blocks: {
    en: 'Balances are of the last block before the moment, on every chain.',
    ja: '残高は、各チェーンで基準時点直前のブロックのものである。',
  },
  signatures: {
    en: 'Every signature was made with the key of its address, for this exchange, epoch and block.',
    ja: '署名はすべて当該アドレスの鍵により、この取引所・基準期・ブロックに対してなされている。',
  },
  totals: { en: 'The amounts add up to the stated totals.', ja: '内訳の合計は記載の合計と一致する。' },
  balances: {
    en: 'The addresses hold at least what is stated.',
    ja: '各アドレスは記載額以上を保有している。',
  },
  flows: {
    en: 'No large amount came shortly before the moment and went back shortly after.',
    ja: '基準時点の直前に入り直後に戻った多額の資金はない。',
  },
} as const satisfies Record<string, Said>;
