/**
 * Reading chains for what left our wallets: from the block that was read last to the newest, never past one. What is found
 * and how far was read go into the log together; there each movement is held against what was approved.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import { withdrawalDigest } from '@sonae/core/nouns/custody/decisions/withdrawal.ts';
import type { Payment } from '@sonae/core/nouns/custody/facts/gate.ts';
import { MOVEMENTS_PER_COMMAND_MAX, type Movement } from '@sonae/core/nouns/custody/facts/transfers.ts';
import { type Answered, answerKey, paymentKey } from '@sonae/core/nouns/custody/views/gate.ts';
import type { ChainCursors } from '@sonae/core/nouns/custody/views/transfers.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Address } from 'viem';
import {
  BITCOIN_BLOCKS_MAX,
  bitcoinHead,
  readBitcoinMovements,
} from '../connectors/bitcoin-movements/bitcoin-movements.ts';
import type { BlockName, Dispute } from '../connectors/evm-balances/evm-balances.ts';
import { BLOCKS_MAX, evmHead, readEvmMovements } from '../connectors/evm-movements/evm-movements.ts';
import type { WatchedChain } from '../reserves/reserves-config.ts';
import { takeHoldings } from '../reserves/take-holdings.ts';
import { addressesOn, checkBlock } from '../reserves/watched-chain.ts';

const KEEPER = { id: 'system:custody', kind: 'system' } as const;
/** So much is read again when the last block that was read is no longer of the chain. */
const READ_AGAIN = { evm: 64, bitcoin: 6 };
/** Readings in a row, so that who was away for long catches up without holding up anything else. */
const READINGS_AT_ONCE = 20;
/** What a fact can hold; no asset has more. */
const AMOUNT_MAX = 10n ** 39n - 1n;

/** Reads a chain up to its newest block. Throws `server.unreachable` where too few nodes answer. */
export async function readMovements(app: App, chain: WatchedChain): Promise<void> {
  const addresses = (await addressesOn(app, chain.chain)).map(({ address }) => address);
  if (addresses.length === 0) return;
  const cursors = await cursorsOf(app);
  const known = cursors?.sources[chain.source] ?? cursors?.started[chain.source];
  if (known === undefined || cursors?.stopped[chain.source] !== undefined)
    await app.submit({
      command: 'custody.StartScanning',
      input: { source: chain.source, chain: chain.chain },
      actor: KEEPER,
    });
  const head = await headOf(chain);
  if ('disputed' in head) {
    await recordDispute(app, chain, head);
    return;
  }
  let from = await firstUnread(app, chain, head);
  const most = chain.kind === 'evm' ? BLOCKS_MAX : BITCOIN_BLOCKS_MAX;
  for (let n = 0; n < READINGS_AT_ONCE && from !== null && from <= head.height; n += 1) {
    const to = Math.min(head.height, from + most - 1);
    const read = await readBlocks(chain, addresses, { from, to });
    if ('disputed' in read) {
      await recordDispute(app, chain, read);
      return;
    }
    await record(app, chain, { from, ...read });
    from = to + 1;
  }
}

/** Nodes that tell different stories: that is a finding of reserves, and nothing counts as read. */
export async function recordDispute(app: App, { source }: WatchedChain, dispute: Dispute): Promise<void> {
  const outcome = await takeHoldings(app, source, dispute, app.ports.clock.now());
  if (outcome.status === 'done') return;
  throw new FaultError('store.unavailable', `${dispute.disputed}; and: ${outcome.message}`, 'see the nodes');
}

const headOf = (chain: WatchedChain): Promise<BlockName | Dispute> =>
  chain.kind === 'evm' ? evmHead(chain) : bitcoinHead(chain.nodes, chain.requestTimeoutMs);

async function cursorsOf(app: App): Promise<ChainCursors | undefined> {
  const text = await app.ports.store.view('custody.chain-cursors', 'all');
  return text === undefined ? undefined : (JSON.parse(text) as ChainCursors);
}

/** Height to go on from; null while nodes do not agree where that is. */
async function firstUnread(app: App, chain: WatchedChain, head: BlockName): Promise<number | null> {
  const last = (await cursorsOf(app))?.sources[chain.source];
  if (last === undefined || last.chain !== chain.chain) return head.height;
  const stands = await checkBlock(chain, { height: last.toHeight, hash: last.hash });
  if ('disputed' in stands) {
    await recordDispute(app, chain, stands);
    return null;
  }
  return stands.same ? last.toHeight + 1 : Math.max(0, last.toHeight + 1 - READ_AGAIN[chain.kind]);
}

