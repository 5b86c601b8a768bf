/** Reserves of bitcoin as custody holds them: in a multisig that signed, and wrapped in a Safe that only its chain can speak for. */
import { drawMoment, roundAfter } from '@sonae/proof/reserves-moment';
import {
  type HeldAddress,
  RESERVES_FORMAT,
  type ReservesStatement,
  totalsOf,
} from '@sonae/proof/reserves-statement';
import { controlTextOf } from '@sonae/proof/reserves-verify';
import { signFull, walletOf } from '../../packages/proof/test/bip-322-signer.ts';

export const SAFE_ADDRESS = `0x${'5a'.repeat(20)}`;
const BLOCKS = [
  { chain: 'bitcoin', height: 900_000, hash: 'ab'.repeat(32) },
  { chain: 'ethereum', height: 22_000_000, hash: `0x${'cd'.repeat(32)}` },
];
const SEEN = { height: 22_000_064, hash: `0x${'0f'.repeat(32)}` };

/** Of a window that is long over; half a bitcoin each. */
export function bitcoinInCustody(exchange: string, epoch: string): ReservesStatement {
  const [from, to] = ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'];
  const beacon = { name: 'drand/quicknet', round: roundAfter('drand/quicknet', to) } as const;
  const commitment = { exchange, epoch, from, to, beacon };
  const bytes = new Uint8Array(32).fill(1);
  const wallet = walletOf('p2wsh-multisig', 3, 5);
  const text = controlTextOf({ exchange, epoch, blocks: BLOCKS }, 'bitcoin', wallet.address) ?? '';
  const addresses: HeldAddress[] = [
    {
      ...{ chain: 'bitcoin', address: wallet.address, amount: 50_000_000n },
      control: { scheme: 'bip-322', signature: signFull(wallet, text) },
    },
    {
      ...{ chain: 'ethereum', address: SAFE_ADDRESS, amount: 50_000_000n },
      control: { scheme: 'eip-1271', signature: `0x${'11'.repeat(130)}`, block: SEEN },
    },
  ];
  return {
    ...{ format: RESERVES_FORMAT, exchange, epoch, asset: 'BTC', commitment, beacon: bytes },
    ...{ at: drawMoment(commitment, bytes), blocks: BLOCKS, addresses, custodians: [], flows: [] },
    totals: totalsOf({ addresses, custodians: [] }),
  };
}
