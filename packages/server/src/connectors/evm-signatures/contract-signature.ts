/**
 * Whether a contract (a Safe, another smart account) accepts a signature over a text, as its chain says it at the newest
 * block that all nodes have and, live, call final: `isValidSignature` of EIP-1271, asked of two nodes at least, which must
 * agree. It is the chain's word at that block and no more: nobody can compute it again without a node.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { personalDigest } from '@sonae/proof/reserves-control';
import { BaseError, encodeFunctionData, type Hex, type PublicClient, parseAbi, toHex } from 'viem';
import { type Asked, shortWords } from '../evm/rpc-pool.ts';
import {
  agreedHead,
  type BlockName,
  type EvmBalancesConfig,
  openNodes,
} from '../evm-balances/evm-balances.ts';

/** Why it is not believed that the contract accepts the signature. */
export type ContractRefusal =
  | 'not-hex'
  /** Nodes stand on different chains, have different blocks, or answer differently. */
  | 'disputed'
  /** A node did not answer, or not in time. */
  | 'node-silent'
  | 'no-code'
  | 'reverted'
  /** Another answer than the magic value. */
  | 'not-accepted';

export type ContractReading =
  | { readonly block: BlockName & { readonly hash: Hex }; readonly rpcs: readonly string[] }
  | { readonly refused: ContractRefusal; readonly message: string };

const EIP1271 = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)']);
/** The selector of EIP-1271 in a word: the only answer that is a yes. */
const MAGIC_WORD = `0x1626ba7e${'00'.repeat(28)}`;
/** JSON-RPC code of a call that was executed and reverted (EIP-1474 has none; all common nodes send 3). */
const REVERTED_CODE = 3;

export type Verdict = 'accepted' | 'no-code' | 'reverted' | 'not-accepted';
export type Question = { readonly address: string; readonly text: string; readonly signature: string };

const MEANS: Readonly<Record<Exclude<Verdict, 'accepted'>, string>> = {
  'no-code': 'there is no contract at the address',
  reverted: 'the contract reverted: a signature is wrong, missing or not in the order that it needs',
  'not-accepted': 'the contract did not answer with 0x1626ba7e',
};

/**
 * Asks every configured node at one block. Throws `input.invalid` for fewer than two different nodes.
 * @param signature 0x and hex; `0x` alone asks for a message that owners approved on chain
 */
export async function readContractSignature(
  config: EvmBalancesConfig,
  address: string,
  text: string,
  signature: string,
): Promise<ContractReading> {
  if (!/^0x([0-9a-f]{2})*$/.test(signature))
    return { refused: 'not-hex', message: 'the signature of a contract is 0x and hex' };
  const pool = openNodes(config);
  const head = await agreedHead(pool, config).catch(silence);
  if ('refused' in head) return head;
  if ('disputed' in head)
    return { refused: 'disputed', message: `${head.disputed} ${head.hosts.join(', ')}`.trim() };
  const { height, hash } = head;
  const question = { address, text, signature };
  const asked = await pool.each((client) => askContract(client, question, hash));
  return judge(asked, { height, hash });
}

/** All nodes that are configured have to answer, and alike: two of three are no answer about money. */
function judge(asked: readonly Asked<Verdict>[], block: BlockName & { hash: Hex }): ContractReading {
  const silent = asked.flatMap((one) => (one.answered ? [] : [`${one.host}: ${one.why}`]));
  if (silent.length > 0) return { refused: 'node-silent', message: silent.join('; ') };
  const answers = asked.flatMap((one) => (one.answered ? [{ host: one.host, verdict: one.value }] : []));
  const verdicts = new Set(answers.map(({ verdict }) => verdict));
  const at = `at block ${block.height}`;
  if (verdicts.size !== 1) {
    const told = answers.map(({ host, verdict }) => `${host} says ${verdict}`).join(', ');
    return { refused: 'disputed', message: `nodes disagree ${at}: ${told}` };
  }
  const [verdict] = verdicts as Set<Verdict>;
  if (verdict === undefined || verdict !== 'accepted') {
    const refused = verdict ?? 'not-accepted';
    return { refused, message: `${MEANS[refused]} ${at}` };
  }
  return { block, rpcs: answers.map(({ host }) => host) };
}

/**
 * What one node answers at a block, pinned to the block's hash: a node that has reorganised meanwhile, or does not have the
 * block, refuses instead of answering about another one. Throws what viem throws where the node cannot answer.
 */
export async function askContract(
  client: PublicClient,
  { address, text, signature }: Question,
  blockHash: string,
): Promise<Verdict> {
  const pin = { blockHash, requireCanonical: true } as unknown as Hex;
  const to = address as Hex;
  const data = encodeFunctionData({
    abi: EIP1271,
    functionName: 'isValidSignature',
    args: [toHex(personalDigest(text)), signature as Hex],
  });
  const code = await client.request({ method: 'eth_getCode', params: [to, pin] });
  if (/^0x0*$/.test(code)) return 'no-code';
  try {
    const word = await client.request({ method: 'eth_call', params: [{ to, data }, pin] });
    return word.toLowerCase() === MAGIC_WORD ? 'accepted' : 'not-accepted';
  } catch (error) {
    if (isRevert(error)) return 'reverted';
    throw error;
  }
}

/** The contract said no; anything else is a node that could not answer. */
function isRevert(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  const coded = error.walk((one) => (one as { code?: unknown }).code === REVERTED_CODE);
  return coded !== null || /^(execution reverted|VM Exception.*revert)/i.test(shortWords(error));
}

function silence(error: unknown): { refused: 'node-silent'; message: string } {
  if (error instanceof FaultError && error.fault.code === 'server.unreachable')
    return { refused: 'node-silent', message: error.fault.message };
  throw error;
}
