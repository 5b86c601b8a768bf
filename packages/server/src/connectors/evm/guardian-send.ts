/**
 * One prepared call of a guardian contract on its way: simulated first, so that a refusal costs no gas and has words,
 * then relayed with the relayer's gas and told truly.
 */
import type { Performed } from '@sonae/core/ports/target.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Address, Hex, TransactionReceipt } from 'viem';
import { refusalOf } from './guardian-reads.ts';
import { type Relayed, type Relayer, type RelayerConfig, relayProblem } from './relayer.ts';
import type { RpcPool, RpcPoolConfig } from './rpc-pool.ts';

export type EvmTargetConfig = RpcPoolConfig & RelayerConfig;

/** Everything a performing step needs. */
export type Bench = { readonly pool: RpcPool; readonly relayer: Relayer; readonly config: EvmTargetConfig };

export type PreparedCall = { readonly data: Hex; readonly simulate: () => Promise<unknown> };

/** `raced`: not ours was mined, or the chain moved between simulation and transaction: look again. */
export async function send(
  bench: Bench,
  to: Address,
  key: string,
  { data, simulate }: PreparedCall,
): Promise<Performed | 'raced'> {
  await simulate();
  let relayed: Relayed;
  try {
    relayed = await bench.relayer.relay({ key, to, data });
  } catch (error) {
    if (refusalOf(error) !== null) return 'raced';
    throw error;
  }
  if (relayed.state === 'overtaken') return 'raced';
  if (relayed.state === 'waiting') {
    const receipt = { transaction: relayed.hash, nonce: relayed.nonce };
    return { state: 'pending', receipt, retryAfterMs: bench.config.pollMs };
  }
  if (relayed.state !== 'mined') return failed(relayProblem(relayed), false);
  if (relayed.receipt.status === 'reverted') return 'raced';
  return { state: 'performed', receipt: receiptJson(relayed.receipt) };
}

function receiptJson(receipt: TransactionReceipt): JsonValue {
  return {
    transaction: receipt.transactionHash,
    block: Number(receipt.blockNumber),
    blockHash: receipt.blockHash,
    gasUsed: Number(receipt.gasUsed),
  };
}

export function failed(why: string, permanent: boolean): Performed {
  return { state: 'failed', why, permanent };
}
