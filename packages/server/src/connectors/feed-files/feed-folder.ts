/**
 * Reading a folder of recorded feeds (`feeds.json` and its CSV files) as one stream of observations in the order in
 * which they became known. Files are streamed: size does not matter, only line length is bounded.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { basename, join, normalize } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { FEED_LINE_CHARS_MAX, FEEDS_PER_ASSET_MAX } from '@sonae/core/kernel/limits.ts';
import {
  createOrderGate,
  isFeedHeading,
  parseFeedLine,
  SILENT_AFTER_MS,
} from '@sonae/core/nouns/prices/sources.ts';
import { FEED_KINDS, type FeedSpec, type Observation, type Rejection } from '@sonae/core/ports/venue.ts';
import { z } from 'zod';

const relativePath = z
  .string()
  .min(1)
  .refine(
    (path) => !normalize(path).startsWith('..') && !path.startsWith('/'),
    'must stay inside the folder',
  );

const feedsSchema = z.object({
  asset: z.string().regex(/^[A-Za-z0-9.]{1,20}$/),
  peg: z.string().regex(/^[A-Za-z0-9.]{1,20}$/),
  feeds: z
    .array(
      z.object({
        id: z.string().min(1).max(100),
        venue: z.string().min(1).max(50),
        base: z.string().min(1).max(20),
        quote: z.string().min(1).max(20),
        kind: z.enum(FEED_KINDS),
        intervalMs: z.int().min(1000).max(86_400_000).default(60_000),
        silentAfterMs: z.int().min(1000).optional(),
        files: z.array(relativePath).max(10_000),
      }),
    )
    .min(1)
    .max(FEEDS_PER_ASSET_MAX)
    .refine((feeds) => new Set(feeds.map((feed) => feed.id)).size === feeds.length, 'feed ids must differ'),
  episodes: z
    .array(
      z.object({
        from: z.iso.datetime(),
        to: z.iso.datetime(),
        kind: z.string(),
        note: z.string().optional(),
      }),
    )
    .default([]),
});

export type Episode = {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly note?: string | undefined;
};
export type FeedFolder = {
  readonly dir: string;
  readonly name: string;
  readonly asset: string;
  readonly peg: string;
  readonly feeds: readonly (FeedSpec & { readonly files: readonly string[] })[];
  readonly episodes: readonly Episode[];
};

/** Reads and checks `feeds.json`. */
export function readFeedFolder(dir: string): FeedFolder {
  const path = join(dir, 'feeds.json');
  if (!existsSync(path)) {
    throw new FaultError(
      'input.unreadable',
      `${path} does not exist`,
      'give a folder that holds a feeds.json',
    );
  }
  const parsed = feedsSchema.safeParse(parseJson(readFileSync(path, 'utf8'), path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') ?? '';
    throw new FaultError('input.invalid', `${path}: field ${field}: ${issue?.message}`, `correct ${field}`);
  }
  const { asset, peg, episodes } = parsed.data;
  const feeds = parsed.data.feeds.map(({ silentAfterMs, ...feed }) => {
    for (const file of feed.files) {
      if (existsSync(join(dir, file))) continue;
      throw new FaultError(
        'input.unreadable',
        `feed ${feed.id}: file ${file} does not exist`,
        'restore it or drop it from feeds.json',
      );
    }
    return { ...feed, silentAfterMs: silentAfterMs ?? SILENT_AFTER_MS[feed.kind] };
  });
  return { dir, name: basename(dir), asset, peg, feeds, episodes };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FaultError(
      'input.unreadable',
      `${path} is not JSON: ${(error as Error).message}`,
      'correct the file',
      error,
    );
  }
}

type Rejected = { readonly feed: string; readonly reason: Rejection; readonly line: string };
/** One step of a merged stream: observations known at the same minute, or rows that could not be used. */
export type Row =
  | { readonly observation: Observation }
  | { readonly rejected: Rejected; readonly knownAt: number };

/** Lines of a file in chunks; a line longer than the limit is cut there and will be rejected as malformed. */
async function* lineChunks(path: string): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > FEED_LINE_CHARS_MAX) rest = rest.slice(0, FEED_LINE_CHARS_MAX + 1);
    yield lines;
  }
  if (rest !== '') yield [rest];
}

/** Rows of one feed, over its files in order, in chunks that follow the file's buffers. */
async function* feedRows(dir: string, feed: FeedFolder['feeds'][number]): AsyncGenerator<Row[]> {
  const gate = createOrderGate();
  let knownAt = 0;
  for (const file of feed.files) {
    let lineNumber = 0;
    for await (const lines of lineChunks(join(dir, file))) {
      const rows: Row[] = [];
      for (const raw of lines) {
        lineNumber += 1;
        const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
        if (isFeedHeading(line, lineNumber)) continue;
        const row = readRow(feed, line, gate);
        if ('observation' in row) knownAt = row.observation.knownAt;
        rows.push('observation' in row ? row : { rejected: row.rejected, knownAt });
      }
      yield rows;
    }
  }
}

function readRow(
  feed: FeedSpec,
  line: string,
  gate: (observation: Observation) => Rejection | null,
): { observation: Observation } | { rejected: Rejected } {
  const parsed =
    line.length > FEED_LINE_CHARS_MAX ? ({ rejected: 'malformed-row' } as const) : parseFeedLine(feed, line);
  if ('rejected' in parsed) return { rejected: { feed: feed.id, reason: parsed.rejected, line } };
  const reason = gate(parsed.ok);
  return reason === null ? { observation: parsed.ok } : { rejected: { feed: feed.id, reason, line } };
}

type Cursor = { rows: Row[]; next: number; source: AsyncGenerator<Row[]>; knownAt: number };

/** All feeds merged by the instant each row became known; ties in the order of feeds.json. */
export async function* mergedRows(folder: FeedFolder): AsyncGenerator<Row[]> {
  const cursors: Cursor[] = [];
  for (const feed of folder.feeds) {
    const cursor: Cursor = { rows: [], next: 0, source: feedRows(folder.dir, feed), knownAt: 0 };
    if (await refill(cursor)) cursors.push(cursor);
  }
  let merged: Row[] = [];
  while (cursors.length > 0) {
    const first = cursors.reduce((a, b) => (b.knownAt < a.knownAt ? b : a));
    merged.push(first.rows[first.next] as Row);
    first.next += 1;
    const more = first.next < first.rows.length || (await refill(first));
    if (more) first.knownAt = knownAtOf(first.rows[first.next] as Row);
    else cursors.splice(cursors.indexOf(first), 1);
    if (merged.length >= 4096) {
      yield merged;
      merged = [];
    }
  }
  yield merged;
}

const knownAtOf = (row: Row): number => ('observation' in row ? row.observation.knownAt : row.knownAt);

async function refill(cursor: Cursor): Promise<boolean> {
  for (;;) {
    const { value, done } = await cursor.source.next();
    if (done) return false;
    if (value.length === 0) continue;
    cursor.rows = value;
    cursor.next = 0;
    cursor.knownAt = knownAtOf(value[0] as Row);
    return true;
  }
}
