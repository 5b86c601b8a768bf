/** What a server publishes about its epochs, read over its public addresses; what is read shows nothing by itself. */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isJsonObject, type JsonValue } from '@sonae/proof/canonical-json';
import { demand } from '@sonae/proof/proof-error';
import { MAX_RESERVES_CHARS } from '@sonae/proof/reserves-statement';
import { serverOf } from './known-log.ts';
import { readPublic, readPublicJson, readPublicText } from './public-fetch.ts';

/** An epoch as the server lists it. */
export type ListedEpoch = {
  readonly epoch: string;
  /** Hex. */
  readonly epochRoot: string;
  /** Number of the fact that holds the root. */
  readonly seq: number;
  /** Number of the fact that holds the digest of solvency, or null where none is listed. */
  readonly solvencySeq: number | null;
  /** Totals that the list prints of it and of its solvency, as they came; undefined: it prints none. */
  readonly printed: JsonValue | undefined;
  readonly printedSolvency: JsonValue | undefined;
};

/** Each throws what `readPublic` throws; JSON that is none is `bad-json`, and a list that is none `bad-liabilities`. */
export type EpochSite = {
  vkey(): Promise<string>;
  /** `newest` is the one listed first. Throws `input.invalid` for a name that is not listed. */
  listed(name: string): Promise<ListedEpoch>;
  disclosure(seq: number): Promise<string>;
  statement(epoch: string): Promise<JsonValue>;
  /** The signed note. */
  solvency(epoch: string): Promise<string>;
  reserves(epoch: string, digestHex: string): Promise<string>;
  /** A tile of a leaf list at its path below the epoch, of exactly `bytes` bytes; else `bad-tile`. */
  tile(epoch: string, path: string, bytes: number, signal: AbortSignal): Promise<Uint8Array>;
};

export const NEWEST = 'newest';
/** A server lists up to 1,000 epochs of 200 assets, each with its solvency. */
const LIST_BYTES_MAX = 64 * 1024 * 1024;

/** @param target a server's address, with or without `/log`; throws `input.invalid` for what is no address */
export function epochSite(target: string): EpochSite {
  const server = serverOf(target);
  const addressOf = (epoch: string, rest: string): string =>
    `${server}/public/liabilities/${encodeURIComponent(epoch)}/${rest}`;
  return {
    vkey: async () => (await readPublicText(`${server}/log/key`, { code: 'bad-key' })).trim(),
    listed: async (name) => {
      const url = `${server}/public/liabilities.json`;
      const page = await readPublicJson(url, { bytesMax: LIST_BYTES_MAX, code: 'bad-liabilities' });
      return listedIn(page, name, url);
    },
    disclosure: (seq) => readPublicText(`${server}/log/disclosed/${seq}`, { code: 'bad-disclosure' }),
    statement: (epoch) => readPublicJson(addressOf(epoch, 'statement.json'), { code: 'bad-liabilities' }),
    solvency: (epoch) => readPublicText(addressOf(epoch, 'solvency.txt'), { code: 'bad-solvency' }),
    reserves: (epoch, digest) =>
      readPublicText(addressOf(epoch, `reserves/${digest}`), {
        bytesMax: MAX_RESERVES_CHARS,
        code: 'bad-reserves',
      }),
    tile: async (epoch, path, bytes, signal) => {
      const url = addressOf(epoch, path);
      const tile = await readPublic(url, { bytesMax: bytes, signal });
      demand(tile.length === bytes, 'bad-tile', `${url} has ${tile.length} bytes, not ${bytes}`);
      return tile;
    },
  };
}

function listedIn(page: JsonValue, name: string, url: string): ListedEpoch {
  const list = isJsonObject(page) ? page.epochs : undefined;
  demand(Array.isArray(list), 'bad-liabilities', `${url} lists no epochs`);
  const epochs = list.map((one) => listedEpoch(one, url));
  const found = name === NEWEST ? epochs.slice(0, 1) : epochs.filter(({ epoch }) => epoch === name);
  const wanted = found[0]?.epoch ?? name;
  const twice = epochs.filter(({ epoch }) => epoch === wanted).length > 1;
  demand(!twice, 'liabilities-epoch', `${url} lists the epoch ${wanted} twice`);
  if (found[0] === undefined)
    throw new FaultError(
      'input.invalid',
      name === NEWEST ? `${url} lists no epoch` : `--epoch: ${url} lists no epoch ${name}`,
      'see which there are under this address',
    );
  return found[0];
}

const isSeq = (value: JsonValue | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function listedEpoch(value: JsonValue, url: string): ListedEpoch {
  const { epoch, epochRoot, seq, assets: printed, solvency = null } = isJsonObject(value) ? value : {};
  const isEpoch = typeof epoch === 'string' && typeof epochRoot === 'string' && isSeq(seq);
  demand(isEpoch, 'bad-liabilities', `${url} lists an epoch without name, root or number of its fact`);
  const about = { epoch, epochRoot, seq, printed };
  if (solvency === null) return { ...about, solvencySeq: null, printedSolvency: undefined };
  const { seq: solvencySeq, assets: printedSolvency } = isJsonObject(solvency) ? solvency : {};
  demand(
    isSeq(solvencySeq),
    'bad-liabilities',
    `${url} lists a solvency of ${epoch} without number of its fact`,
  );
  return { ...about, solvencySeq, printedSolvency };
}
