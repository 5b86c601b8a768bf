/**
 * The chain of the demonstration: two tokens, a price oracle and a redemption desk of our own, a TimeBoxedGuardian that
 * holds their emergency roles, and its switches. Needs built contracts (`node contracts/build.ts`).
 */
import { readFileSync } from 'node:fs';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import {
  type Abi,
  type Address,
  createPublicClient,
  createWalletClient,
  getAddress,
  type Hex,
  http,
  keccak256,
  type LocalAccount,
  toHex,
} from 'viem';

export type DemoTiming = {
  readonly delaySeconds: number;
  readonly maxStopSeconds: number;
  readonly windowSeconds: number;
  readonly capSeconds: number;
};

export type DemoChainConfig = {
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Owns everything and pays for the deployment: needs ether on this chain. */
  readonly deployer: LocalAccount;
  /** In any order. */
  readonly guardians: readonly Address[];
  readonly quorum: number;
  readonly largeQuorum: number;
  readonly timing?: DemoTiming;
};

export const DEMO_SWITCHES = [
  'fiat.pause',
  'fiat.freeze',
  'jpyc.pause',
  'jpyc.freeze',
  'oracle.source',
  'redemption.limit',
] as const;
export type DemoSwitchName = (typeof DEMO_SWITCHES)[number];

export type DemoSwitch = { readonly id: Hex; readonly target: Address; readonly adapter: Address };

export type DemoChain = {
  readonly guardian: Address;
  readonly fiatToken: Address;
  readonly jpycToken: Address;
  readonly oracle: Address;
  /** The oracle's everyday source of the JPYC token's price, and the one it is switched to. */
  readonly source: Address;
  readonly fallbackSource: Address;
  readonly desk: Address;
  readonly switches: Readonly<Record<DemoSwitchName, DemoSwitch>>;
  /** Names of the ABIs in contracts/out, by what they are of. */
  readonly abis: Readonly<Record<'guardian' | 'fiatToken' | 'jpycToken' | 'oracle' | 'desk', string>>;
};

/** Half a day to object, three days at a stretch, ten in ninety: what a firm might choose. */
export const DEMO_TIMING: DemoTiming = {
  delaySeconds: 12 * 3600,
  maxStopSeconds: 72 * 3600,
  windowSeconds: 90 * 86_400,
  capSeconds: 10 * 86_400,
};
/** Redemptions a day of the demonstration, in JPYC minor units (18 decimals), and the bounds of the emergency limit. */
export const DEMO_REDEMPTION_LIMIT = 500_000_000n * 10n ** 18n;
const EMERGENCY_LIMIT_MIN = 10_000_000n * 10n ** 18n;
const EMERGENCY_LIMIT_MAX = 100_000_000n * 10n ** 18n;
/** Yen price of the token with 8 decimals, as both sources first state it. */
const DEMO_PRICE = 100_000_000n;
const RECEIPT_TIMEOUT_MS = 30_000;

export type Deploy = (contractName: string, args: readonly unknown[]) => Promise<Address>;
export type Send = (
  contractName: string,
  to: Address,
  call: string,
  args: readonly unknown[],
) => Promise<void>;

/** The id of a switch: the hash of its name. */
export function switchIdOf(name: string): Hex {
  return keccak256(toHex(name));
}

/** Deploys the demonstration's contracts and gives the guardian its roles. */
export async function deployDemoChain(config: DemoChainConfig): Promise<DemoChain> {
  const { deploy, send } = openDeployer(config.rpcUrl, config.deployer);
  const owner = config.deployer.address;
  const fiatToken = await deploy('DemoFiatToken', ['Demo Dollar', 'DUSD', owner]);
  const jpycToken = await deploy('DemoJpycToken', ['Demo Yen', 'DJPY', owner]);
  const oracle = await deploy('DemoPriceOracle', [owner]);
  const source = await deploy('DemoPriceSource', [DEMO_PRICE]);
  const fallbackSource = await deploy('DemoPriceSource', [DEMO_PRICE]);
  const desk = await deploy('DemoRedemptionDesk', [owner, DEMO_REDEMPTION_LIMIT]);
  const pause = await deploy('PauseAdapter', []);
  const of = (name: DemoSwitchName, target: Address, adapter: Address): DemoSwitch => ({
    id: switchIdOf(name),
    target,
    adapter,
  });
  const switches: DemoChain['switches'] = {
    'fiat.pause': of('fiat.pause', fiatToken, pause),
    'fiat.freeze': of('fiat.freeze', fiatToken, await deploy('FiatFreezeAdapter', [])),
    'jpyc.pause': of('jpyc.pause', jpycToken, pause),
    'jpyc.freeze': of('jpyc.freeze', jpycToken, await deploy('JpycFreezeAdapter', [])),
    'oracle.source': of(
      'oracle.source',
      oracle,
      await deploy('OracleSourceAdapter', [jpycToken, fallbackSource]),
    ),
    'redemption.limit': of(
      'redemption.limit',
      desk,
      await deploy('RedemptionLimitAdapter', [EMERGENCY_LIMIT_MIN, EMERGENCY_LIMIT_MAX]),
    ),
  };
  const guardian = await deploy('TimeBoxedGuardian', guardianArguments(config, Object.values(switches)));
  await send('DemoPriceOracle', oracle, 'setAssetSources', [[jpycToken], [source]]);
  await grantRoles(send, guardian, { fiatToken, jpycToken, oracle, desk });
  const abis = {
    guardian: 'TimeBoxedGuardian',
    fiatToken: 'DemoFiatToken',
    jpycToken: 'DemoJpycToken',
    oracle: 'DemoPriceOracle',
    desk: 'DemoRedemptionDesk',
  } as const;
  return { guardian, fiatToken, jpycToken, oracle, source, fallbackSource, desk, switches, abis };
}

