/** Sets the demonstration up: a local chain with contracts, a founded firm, and the target that acts on that chain. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '@sonae/core/app/handle.ts';
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import type { CarriedApproval, Order, Target } from '@sonae/core/ports/target.ts';
import { type Address, keccak256, type LocalAccount, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { type DemoChain, deployDemoChain } from '../connectors/evm/demo-chain.ts';
import { type LocalEvm, startLocalEvm } from '../connectors/evm/local-evm.ts';
import { evmTarget } from '../powers/connections.ts';
import type { FindTarget } from '../powers/executor.ts';
import {
  DEMO_LARGE_QUORUM,
  DEMO_QUORUM,
  type DemoSigners,
  demoCharter,
  demoFounding,
  demoSigners,
} from './firm.ts';

/** Nobody's: chosen so that no wallet takes it for a real chain. */
export const DEMO_CHAIN_ID = 731_337;
const HOUR_SECONDS = 3_600;
const RICH_WEI = toHex(10n ** 22n);
const POLL_MS = 50;

export type Demonstration = {
  readonly signers: DemoSigners;
  readonly find: FindTarget;
  readonly evm: LocalEvm;
  readonly contracts: DemoChain;
  stop(): Promise<void>;
};

/** The seed of the demonstration's keys: made once per data directory, marked for what it is. */
function seedOf(dir: string): string {
  const path = join(dir, 'demonstration-signers.json');
  if (!existsSync(path)) {
    const warning = 'DEMONSTRATION ONLY: whoever reads this file can sign for every demonstration person';
    writeFileSync(path, `${JSON.stringify({ warning, seed: randomBytes(32).toString('hex') })}\n`, {
      mode: 0o600,
    });
  }
  return (JSON.parse(readFileSync(path, 'utf8')) as { seed: string }).seed;
}

/**
 * Starts the chain at the log's time and founds the firm if nobody has. The contracts' addresses follow from the
 * deployer's key and the order of deployment, so a chain that was lost comes back under the same addresses.
 */
export async function startDemonstration(app: App, dir: string, asset: string): Promise<Demonstration> {
  const signers = demoSigners(seedOf(dir));
  const { clock } = app.ports;
  const stateFile = join(dir, 'demonstration-chain.json');
  const isKept = existsSync(stateFile);
  const evm = await startLocalEvm({ chainId: DEMO_CHAIN_ID, timestampMs: clock.now(), stateFile });
  try {
    const account = (of: string) => privateKeyToAccount(keccak256(toHex(`demonstration ${of}`)));
    const [deployer, relayer] = [account('deployer'), account('relayer')];
    for (const { address } of [deployer, relayer]) await evm.request('anvil_setBalance', [address, RICH_WEI]);
    const wallets = Object.values(signers.wallets).flatMap(({ credential }) =>
      credential.kind === 'evm' ? [credential.address as `0x${string}`] : [],
    );
    const contractsFile = join(dir, 'demonstration-contracts.json');
    const contracts =
      isKept && existsSync(contractsFile)
        ? (JSON.parse(readFileSync(contractsFile, 'utf8')) as DemoChain)
        : await deploy(evm, deployer, wallets);
    writeFileSync(contractsFile, `${JSON.stringify(contracts)}\n`);
    await foundDemonstration(app, asset, signers, contracts);
    const { serves, target } = await evmTarget({
      chainId: DEMO_CHAIN_ID,
      rpcUrls: [evm.rpcUrl],
      confirmations: 1,
      relayer,
      waitMs: 5 * SECOND_MS,
      pollMs: POLL_MS,
    });
    const timed = atLogTime(target, evm, () => clock.now());
    return { signers, evm, contracts, find: (act) => (serves(act) ? timed : null), stop: () => evm.stop() };
  } catch (error) {
    await evm.stop();
    throw error;
  }
}

function deploy(evm: LocalEvm, deployer: LocalAccount, guardians: readonly Address[]): Promise<DemoChain> {
  return deployDemoChain({
    rpcUrl: evm.rpcUrl,
    chainId: DEMO_CHAIN_ID,
    deployer,
    guardians,
    quorum: DEMO_QUORUM,
    largeQuorum: DEMO_LARGE_QUORUM,
    timing: {
      delaySeconds: HOUR_SECONDS,
      maxStopSeconds: 72 * HOUR_SECONDS,
      windowSeconds: 30 * 24 * HOUR_SECONDS,
      capSeconds: 10 * 24 * HOUR_SECONDS,
    },
  });
}

/** Founds the demonstration's firm unless a firm was founded already. */
async function foundDemonstration(
  app: App,
  asset: string,
  signers: DemoSigners,
  contracts: DemoChain,
): Promise<void> {
  const people = await app.ports.store.view('people.register', 'all');
  if (people !== undefined && (JSON.parse(people) as People).founding !== '') return;
  const charter = demoCharter(app.ports.signer.origin, asset, signers, { chainId: DEMO_CHAIN_ID, contracts });
  const outcome = await app.submit({
    command: 'authority.Found',
    input: demoFounding(charter, signers),
    actor: { id: 'demonstration', kind: 'operator' },
  });
  if (outcome.status === 'refused') throw new Error(`the demonstration was not founded: ${outcome.message}`);
}

/** The chain's time is the log's: before anything is asked of it, it is moved there. */
function atLogTime(target: Target, evm: LocalEvm, now: () => number): Target {
  const moved = async <T>(work: () => Promise<T>): Promise<T> => {
    await evm.setTime(now());
    return work();
  };
  return {
    kind: target.kind,
    rehearse: (order) => moved(() => target.rehearse(order)),
    perform: (order) => moved(() => target.perform(order)),
    observe: (order) => moved(() => target.observe(order)),
    ...(target.strike === undefined
      ? {}
      : {
          strike: (order: Order, by: CarriedApproval) =>
            moved(() => target.strike?.(order, by) ?? target.perform(order)),
        }),
    ...(target.release === undefined
      ? {}
      : { release: (order: Order) => moved(() => target.release?.(order) ?? target.perform(order)) }),
  };
}
