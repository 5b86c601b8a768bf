/**
 * The statement of solvency of an epoch: its signature, that it is the one in the log and joins the liabilities there, and
 * its statements of reserves. What takes a chain node or a beacon is named as not checked, never as held.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { demandPrintedSolvency, solvencyInLog } from '@sonae/proof/epoch-log';
import { ProofError } from '@sonae/proof/proof-error';
import type { Check } from '@sonae/proof/reserves-check';
import { readReserves } from '@sonae/proof/solvency-reading';
import { type StatedLiabilities, verifySolvency } from '@sonae/proof/solvency-verify';
import { askContracts } from './ask-contracts.ts';
import type { EpochSite } from './epoch-site.ts';
import { demandWitnesses, type KnownLog } from './known-log.ts';
import { naming, namingAll } from './naming.ts';

export type SolvencyFindings = {
  /** Number of the fact that holds the digest. */
  readonly seq: number;
  /** `holds` is null where something was needed that is not here; `detail` says what, or what is lacking. */
  readonly checks: readonly Pick<Check, 'id' | 'holds' | 'detail'>[];
  /** What a true statement says of itself and is bad news all the same: `complete`, `covered`. */
  readonly lacks: readonly string[];
  readonly notChecked: readonly string[];
  /** Contracts that the firm says accept a signature on chain, and how many did so again when asked here. */
  readonly contracts: { readonly stated: number; readonly acceptedAgain: number };
};

const NOTHING_KNOWN = { committed: null, beacon: null, blocks: null, balanceOf: null };

/** Checks that fail for a statement which truly says that something is missing or not covered. */
const SAID_OF_ITSELF = ['complete', 'covered'];

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
    /** A node of the reader's own, by the name of its chain. */
    readonly rpcs: ReadonlyMap<string, string>;
    /** What the list of epochs prints of it. */
    readonly printed: JsonValue | undefined;
  },
): Promise<SolvencyFindings> {
  const { epoch, root, stated, log, rpcs, printed } = about;
  const name = `the statement of solvency of ${epoch}`;
  const { digest, checkpoint } = solvencyInLog(await site.disclosure(seq), epoch, log);
  demandWitnesses(checkpoint, log.witnesses);
  const note = await site.solvency(epoch);
  const reserves = await namingAll(name, () =>
    readReserves(note, (of) => site.reserves(epoch, of), log.sha256),
  );
  const contracts = await askContracts(reserves, rpcs);
  const { checks, statement } = naming(name, () =>
    verifySolvency(
      note,
      {
        ...{ exchange: log.verifier.name, epoch, keys: [log.verifier], liabilities: stated, reserves },
        logged: { digest, epochRoot: root },
        // But for contracts there is no node here, and nobody else is asked for one.
        snapshot: { ...NOTHING_KNOWN, contractAccepts: contracts.accepts },
      },
      log.sha256,
    ),
  );
  const failing = checks.filter(({ holds }) => holds === false);
  const untrue = failing.filter(({ id }) => !SAID_OF_ITSELF.includes(id));
  if (untrue.length > 0) {
    const told = untrue.map(({ id, detail }) => `${id}: ${detail}`).join('; ');
    throw new ProofError('bad-solvency', `${name} does not hold: ${told}`);
  }
  demandPrintedSolvency(printed, statement, `the list of epochs, of the solvency of ${epoch},`);
  return {
    seq,
    checks: checks.map(({ id, holds, detail }) => ({ id, holds, detail })),
    lacks: failing.map(({ id }) => id),
    notChecked: checks.filter(({ holds }) => holds === null).map(({ id }) => id),
    contracts: { stated: contracts.stated, acceptedAgain: contracts.acceptedAgain },
  };
}