/** Constructor arguments of a TimeBoxedGuardian; it takes its guardians in ascending order. */
export function guardianArguments(
  config: Pick<DemoChainConfig, 'guardians' | 'quorum' | 'largeQuorum' | 'timing'>,
  switches: readonly DemoSwitch[],
): readonly unknown[] {
  const t = config.timing ?? DEMO_TIMING;
  const timing = {
    delay: BigInt(t.delaySeconds),
    maxStop: BigInt(t.maxStopSeconds),
    window: BigInt(t.windowSeconds),
    cap: BigInt(t.capSeconds),
  };
  return [ascending(config.guardians), config.quorum, config.largeQuorum, timing, switches];
}

/** Addresses in the order in which the guardian wants signers and guardians. */
export function ascending(addresses: readonly Address[]): Address[] {
  return addresses.map((address) => getAddress(address)).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}

async function grantRoles(
  send: Send,
  guardian: Address,
  to: Pick<DemoChain, 'fiatToken' | 'jpycToken' | 'oracle' | 'desk'>,
): Promise<void> {
  await send('DemoFiatToken', to.fiatToken, 'updatePauser', [guardian]);
  await send('DemoFiatToken', to.fiatToken, 'updateBlacklister', [guardian]);
  await send('DemoJpycToken', to.jpycToken, 'updatePauser', [guardian]);
  await send('DemoJpycToken', to.jpycToken, 'updateBlocklister', [guardian]);
  await send('DemoPriceOracle', to.oracle, 'grantRole', [keccak256(toHex('SOURCE_ROLE')), guardian]);
  await send('DemoRedemptionDesk', to.desk, 'grantRole', [keccak256(toHex('LIMIT_ROLE')), guardian]);
}

/** Deploys and calls built contracts from one account, one transaction after the other. */
export function openDeployer(rpcUrl: string, account: LocalAccount): { deploy: Deploy; send: Send } {
  const transport = http(rpcUrl);
  const reader = createPublicClient({ transport, pollingInterval: 20 });
  const wallet = createWalletClient({ account, transport });
  const mined = async (hash: Hex, what: string): Promise<Address | null> => {
    const receipt = await reader.waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT_MS });
    if (receipt.status === 'success') return receipt.contractAddress ?? null;
    throw new FaultError('server.unreachable', `${what} reverted`, 'see the transaction on the local chain');
  };
  return {
    deploy: async (contractName, args) => {
      const { abi, bytecode } = readBuilt(contractName);
      const hash = await wallet.deployContract({ abi, bytecode, args: [...args], chain: null });
      const address = await mined(hash, `deploying ${contractName}`);
      if (address !== null) return getAddress(address);
      throw new FaultError(
        'server.unreachable',
        `${contractName} got no address`,
        'try again on a new chain',
      );
    },
    send: async (contractName, address, functionName, args) => {
      const { abi } = readBuilt(contractName);
      const hash = await wallet.writeContract({ address, abi, functionName, args: [...args], chain: null });
      await mined(hash, `${contractName}.${functionName}`);
    },
  };
}

/** Interface and code of a built contract. Throws `input.unreadable` where it is not built. */
export function readBuilt(contractName: string): { readonly abi: Abi; readonly bytecode: Hex } {
  const file = new URL(`../../../../../contracts/out/${contractName}.json`, import.meta.url);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { abi: Abi; bytecode: Hex };
  } catch (cause) {
    throw new FaultError(
      'input.unreadable',
      `contract ${contractName} is not built`,
      'run "node contracts/build.ts"',
      cause,
    );
  }
}
