/**
 * What is owed beside what is held, per asset, in one signed statement. The statements of reserves come from the firm (an
 * air-gapped signer makes them); here they are read, joined with the epoch's liabilities, signed and put into the log.
 */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { epochRoot } from '@sonae/proof/liabilities';
import { owedInSmallest, privateEpochRoot } from '@sonae/proof/private-liabilities';
import { ProofError } from '@sonae/proof/proof-error';
import { parseReserves, type ReservesStatement, reservesDigest } from '@sonae/proof/reserves-statement';
import { formatSolvency, solvencyAsset, solvencyDigest, withoutProof } from '@sonae/proof/solvency';
import type { EpochFiles, StatedEpoch } from './epoch-files.ts';
import { createFastSha256 } from './fast-sha256.ts';

const KEEPER = { id: 'system:proof', kind: 'system' } as const;
export const SOLVENCY_TEXT = 'solvency';

/** Throws `input.invalid` for a statement of reserves that is none, is about something else, or comes twice. */
export async function publishSolvency(
  app: App,
  files: EpochFiles,
  epoch: string,
  reserves: readonly string[],
): Promise<Outcome> {
  const sha256 = createFastSha256();
  const liabilities = files.stated(epoch);
  const { exchange, at } = liabilities.statement;
  const read = new Map<string, { statement: ReservesStatement; digest: Uint8Array; text: string }>();
  for (const [n, text] of reserves.entries()) {
    const statement = parse(text, n);
    if (statement.exchange !== exchange || statement.epoch !== epoch)
      throw invalid(`reserves.${n}: it is about ${statement.exchange}, epoch ${statement.epoch}`);
    if (read.has(statement.asset)) throw invalid(`reserves.${n}: a second statement of ${statement.asset}`);
    read.set(statement.asset, { statement, digest: reservesDigest(statement, sha256), text });
  }
  const owed = owedIn(liabilities);
  // Private mode does not state what customers owe: of an asset that nobody is owed it says nothing either.
  const noDebt = liabilities.mode === 'open' ? 0n : null;
  const names = [...new Set([...owed.keys(), ...read.keys()])].sort();
  const assets = names.map((asset) =>
    solvencyAsset(
      asset,
      owed.get(asset)?.credit ?? 0n,
      owed.get(asset)?.debt ?? noDebt,
      read.get(asset) ?? null,
    ),
  );
  const statement = {
    ...{ exchange, epoch, at, assets, assetsWithoutProof: withoutProof(assets) },
    liabilities: {
      format: liabilities.statement.format,
      epochRoot:
        liabilities.mode === 'open'
          ? epochRoot(liabilities.statement, sha256)
          : privateEpochRoot(liabilities.statement, sha256),
    },
  } as const;
  const note = app.ports.signer.signNote(formatSolvency(statement));
  const input = {
    solvency: { exchange, epoch, digest: toHex(solvencyDigest(note, sha256)) },
    reserves: [...read.values()].map(({ digest }) => toHex(digest)),
    assets: assets.map(({ asset, owed: due, held, signedBps, heldBps }) => ({
      ...{ asset, owed: String(due), signed: String(held.signed) },
      ...{ attested: String(held.attested), unproved: String(held.unproved) },
      ...{
        signedBps: signedBps === null ? null : String(signedBps),
        heldBps: heldBps === null ? null : String(heldBps),
      },
    })),
    assetsWithoutProof: statement.assetsWithoutProof,
  };
  const outcome = await app.submit({
    command: 'reserves.PublishSolvency',
    input: input as unknown as JsonValue,
    actor: KEEPER,
  });
  if (outcome.status === 'refused') return outcome;
  for (const { digest, text } of read.values()) files.keep(epoch, `reserves-${toHex(digest)}`, text);
  files.keep(epoch, SOLVENCY_TEXT, note);
  return outcome;
}

/** Smallest units, by asset. */
function owedIn(liabilities: StatedEpoch): Map<string, { credit: bigint; debt: bigint | null }> {
  const owed = new Map<string, { credit: bigint; debt: bigint | null }>();
  if (liabilities.mode === 'open')
    for (const { asset, credit, debt } of liabilities.statement.assets) owed.set(asset, { credit, debt });
  else
    for (const one of liabilities.statement.assets)
      owed.set(one.asset, { credit: owedInSmallest(one), debt: null });
  return owed;
}

function parse(text: string, n: number): ReservesStatement {
  try {
    return parseReserves(text);
  } catch (error) {
    if (error instanceof ProofError) throw invalid(`reserves.${n}: ${error.message}`);
    throw error;
  }
}

const invalid = (message: string): FaultError =>
  new FaultError('input.invalid', message, 'send statements of the form in packages/proof/RESERVES.md');
