import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../vectors/tlog-tiles.json' with { type: 'json' };
import { concatBytes } from './bytes.ts';
import { appendLeaves, consistencyProof, emptyFrontier, inclusionProof, leafHash } from './merkle.ts';
import { ProofError } from './proof-error.ts';
import {
  decodeEntryBundle,
  encodeEntryBundle,
  entriesPath,
  nodeReaderFromTiles,
  parseTilePath,
  TILE_WIDTH,
  tileNode,
  tileOfNode,
  tilePath,
  tilesForSize,
} from './tiles.ts';

describe('C2SP vectors', () => {
  test('path of index 1234067', () => {
    const [index, path] = vectors.index as [number, string];
    expect(tilePath({ level: 3, index, width: TILE_WIDTH })).toBe(`tile/3/${path}`);
    expect(entriesPath({ index, width: 7 })).toBe(`tile/entries/${path}.p/7`);
  });

  test('tiles of size 70,000 and 256', () => {
    const tiles = tilesForSize(vectors.size);
    for (const { level, full, partialWidth } of vectors.tiles) {
      const here = tiles.filter((tile) => tile.level === level);
      expect(here.filter((tile) => tile.width === TILE_WIDTH).length).toBe(full);
      expect(here.filter((tile) => tile.width < TILE_WIDTH)).toEqual([
        { level, index: full, width: partialWidth },
      ]);
    }
    expect(tiles.length).toBe(273 + 1 + 1 + 1 + 1);
    expect(tilesForSize(256)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
    expect(tilesForSize(0)).toEqual([]);
  });
});

describe('paths', () => {
  test('round trip', () => {
    const width = fc.integer({ min: 1, max: TILE_WIDTH });
    fc.assert(
      fc.property(fc.nat(63), fc.nat(2 ** 40), width, (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({
          kind: 'tile',
          level,
          index,
          width,
        });
        expect(parseTilePath(entriesPath({ index, width }))).toEqual({ kind: 'entries', index, width });
      }),
    );
  });

  const refused = [
    '/tile/0/000',
    'tile/0/00',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/x001/x002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/07',
    'tile/0/000.p/',
    'tile/entries/000\n',
    'tile/entry/000',
    'tile/0/x999/x999/x999/x999/x999/999',
  ];
  test.each(refused)('refuses %j', (path) => {
    expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ code: 'bad-tile' }));
  });

  test('refuses coordinates that no tile has', () => {
    expect(() => tilePath({ level: 64, index: 0, width: 1 })).toThrow(ProofError);
    expect(() => tilePath({ level: 0, index: -1, width: 1 })).toThrow(ProofError);
    expect(() => entriesPath({ index: 0, width: 0 })).toThrow(ProofError);
    expect(() => entriesPath({ index: 0.5, width: 1 })).toThrow(ProofError);
    expect(() => tilesForSize(2 ** 47)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });
});

describe('nodes from tiles', () => {
  const size = 70_000;
  const nodes = new Map<string, Uint8Array>();
  const leaves = Array.from({ length: size }, (_, at) => leafHash(Uint8Array.of(at >> 16, at >> 8, at)));
  appendLeaves(emptyFrontier, leaves, (level, index, hash) => nodes.set(`${level}/${index}`, hash));
  function readNode(level: number, index: number): Uint8Array {
    return nodes.get(`${level}/${index}`)!;
  }
  const tiles = new Map(
    tilesForSize(size).map(({ level, index, width }) => {
      const hashes = Array.from({ length: width }, (_, at) => readNode(8 * level, TILE_WIDTH * index + at));
      return [`${level}/${index}`, concatBytes(...hashes)] as const;
    }),
  );
  const readFromTiles = nodeReaderFromTiles((level, index) => tiles.get(`${level}/${index}`)!);

  test('proofs from tiles equal proofs from plain nodes', () => {
    fc.assert(
      fc.property(fc.nat(size - 1), fc.nat(size - 1), (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b) + 1];
        expect(inclusionProof(low, high, readFromTiles)).toEqual(inclusionProof(low, high, readNode));
        expect(consistencyProof(low, high, readFromTiles)).toEqual(consistencyProof(low, high, readNode));
      }),
      { numRuns: 25 },
    );
  });

  test('a node lies in its tile, and nowhere in a narrower one', () => {
    expect(tileOfNode(7, 3)).toEqual({ level: 0, index: 1 });
    expect(tileOfNode(8, 300)).toEqual({ level: 1, index: 1 });
    const tile = tiles.get('0/0')!;
    expect(tileNode(tile, 7, 1)).toEqual(readNode(7, 1));
    expect(() => tileNode(tile.subarray(0, 255 * 32), 7, 1)).toThrow(/too narrow/);
    expect(() => tileNode(tile.subarray(1), 0, 0)).toThrow(ProofError);
    expect(() => tileNode(concatBytes(tile, tile), 0, 0)).toThrow(ProofError);
  });
});

describe('entry bundles', () => {
  const bundles = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: TILE_WIDTH });

  test('round trip', () => {
    fc.assert(
      fc.property(bundles, (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual(entries);
      }),
    );
    const large = new Uint8Array(65_535).fill(7);
    expect(decodeEntryBundle(encodeEntryBundle([large]))).toEqual([large]);
  });

  test('bytes have one reading or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(encodeEntryBundle(decodeEntryBundle(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProofError);
        }
      }),
    );
  });

  test('refuses too much', () => {
    expect(() => encodeEntryBundle([])).toThrow(ProofError);
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow(ProofError);
    expect(() => encodeEntryBundle(Array(257).fill(new Uint8Array(1)))).toThrow(ProofError);
    expect(() => decodeEntryBundle(new Uint8Array(257 * 2))).toThrow(/more than 256/);
  });
});
