/** Independent readers of one chain, asked side by side. */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Asked } from '../evm/rpc-pool.ts';
import { NODES_MIN } from '../evm-balances/evm-balances.ts';
import type { BitcoinReader } from './bitcoin-reader.ts';
import { type CoreNode, coreReader } from './core-reader.ts';
import { type EsploraNode, esploraReader } from './esplora-reader.ts';

export type BitcoinNode = CoreNode | EsploraNode;

/** Throws `input.invalid` for fewer than two different ones. */
export function openReaders(nodes: readonly BitcoinNode[], timeoutMs: number): BitcoinReader[] {
  if (new Set(nodes.map(({ url }) => url)).size < NODES_MIN)
    throw new FaultError(
      'input.invalid',
      `nodes: ${NODES_MIN} different ones are needed`,
      'name another operator’s node',
    );
  return nodes.map((node) =>
    node.kind === 'core' ? coreReader(node, timeoutMs) : esploraReader(node.url, timeoutMs),
  );
}

/** What each reader answers; a failure is told in words that quote no address with its key. */
export function each<T>(
  readers: readonly BitcoinReader[],
  ask: (reader: BitcoinReader) => Promise<T>,
): Promise<Asked<T>[]> {
  return Promise.all(
    readers.map(async (reader): Promise<Asked<T>> => {
      try {
        return { host: reader.host, answered: true, value: await ask(reader) };
      } catch (error) {
        // Messages of fetch may quote the address with its key; those written here do not.
        const why =
          error instanceof TypeError && error.message.length < 120 ? error.message : 'no usable answer';
        return { host: reader.host, answered: false, why: why.replaceAll(/https?:\/\/\S+/g, '(address)') };
      }
    }),
  );
}
