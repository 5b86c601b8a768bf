/** Reading what chains say of the Safes of the inventory, and handing it to the log, which keeps only what changed. */
import type { App } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import { safeWallets } from '@sonae/core/nouns/custody/controls/safes.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Address } from 'viem';
import { readEvmSafes } from '../connectors/evm-safes/evm-safes.ts';
import type { WatchedChain } from '../reserves/reserves-config.ts';
import { addressesOn, inventoryOf } from '../reserves/watched-chain.ts';
import { recordDispute } from './watch-movements.ts';

const KEEPER = { id: 'system:custody', kind: 'system' } as const;

/**
 * One reading of every Safe on a chain. Nodes that tell different stories are a dispute of the source, and nothing counts
 * as read. Throws `server.unreachable` where too few nodes answer.
 */
export async function readSafes(app: App, chain: WatchedChain): Promise<void> {
  if (chain.kind !== 'evm') return;
  const declared = new Set(
    safeWallets(await inventoryOf(app)).flatMap(({ wallet }) =>
      wallet.chain === chain.chain && wallet.chainId === chain.chainId ? [wallet.id] : [],
    ),
  );
  if (declared.size === 0) return;
  const addresses = (await addressesOn(app, chain.chain))
    .filter(({ wallet }) => declared.has(wallet))
    .map(({ address }) => address as Address);
  if (addresses.length === 0) return;
  const read = await readEvmSafes(chain, addresses);
  if ('disputed' in read) {
    await recordDispute(app, chain, read);
    return;
  }
  const { block, safes } = read;
  const at = isoTime(Math.min(read.atMs, app.ports.clock.now()));
  const input = { source: chain.source, chain: chain.chain, block, at, safes };
  const outcome = await app.submit({
    command: 'custody.RecordSafes',
    input: input as unknown as JsonValue,
    actor: KEEPER,
  });
  if (outcome.status === 'done') return;
  throw new FaultError('store.unavailable', `the log refused: ${outcome.message}`, 'see custody.RecordSafes');
}
