/** The systems that this node can act on, from configuration; each is loaded only when configured. */
import { readFileSync } from 'node:fs';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { CarriedApproval, Order, Rehearsal, Target } from '@sonae/core/ports/target.ts';
import type { Act } from '@sonae/proof/action';
import type { LocalAccount } from 'viem';
import type { ConnectionConfig } from '../config.ts';
import type { FindTarget } from './executor.ts';

/** 2,000 gwei: an emergency may cost, a mistake may not cost everything. */
const MAX_FEE_WEI = 2_000n * 10n ** 9n;

export type Connected = { readonly serves: (act: Act) => boolean; readonly target: Target };

/** @param now the clock that signed requests carry: wall time, also in a replay */
export async function connect(
  configs: readonly ConnectionConfig[],
  now: () => number = Date.now,
): Promise<FindTarget> {
  const connected: Connected[] = [];
  for (const config of configs) connected.push(...(await open(config, now)));
  return (act) => connected.find(({ serves }) => serves(act))?.target ?? null;
}

async function open(config: ConnectionConfig, now: () => number): Promise<Connected[]> {
  if (config.kind === 'evm') {
    const { chainId, rpcUrls, confirmations } = config;
    return [
      await evmTarget({ chainId, rpcUrls, confirmations, relayer: await relayerOf(config.relayerKeyFile) }),
    ];
  }
  if (config.kind === 'exchange') {
    const { createExchangeTarget } = await import('../connectors/exchange/exchange-target.ts');
    const serves = (act: Act): boolean => act.kind === 'exchange' && act.system === config.system;
    return [{ serves, target: createExchangeTarget(config, now) }];
  }
  if (config.kind === 'network') {
    const { createNetworkTarget } = await import('../connectors/network/network-target.ts');
    const serves = (act: Act): boolean => act.kind === 'network' && act.system === config.system;
    return [{ serves, target: createNetworkTarget(config, now) }];
  }
  const { createBitcoinTarget } = await import('../connectors/bitcoin/bitcoin-target.ts');
  const limits = {
    maxFeeSat: BigInt(config.maxFeeSat),
    maxFeeRateSatVb: config.maxFeeRateSatVb,
    maxTotalSat: BigInt(config.maxTotalSat),
  };
  const { network, coldAddresses, confirmations, broadcastUrl } = config;
  const target = createBitcoinTarget(
    {
      network,
      coldAddresses,
      limits,
      confirmations,
      ...(broadcastUrl === undefined ? {} : { broadcastUrl }),
    },
    now,
  );
  return [{ serves: (act) => act.kind === 'bitcoin.psbt' && act.network === network, target }];
}

async function relayerOf(path: string): Promise<LocalAccount> {
  const { privateKeyToAccount } = await import('viem/accounts');
  try {
    return privateKeyToAccount(readFileSync(path, 'utf8').trim() as `0x${string}`);
  } catch (error) {
    const message = `relayerKeyFile ${path} holds no private key`;
    throw new FaultError('input.unreadable', message, 'write 0x and 64 hex digits into it, mode 0600', error);
  }
}

export type EvmConnection = {
  readonly chainId: number;
  readonly rpcUrls: readonly string[];
  readonly confirmations: number;
  readonly relayer: LocalAccount;
  /** How long one try waits for a transaction to be mined, and how often it looks. */
  readonly waitMs?: number;
  readonly pollMs?: number;
};

/** Guardian contracts of one chain. */
export async function evmTarget(connection: EvmConnection): Promise<Connected> {
  const { createGuardianTarget } = await import('../connectors/evm/guardian-target.ts');
  const { waitMs = 20 * SECOND_MS, pollMs = SECOND_MS, ...rest } = connection;
  const guardian = createGuardianTarget({
    ...rest,
    requestTimeoutMs: 5 * SECOND_MS,
    waitMs,
    pollMs,
    fees: { bumpAfterMs: 15 * SECOND_MS, bumpPercent: 20, maxFeePerGasWei: MAX_FEE_WEI },
  });
  const target: Target = {
    ...guardian,
    rehearse: (order) => rehearse(guardian, connection, order),
    strike: ({ action: { act }, hash }: Order, by: CarriedApproval) =>
      act.kind === 'evm.guardian' && by.address !== null
        ? guardian.cancel(act.guardian, `0x${hash}`, by.address, by.signature)
        : Promise.resolve({
            state: 'failed',
            why: 'only a guardian’s wallet cancels on chain',
            permanent: true,
          }),
    release: ({ action: { act }, hash }: Order) =>
      act.kind === 'evm.guardian'
        ? guardian.lapse(act.guardian, `0x${hash}`)
        : Promise.resolve({ state: 'failed', why: 'not a stop of a guardian', permanent: true }),
  };
  const serves = (act: Act): boolean => act.kind === 'evm.guardian' && act.chainId === connection.chainId;
  return { serves, target };
}

/** Checked against the present state, then carried out and undone on a fork of the chain, where a local EVM is at hand. */
async function rehearse(guardian: Target, { rpcUrls }: EvmConnection, order: Order): Promise<Rehearsal> {
  const checked = await guardian.rehearse(order);
  const [rpcUrl] = rpcUrls;
  if (!checked.works || rpcUrl === undefined) return checked;
  const { findAnvil } = await import('../connectors/evm/local-evm.ts');
  try {
    findAnvil();
  } catch {
    return { works: true, shows: { checked: checked.shows, fork: 'no local EVM on this machine' } };
  }
  const { rehearseOnFork } = await import('../connectors/evm/guardian-rehearsal.ts');
  const forked = await rehearseOnFork(rpcUrl, order);
  return forked.works ? { works: true, shows: { checked: checked.shows, fork: forked.shows } } : forked;
}
