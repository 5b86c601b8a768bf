/**
 * Chain readings on their way into the log: a snapshot, or a dispute that names the nodes. And the look back: a snapshot
 * whose block is no longer of the chain is voided before anybody relies on it again.
 */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Held } from '@sonae/core/nouns/reserves/facts/holdings.ts';
import type { Holdings } from '@sonae/core/nouns/reserves/views/holdings.ts';
import type { BlockCheck, BlockName, Dispute } from '../connectors/evm-balances/evm-balances.ts';

const NODE = { id: 'system:reserves', kind: 'system' } as const;

export type ChainReading = {
  readonly block: BlockName;
  readonly rpcs: readonly string[];
  readonly positions: readonly (Omit<Held, 'amount'> & {
    readonly address: string;
    readonly amount: bigint;
  })[];
};

/** @param atMs what the reading is as of: the block's own time, or when the nodes were asked */
export function takeHoldings(
  app: App,
  source: string,
  reading: ChainReading | Dispute,
  atMs: number,
): Promise<Outcome> {
  if ('disputed' in reading) {
    const input = { source, what: reading.disputed.slice(0, 200), hosts: [...reading.hosts].slice(0, 20) };
    return app.submit({ command: 'reserves.RecordDispute', input, actor: NODE });
  }
  const { block, rpcs } = reading;
  const positions = reading.positions.map(({ amount, ...one }) => ({ ...one, amount: amount.toString() }));
  const provenance = { rpcs: [...rpcs], block: { ...block }, statement: null };
  const input = { source, asOf: isoTime(atMs), provenance, positions };
  return app.submit({ command: 'reserves.RecordHoldings', input, actor: NODE });
}

/** Looks at the block of the newest snapshot of a source again. Null where there is nothing to do. */
export async function lookBack(
  app: App,
  source: string,
  check: (block: BlockName) => Promise<BlockCheck>,
): Promise<Outcome | null> {
  const text = await app.ports.store.view('reserves.holdings', 'all');
  const snapshots = text === undefined ? [] : (JSON.parse(text) as Holdings).snapshots;
  const newest = snapshots.find((one) => one.source === source);
  if (newest === undefined || newest.problem === 'void' || newest.provenance.block === null) return null;
  const found = await check(newest.provenance.block);
  if ('disputed' in found) return takeHoldings(app, source, found, app.ports.clock.now());
  if (found.same) return null;
  const input = { source, snapshot: newest.id, is: found.is };
  return app.submit({ command: 'reserves.VoidSnapshot', input, actor: NODE });
}
