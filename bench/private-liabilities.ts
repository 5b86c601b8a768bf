/**
 * Proof of liabilities in private mode: building (encrypt, hash, add up) with workers, the first customer's file, files of
 * customers after it, and checking one; up to 100,000 accounts, which is the most that a build takes.
 */
import { plainSha256 } from '@sonae/proof/merkle';
import { privateEpochRoot } from '@sonae/proof/private-liabilities';
import { verifyPrivateProof } from '@sonae/proof/private-proof';
import { buildPrivateAsset, type PrivateBuilt } from '../packages/server/src/liabilities/private-build.ts';
import { createPrivateFiles } from '../packages/server/src/liabilities/private-files.ts';
import type { PrivateRow } from '../packages/server/src/liabilities/private-shard.ts';
import { newEpochSecret, zkVerifier } from '../packages/server/src/liabilities/zk-sdk.ts';
import { quantile, type Result } from './measure.ts';

const SIZES = [1_000, 10_000, 100_000];
const WORKERS = 2;
const FILES = 20;
const NAME = { exchange: 'bench.sonae.invalid', epoch: 'bench', asset: 'BTC' };
const SEED = new Uint8Array(32).fill(4);
const AT = '2026-01-01T00:00:00.000Z';

function customers(count: number): PrivateRow[] {
  return Array.from({ length: count }, (_, n) => ({
    customer: `c${n}`,
    secret: plainSha256(Uint8Array.of(n & 255, (n >> 8) & 255, n >> 16)),
    amount: BigInt((n * 2_654_435_761) % 2 ** 32),
  }));
}

type Timed = { readonly rows: readonly PrivateRow[]; readonly built: PrivateBuilt; readonly seconds: number };

async function timeBuild(count: number, epochSecret: Uint8Array): Promise<Timed> {
  const rows = customers(count);
  const startedAt = performance.now();
  const built = await buildPrivateAsset({
    ...{ ...NAME, rows, epochSecret, seed: SEED, scale: 0 },
    workers: WORKERS,
  });
  return { rows, built, seconds: (performance.now() - startedAt) / 1000 };
}

/** Milliseconds for making and checking files; the first one makes the groups near the root. */
function timeFiles({ rows, built }: Timed, epochSecret: Uint8Array) {
  const files = createPrivateFiles(AT, [built], epochSecret);
  const root = privateEpochRoot(files.statement);
  const make: number[] = [];
  const check: number[] = [];
  let bytes = 0;
  for (let n = 0; n < FILES; n++) {
    const { customer, secret, amount } = rows[(n * 7_919) % rows.length] as PrivateRow;
    const startedAt = performance.now();
    const text = files.fileOf(customer);
    const madeAt = performance.now();
    const { exchange, epoch, asset } = NAME;
    const balances = [{ asset, amount }];
    verifyPrivateProof(text, { exchange, epoch, root, customer, secret, balances }, zkVerifier);
    check.push(performance.now() - madeAt);
    make.push(madeAt - startedAt);
    bytes = text.length;
  }
  return { first: make[0] as number, make: make.slice(1), check, bytes };
}

export async function benchPrivateLiabilities(progress: (line: string) => void): Promise<Result> {
  const epochSecret = newEpochSecret();
  await timeBuild(300, epochSecret);
  const rows: Result['rows'] = [];
  const perLeaf: number[] = [];
  for (const size of SIZES) {
    progress(`build ${size} accounts, ${WORKERS} workers`);
    const timed = await timeBuild(size, epochSecret);
    perLeaf.push(timed.seconds / size);
    progress(`files of ${FILES} of ${size} customers`);
    const { first, make, check, bytes } = timeFiles(timed, epochSecret);
    rows.push(
      { id: `build ${size} accounts, ${WORKERS} workers`, value: timed.seconds, unit: 's' },
      { id: `first file of ${size}`, value: first, unit: 'ms' },
      { id: `next files of ${size}, p50`, value: quantile(make, 0.5), unit: 'ms' },
      { id: `verify one file of ${size}, p50`, value: quantile(check, 0.5), unit: 'ms' },
      { id: `verify one file of ${size}, p99`, value: quantile(check, 0.99), unit: 'ms' },
      { id: `one file of ${size}`, value: bytes, unit: 'bytes' },
    );
  }
  const linear = (perLeaf[2] as number) / (perLeaf[1] as number);
  return { rows, ratios: [{ id: 'time per leaf, 100,000 / 10,000 (linear is 1)', value: linear }] };
}