type Reported = Movement & { readonly customer: string | null };
type Found = { readonly to: BlockName; readonly balanced: boolean; readonly movements: readonly Reported[] };

async function readBlocks(
  chain: WatchedChain,
  addresses: readonly string[],
  range: { readonly from: number; readonly to: number },
): Promise<Found | Dispute> {
  const unnamed = { chain: chain.chain, transfer: null, withdrawal: null, customer: null };
  if (chain.kind === 'bitcoin') {
    const read = await readBitcoinMovements(chain.nodes, addresses, range, chain.requestTimeoutMs);
    if ('disputed' in read) return read;
    const movements = read.movements.map(
      ({ amount, atMs, ...one }): Reported => ({
        ...{ ...unnamed, ...one, asset: chain.asset, amount: amountText(amount), at: isoTime(atMs) },
      }),
    );
    return { ...read, movements, balanced: true };
  }
  const assetOf = new Map(chain.assets.map(({ asset, contract }) => [contract?.toLowerCase() ?? '', asset]));
  const contracts = chain.assets.flatMap(({ contract }) => (contract === null ? [] : [contract as Address]));
  const ours = addresses.map((address) => address.toLowerCase() as Address);
  const read = await readEvmMovements(chain, ours, contracts, range);
  if ('disputed' in read) return read;
  const movements = read.movements.flatMap(({ contract, amount, atMs, ...one }): Reported[] => {
    const asset = assetOf.get(contract?.toLowerCase() ?? '');
    if (asset === undefined) return [];
    return [{ ...unnamed, ...one, asset, amount: amountText(amount), at: isoTime(atMs) }];
  });
  return { ...read, movements };
}

const amountText = (amount: bigint): string => String(amount > AMOUNT_MAX ? AMOUNT_MAX : amount);

async function record(app: App, chain: WatchedChain, found: Found & { from: number }): Promise<void> {
  const movements = await namedWithdrawals(app, found.movements);
  const { source } = chain;
  const { height, hash } = found.to;
  const read = {
    ...{ source, chain: chain.chain, fromHeight: found.from, toHeight: height, hash },
    balanced: found.balanced,
  };
  for (let n = 0; n === 0 || n < movements.length; n += MOVEMENTS_PER_COMMAND_MAX) {
    const some = movements.slice(n, n + MOVEMENTS_PER_COMMAND_MAX);
    const isLast = n + MOVEMENTS_PER_COMMAND_MAX >= movements.length;
    const input = { movements: some, read: isLast ? read : null } as unknown as JsonValue;
    const outcome = await app.submit({ command: 'custody.RecordOnChain', input, actor: KEEPER });
    if (outcome.status !== 'done')
      throw new FaultError('store.unavailable', `movements were refused: ${outcome.message}`, 'try again');
  }
}

type Announced = Pick<Payment, 'id' | 'customer'> & { readonly digest: string | null };

/** Each movement with the withdrawal that it pays, as the exchange announced it and the gate allowed it. */
async function namedWithdrawals(app: App, movements: readonly Reported[]): Promise<Reported[]> {
  const named: Reported[] = [];
  for (const [, some] of Map.groupBy(movements, ({ chain, transaction }) => paymentKey(chain, transaction))) {
    const left = await announcedFor(app, some[0] as Reported);
    const isOnlyOne = left.length === 1 && some.length === 1;
    for (const movement of some) {
      const { chain, asset, amount, to: destination } = movement;
      const at = left.findIndex(
        ({ id, customer, digest }) =>
          digest === withdrawalDigest({ id, customer, asset, amount, destination, chain }),
      );
      // One that was announced alone and is another is said to be that one: the finding then tells which.
      const own = at >= 0 ? left.splice(at, 1)[0] : isOnlyOne ? left[0] : undefined;
      named.push(own === undefined ? movement : { ...movement, withdrawal: own.id, customer: own.customer });
    }
  }
  return named;
}

/** Withdrawals that the transaction of a movement is said to pay, with the digest of what the gate answered. */
async function announcedFor(app: App, { chain, transaction }: Reported): Promise<Announced[]> {
  const text = await app.ports.store.view('custody.payments', paymentKey(chain, transaction));
  const announced = (text === undefined ? [] : JSON.parse(text)) as Pick<Payment, 'id' | 'customer'>[];
  return Promise.all(
    announced.map(async (one) => {
      const given = await app.ports.store.view('custody.gate-answer', answerKey(one.id));
      const answer = given === undefined ? null : (JSON.parse(given) as Answered | null);
      return { ...one, digest: answer?.digest ?? null };
    }),
  );
}
