/**
 * A published statement of reserves with a multisig address and a real Safe, verified from the command line: the multisig
 * anywhere, the Safe only by whoever asks its chain again, at the block that the firm named.
 */

import { type HeldAddress, type ReservesStatement, totalsOf } from '@sonae/proof/reserves-statement';
import { controlTextOf } from '@sonae/proof/reserves-verify';
import type { Address, Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signFull, walletOf } from '../packages/proof/test/bip-322-signer.ts';
import { type LocalEvm, startLocalEvm } from '../packages/server/src/connectors/evm/local-evm.ts';
import { readRpcs } from '../packages/server/src/verbs/verify-options.ts';
import { verifyEpoch } from '../packages/server/src/verify/verify-epoch.ts';
import { sonae } from './support/process.ts';
import { codeOf, type Published, startPublished } from './support/published.ts';
import { deploySafe, removeOwner, signForSafe } from './support/safe-messages.ts';

const EPOCH = '2026-03';
const [DEPLOYER, ANNA, BEN] = ['1', '2', '3'].map((n) => privateKeyToAccount(`0x${n.repeat(64)}`)) as [
  ReturnType<typeof privateKeyToAccount>,
  ReturnType<typeof privateKeyToAccount>,
  ReturnType<typeof privateKeyToAccount>,
];
const CHAIN_ID = 4245;

let evm: LocalEvm;
let published: Published;
let forged: Published;
beforeAll(async () => {
  evm = await startLocalEvm({ chainId: CHAIN_ID });
  await evm.request('anvil_setBalance', [DEPLOYER.address, '0x3635c9adc5dea00000']);
  const safe = await deploySafe(evm, DEPLOYER, [ANNA.address, BEN.address], 2);
  const snapshot = await headOf(evm);
  await evm.mine(2);
  const seen = await headOf(evm);
  const publish = async (owners: readonly (typeof ANNA)[]): Promise<Published> => {
    const signatures = new Map<string, Hex>();
    // The name of the log is the firm's, and known once there is a log: what is signed is found out first.
    const probe = await startPublished(1, [EPOCH], 'open', (yen) => {
      signatures.set(
        'text',
        controlTextOf(bitcoinOf(yen, safe, snapshot, seen, '0x'), 'ethereum', safe) as Hex,
      );
      return [];
    });
    await probe.close();
    const signature = await signForSafe(CHAIN_ID, safe, signatures.get('text') ?? '', owners);
    return startPublished(1, [EPOCH], 'open', (yen) => [bitcoinOf(yen, safe, snapshot, seen, signature)]);
  };
  published = await publish([ANNA, BEN]);
  forged = await publish([ANNA, DEPLOYER]);
  // Today one owner is enough, and the other is none: what counts is the block that is named.
  await removeOwner(evm, DEPLOYER, safe, { before: ANNA.address, owner: BEN.address }, [ANNA, BEN]);
});
afterAll(async () => {
  await published?.close();
  await forged?.close();
  await evm.stop();
});

type Block = { readonly height: number; readonly hash: string };
async function headOf({ request }: LocalEvm): Promise<Block> {
  const block = (await request('eth_getBlockByNumber', ['latest', false])) as { number: Hex; hash: string };
  return { height: Number(block.number), hash: block.hash };
}

/** Half a bitcoin in a multisig, and as much of it wrapped in a Safe. */
function bitcoinOf(yen: ReservesStatement, safe: Address, snapshot: Block, seen: Block, signature: Hex) {
  const blocks = [
    { chain: 'bitcoin', height: 900_000, hash: 'ab'.repeat(32) },
    { chain: 'ethereum', ...snapshot },
  ];
  const statement = { ...yen, asset: 'BTC', blocks, custodians: [] };
  const wallet = walletOf('p2wsh-multisig', 3, 5);
  const text = controlTextOf(statement, 'bitcoin', wallet.address) ?? '';
  const addresses: HeldAddress[] = [
    {
      ...{ chain: 'bitcoin', address: wallet.address, amount: 50_000_000n },
      control: { scheme: 'bip-322', signature: signFull(wallet, text) },
    },
    {
      ...{ chain: 'ethereum', address: safe, amount: 50_000_000n },
      control: { scheme: 'eip-1271', signature, block: seen },
    },
  ];
  return { ...statement, addresses, totals: totalsOf({ addresses, custodians: [] }) };
}

const verify = (of: Published, rpcs: readonly string[] = []) =>
  verifyEpoch(of.url, { epoch: EPOCH, witnesses: [], assets: [], rpcs: readRpcs(rpcs) });
const snapshotOf = async (rpcs: readonly string[]) => {
  const { solvency } = await verify(published, rpcs);
  return { contracts: solvency?.contracts, check: solvency?.checks.find(({ id }) => id === 'snapshot') };
};

test('without a node the Safe is named as checked on chain by the firm, and not as proved', async () => {
  const { contracts, check } = await snapshotOf([]);
  expect(contracts).toEqual({ stated: 1, acceptedAgain: 0 });
  expect(check?.holds).toBe(null);
  expect(check?.detail).toContain('BTC contracts: checked on chain by the firm, not recomputable offline');
  const { solvency } = await verify(published);
  const covered = solvency?.checks.find(({ id }) => id === 'covered')?.detail;
  expect(covered).not.toContain('BTC');
  expect(solvency?.checks.find(({ id }) => id === 'complete')?.detail).toContain('BTC: 1 addresses without');
});

test('a node of one’s own is asked at the block that is named, whatever the owners are today', async () => {
  const { contracts, check } = await snapshotOf([`ethereum=${evm.rpcUrl}`]);
  expect(contracts).toEqual({ stated: 1, acceptedAgain: 1 });
  expect(check?.detail).not.toContain('contracts');
});

test('a node that is silent, or of another chain, leaves it unchecked', async () => {
  for (const rpc of ['ethereum=http://127.0.0.1:9', `polygon=${evm.rpcUrl}`]) {
    const { contracts, check } = await snapshotOf([rpc]);
    expect(contracts).toEqual({ stated: 1, acceptedAgain: 0 });
    expect(check?.detail).toContain('BTC contracts');
  }
});

test('a statement that says what the contract never said is found out', async () => {
  expect((await verify(forged)).solvency?.contracts).toEqual({ stated: 1, acceptedAgain: 0 });
  expect(await codeOf(verify(forged, [`ethereum=${evm.rpcUrl}`]))).toBe('bad-solvency');
});

test('on the command line, with the form of --rpc said', async () => {
  const args = ['verify', published.url, '--epoch', EPOCH];
  const told = await sonae([...args, '--rpc', `ethereum=${evm.rpcUrl}`]);
  expect(told.out).toContain('1 checked on chain by the firm, not recomputable offline; 1 accept again');
  for (const rpc of ['ethereum', 'ethereum=ftp://x', '=http://x'])
    expect((await sonae([...args, '--rpc', rpc])).err).toContain('--rpc: this is not CHAIN=URL');
  const twice = await sonae([...args, '--rpc', 'a=http://x', '--rpc', 'a=http://y']);
  expect(twice.err).toContain('--rpc: a is given twice');
  expect((await sonae(['verify', published.url, '--rpc', 'a=http://x'])).err).toContain('--rpc does not go');
});
