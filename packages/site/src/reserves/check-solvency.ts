/**
 * The statement of solvency, checked here: its signature, that it is the one in the log, that it joins the liabilities in
 * the log, and its statements of reserves. What takes a chain node or a beacon is listed as not checked, never as held.
 */
import { toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { PrivateVerifier } from '@sonae/proof/private-engine';
import { totalsAreProved } from '@sonae/proof/private-proof';
import { demand } from '@sonae/proof/proof-error';
import { parseReserves, reservesDigest } from '@sonae/proof/reserves-statement';
import { ed25519Verifier, parseNote } from '@sonae/proof/signed-note';
import { parseSolvency } from '@sonae/proof/solvency';
import { type SolvencyReport, type StatedLiabilities, verifySolvency } from '@sonae/proof/solvency-verify';
import {
  demandListed,
  type KnownLog,
  rootInLog,
  type Stated,
  solvencyInLog,
  statedOf,
} from './logged-epoch.ts';
import type { PublishedEpoch, PublishedSolvency } from './published.ts';

export type SolvencyReader = {
  readonly disclosure: (seq: number) => Promise<string>;
  readonly statement: (epoch: string) => Promise<JsonValue>;
  readonly solvency: (epoch: string) => Promise<string>;
  readonly reserves: (epoch: string, digest: string) => Promise<string>;
  /** Only asked for a private epoch. */
  readonly engine: () => Promise<PrivateVerifier>;
};

/** Throws a `ProofError` when the log, the liabilities or the text itself are not what they have to be. */
export async function checkSolvency(
  epoch: PublishedEpoch,
  solvency: PublishedSolvency,
  log: KnownLog,
  read: SolvencyReader,
): Promise<SolvencyReport> {
  const [rootText, digestText, value, note] = await Promise.all([
    read.disclosure(epoch.seq),
    read.disclosure(solvency.seq),
    read.statement(epoch.epoch),
    read.solvency(epoch.epoch),
  ]);
  const logged = rootInLog(rootText, epoch.epoch, log);
  demandListed(epoch, logged);
  const liabilities = await withTotals(statedOf(value, epoch.epoch, logged, log), read);
  const digest = solvencyInLog(digestText, epoch.epoch, log);
  const reserves = await readReserves(note, epoch.epoch, log, read);
  return verifySolvency(
    note,
    {
      exchange: log.origin,
      epoch: epoch.epoch,
      keys: [ed25519Verifier(log.verifierKey)],
      logged: { digest, epochRoot: logged.root },
      liabilities,
      reserves,
      // A visitor's browser has no node, and asks nobody else for one.
      snapshot: { committed: null, beacon: null, blocks: null, balanceOf: null },
    },
    log.sha256,
  );
}

/**
 * The statements of reserves that the signed text names, not those that the server lists: one that it leaves out or changes
 * fails. Throws `bad-reserves`.
 */
async function readReserves(
  note: string,
  epoch: string,
  { sha256 }: KnownLog,
  read: SolvencyReader,
): Promise<string[]> {
  const { assets } = parseSolvency(parseNote(note).text);
  const named = assets.flatMap(({ reserves }) => (reserves === null ? [] : [toHex(reserves)]));
  return Promise.all(
    named.map(async (digest) => {
      const text = (await read.reserves(epoch, digest)).trimEnd();
      const own = toHex(reservesDigest(parseReserves(text), sha256));
      demand(own === digest, 'bad-reserves', `the statement of reserves under ${digest} is another one`);
      return text;
    }),
  );
}

/** Totals of a private epoch are proved to whoever has an engine; without one that stays unchecked, and is said. */
async function withTotals(stated: Stated, { engine }: SolvencyReader): Promise<StatedLiabilities> {
  if (stated.mode === 'open') return stated;
  const zk = await engine().catch(() => null);
  return { ...stated, totalsAreProved: zk === null ? null : () => totalsAreProved(stated.statement, zk) };
}
