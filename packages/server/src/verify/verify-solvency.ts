/**
 * The statement of solvency of an epoch: its signature, that it is the one in the log and joins the liabilities there, and
 * its statements of reserves. What takes a chain node or a beacon is named as not checked, never as held.
 */
import { toHex } from '@sonae/proof/bytes';
import { demand, ProofError } from '@sonae/proof/proof-error';
import type { Check } from '@sonae/proof/reserves-check';
import { parseReserves, reservesDigest } from '@sonae/proof/reserves-statement';
import { parseNote } from '@sonae/proof/signed-note';
import { parseSolvency } from '@sonae/proof/solvency';
import { type StatedLiabilities, verifySolvency } from '@sonae/proof/solvency-verify';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import type { EpochSite } from './epoch-site.ts';
import type { KnownLog } from './known-log.ts';
import { solvencyInLog } from './logged-epoch.ts';
import { naming } from './naming.ts';

export type SolvencyFindings = {
  /** Number of the fact that holds the digest. */
  readonly seq: number;
  /** `holds` is null where something was needed that is not here; `detail` says what, or what is lacking. */
  readonly checks: readonly Pick<Check, 'id' | 'holds' | 'detail'>[];
  /** What a true statement says of itself and is bad news all the same: `complete`, `covered`. */
  readonly lacks: readonly string[];
  readonly notChecked: readonly string[];
};

/** Checks that fail for a statement which truly says that something is missing or not covered. */
const SAID_OF_ITSELF = ['complete', 'covered'];
/** Of all assets together: they are held in memory until they are compared. */
const RESERVES_CHARS_MAX = 256 * 1024 * 1024;

/**
 * Throws `bad-solvency` naming every check that fails because something false was said, and what reading and parsing
 * throw.
 */
export async function verifyEpochSolvency(
  site: EpochSite,
  seq: number,
  about: {
    readonly epoch: string;
    /** As the log holds it. */
    readonly root: Uint8Array;
    readonly stated: StatedLiabilities;
    readonly log: KnownLog;
  },
): Promise<SolvencyFindings> {
  const { epoch, root, stated, log } = about;
  const name = `the statement of solvency of ${epoch}`;
  const digest = solvencyInLog(await site.disclosure(seq), epoch, log);
  const note = await site.solvency(epoch);
  const { assets } = naming(name, () => parseSolvency(parseNote(note).text));
  const named = assets.flatMap((asset) => (asset.reserves === null ? [] : [toHex(asset.reserves)]));
  const reserves = await readReserves(site, epoch, named);
  const { checks } = naming(name, () =>
    verifySolvency(
      note,
      {
        ...{ exchange: log.verifier.name, epoch, keys: [log.verifier], liabilities: stated, reserves },
        logged: { digest, epochRoot: root },
        // There is no node here, and nobody else is asked for one.
        snapshot: { committed: null, beacon: null, blocks: null, balanceOf: null },
      },
      nodeSha256,
    ),
  );
  const failing = checks.filter(({ holds }) => holds === false);
  const untrue = failing.filter(({ id }) => !SAID_OF_ITSELF.includes(id));
  if (untrue.length > 0) {
    const told = untrue.map(({ id, detail }) => `${id}: ${detail}`).join('; ');
    throw new ProofError('bad-solvency', `${name} does not hold: ${told}`);
  }
  return {
    seq,
    checks: checks.map(({ id, holds, detail }) => ({ id, holds, detail })),
    lacks: failing.map(({ id }) => id),
    notChecked: checks.filter(({ holds }) => holds === null).map(({ id }) => id),
  };
}

async function readReserves(site: EpochSite, epoch: string, digests: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  let chars = 0;
  for (const digest of digests) {
    const text = (await site.reserves(epoch, digest)).trimEnd();
    chars += text.length;
    const limit = `statements of reserves of ${epoch} have at most ${RESERVES_CHARS_MAX} characters together`;
    demand(chars <= RESERVES_CHARS_MAX, 'too-large', limit);
    // Under its digest lies either the statement that was signed for, or something false.
    const own = naming('a statement of reserves', () => reservesDigest(parseReserves(text), nodeSha256));
    const told = `the statement of reserves under ${digest} has the digest ${toHex(own)}`;
    demand(toHex(own) === digest, 'bad-reserves', told);
    texts.push(text);
  }
  return texts;
}
