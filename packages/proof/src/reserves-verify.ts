/**
 * Checks of a statement of reserves, and of two against each other. What the statement brings along is compared with what
 * the verifier knows from elsewhere: the commitment as the log holds it, the beacon, blocks and balances of a node of
 * their own. What is not given is not checked, and the answer says so.
 */
import { equalBytes } from './bytes.ts';
import { plainSha256, type Sha256 } from './merkle.ts';
import { bitcoinNetworkOf } from './reserves-bitcoin.ts';
import { type Check, checked, type Said, unchecked } from './reserves-check.ts';
import { CONTROL_PROBLEMS, type ControlProblem, controlProblem, controlText } from './reserves-control.ts';
import { FLOW_RULE, type FlowRule, type FlowSummary, summarizeFlows } from './reserves-flows.ts';
import { commitmentDigest, drawMoment, roundAt } from './reserves-moment.ts';
import {
  addressKey,
  type ChainBlock,
  type ContractControl,
  type HeldAddress,
  type HeldTotals,
  isSignedFor,
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
  /**
   * What a node of the verifier's own says of a contract: whether it accepts the signature of a text at a block (EIP-1271);
   * null when the node cannot tell. Absent: nobody was asked.
   */
  readonly contractAccepts?: ((asked: ContractQuestion) => boolean | null) | null;
  readonly flowRule?: FlowRule;
};

/** What `isValidSignature` of a contract is asked, at a block: the hash is `personalDigest` of the text. */
export type ContractQuestion = {
  readonly chain: string;
  readonly address: string;
  readonly text: string;
  readonly signature: string;
  readonly block: ContractControl['block'];
};

export type ReservesReport = {
  readonly statement: ReservesStatement;
  readonly checks: readonly Check[];
  /** By signatures that verify; amounts whose signature does not verify count as unproved. */
  readonly proved: HeldTotals;
  /** Addresses without a signature that verifies here: none, a wrong one, or one that only the chain can judge. */
  readonly withoutSignature: readonly string[];
  /** Part of `proved.unproved` of which the firm says that contracts accepted a signature on chain. */
  readonly saidOnChain: bigint;
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
  const judged = statement.addresses.map((held) => ({ held, problem: signatureProblem(statement, held) }));
  const isBad = (problem: ControlProblem | null): boolean => problem !== null && problem !== 'needs-chain';
  const proved = totalsOf({
    addresses: judged.map(({ held, problem }) => (isBad(problem) ? { ...held, control: null } : held)),
    custodians: statement.custodians,
  });
  const { signed, attested, unproved } = proved;
  const held = signed + attested + unproved;
  const flows = summarizeFlows(statement.flows, statement.at, held, expects.flowRule ?? FLOW_RULE);
  const without = judged.filter(({ held: one, problem }) => !isSignedFor(one) || problem !== null);
  const contracts = statement.addresses.filter(({ control }) => control?.scheme === 'eip-1271');
  return {
    statement,
    proved,
    withoutSignature: without.map(({ held: { address } }) => address),
    saidOnChain: contracts.reduce((total, { amount }) => total + amount, 0n),
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
        judged.flatMap(({ held: { address }, problem }) =>
          problem !== null && isBad(problem)
            ? [`the signature of ${address} does not verify: ${CONTROL_PROBLEMS[problem].en}`]
            : [],
        ),
      ),
      ...contractsCheck(statement, expects),
      totalsCheck(statement),
      balancesCheck(statement, expects),
      flowsCheck(flows),
    ],
  };
}

const MAX_CONTRACTS_NAMED = 20;

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
  const isSigned = isSignedFor(held) && signatureProblem(statement, held) === null;
  return { exchange, epoch, asset, chain, amount, isSigned };
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

/** What has to be asked of contracts, in the order of the statement, to check what it says that they accept. */
export function contractQuestions(statement: ReservesStatement): ContractQuestion[] {
  return statement.addresses.flatMap(({ chain, address, control }) => {
    const text = controlTextOf(statement, chain, address);
    if (control?.scheme !== 'eip-1271' || text === null) return [];
    return [{ chain, address, text, signature: control.signature, block: control.block }];
  });
}

/** Null: it verifies, or there is none. */
function signatureProblem(
  statement: ReservesStatement,
  { chain, address, control }: HeldAddress,
): ControlProblem | null {
  const text = controlTextOf(statement, chain, address);
  if (control === null || text === null) return null;
  const { scheme, signature } = control;
  const isOfBitcoin = scheme === 'bip-322' || scheme === 'bitcoin-message';
  const network = bitcoinNetworkOf(chain);
  // Version 1 did not say which network a chain is.
  if (isOfBitcoin && network === null && statement.format !== 'sonae/reserves/v1') return 'network';
  const asked = statement.format === 'sonae/reserves/v1' ? null : network;
  return controlProblem({ scheme, address, text, signature, network: asked });
}

/** Never held by the statement alone: what a contract accepted, only a node of the chain can see. */
function contractsCheck(statement: ReservesStatement, { contractAccepts }: ReservesExpects): Check[] {
  const answers = contractQuestions(statement).map((asked) => {
    const { chain, address, block } = asked;
    const accepts = contractAccepts?.(asked) ?? null;
    return { address, accepts, at: `${chain} at block ${block.height} (${block.hash})` };
  });
  if (answers.length === 0) return [];
  const denied = answers.filter(({ accepts }) => accepts === false);
  const open = answers.filter(({ accepts }) => accepts === null);
  if (denied.length > 0 || open.length === 0) {
    const problems = denied.map(({ address, at }) => `${address} does not accept its signature on ${at}`);
    return [checked('contracts', SAYS.contracts, problems)];
  }
  const shown = open.slice(0, MAX_CONTRACTS_NAMED).map(({ address, at }) => `${address} on ${at}`);
  const more = open.length > shown.length ? ` and ${open.length - shown.length} more` : '';
  const told = `checked on chain by the firm, not recomputable offline: ${shown.join('; ')}${more}`;
  return [unchecked('contracts', SAYS.contracts, told)];
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
  contracts: {
    en: 'Contracts accept the signatures of their owners on chain; the firm looked, and a node of the chain can look again.',
    ja: 'コントラクトは所有者の署名をチェーン上で受理する。事業者が確認したものであり、当該チェーンのノードがあれば再確認できる。',
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
