/**
 * Asking contracts again, through a node of the reader's own, whether they accept the signatures that a statement of reserves
 * says they accepted (EIP-1271). One node is enough here: whoever verifies trusts their own.
 */
import { parseReserves } from '@sonae/proof/reserves-statement';
import { type ContractQuestion, contractQuestions, type ReservesExpects } from '@sonae/proof/reserves-verify';
import { openRpcPool, type RpcPool } from '../connectors/evm/rpc-pool.ts';
import { askContract } from '../connectors/evm-signatures/contract-signature.ts';

const REQUEST_TIMEOUT_MS = 20_000;
/** Questions to one node under way at once. */
const AT_ONCE = 20;

export type ContractsAsked = {
  readonly accepts: NonNullable<ReservesExpects['contractAccepts']>;
  readonly stated: number;
  readonly acceptedAgain: number;
};

/**
 * @param texts statements of reserves
 * @param rpcs address of a node by the name of its chain in the statements; of other chains nothing is known
 * Throws `input.invalid` for what is no address.
 */
export async function askContracts(
  texts: readonly string[],
  rpcs: ReadonlyMap<string, string>,
): Promise<ContractsAsked> {
  const questions = texts.flatMap((text) => contractQuestions(parseReserves(text)));
  const pools = new Map(
    [...rpcs].map(([chain, url]) => [
      chain,
      openRpcPool({ chainId: 0, rpcUrls: [url], requestTimeoutMs: REQUEST_TIMEOUT_MS }),
    ]),
  );
  const answers = new Map<string, boolean | null>();
  for (let n = 0; n < questions.length; n += AT_ONCE)
    await Promise.all(
      questions.slice(n, n + AT_ONCE).map(async (question) => {
        answers.set(keyOf(question), await answerOf(pools.get(question.chain), question));
      }),
    );
  return {
    accepts: (question) => answers.get(keyOf(question)) ?? null,
    stated: questions.length,
    acceptedAgain: questions.filter((question) => answers.get(keyOf(question)) === true).length,
  };
}

const keyOf = ({ chain, address, text, signature, block }: ContractQuestion): string =>
  JSON.stringify([chain, address, text, signature, block.hash]);

/** Null: nobody to ask, or a node that cannot tell (it has not the block, or no longer its state). */
async function answerOf(pool: RpcPool | undefined, question: ContractQuestion): Promise<boolean | null> {
  if (pool === undefined) return null;
  const [asked] = await pool.each((client) => askContract(client, question, question.block.hash));
  return asked?.answered === true ? asked.value === 'accepted' : null;
}
