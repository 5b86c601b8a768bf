/** What everybody may read: status, the transparency log (C2SP tlog-tiles under /log), disclosed facts. */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { ProofError } from '@sonae/proof/proof-error';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import type { Node } from '../node.ts';
import { discloseFact, listDisclosed, readTilePath, shownLog } from '../public-log.ts';
import { addPublicLiabilities } from './liabilities.ts';
import { publicPowersPage } from './powers.ts';
import { publicStatus } from './read-model.ts';

const FOREVER = 'public, max-age=31536000, immutable';
const DISCLOSED_PAGE = 100;

const absent = (what: string): FaultError =>
  new FaultError('http.not-found', `${what} does not exist`, 'check the address');

export function createPublicLog(node: Node): Hono {
  const { store, signer, clock } = node.app.ports;
  const log = new Hono();
  log.get('/checkpoint', async (c) => {
    const { checkpoint } = await store.head();
    if (checkpoint === '') throw absent('a checkpoint of an empty log');
    const newest = node.witnessed?.newest() ?? null;
    // Cosigned a moment ago is worth more than signed now; when witnesses are silent the log goes on by itself.
    const isFresh = newest !== null && clock.now() - newest.atMs < node.config.witnesses.staleMs;
    return c.text(isFresh ? newest.note : checkpoint, 200, { 'Cache-Control': 'no-cache' });
  });
  /** Keys that cosign, one a line: to be compared with what the witnesses themselves publish. */
  log.get('/witnesses', (c) => c.text(node.config.witnesses.list.map(({ key }) => `${key}\n`).join('')));
  log.get('/key', (c) => c.text(`${signer.verifierKey}\n`));
  log.get('/tile/*', async (c) => {
    const path = c.req.path.slice(c.req.path.indexOf('/tile/') + 1);
    let bytes: Uint8Array | null = null;
    try {
      bytes = await readTilePath(store, path);
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
    }
    if (!bytes) throw absent('this tile');
    const body = new Uint8Array(bytes);
    return c.body(body.buffer, 200, { 'Content-Type': 'application/octet-stream', 'Cache-Control': FOREVER });
  });
  log.get('/disclosed', async (c) => {
    const before = c.req.query('before');
    const limit = Number(c.req.query('limit') ?? DISCLOSED_PAGE);
    if (
      (before !== undefined && !/^\d{1,15}$/.test(before)) ||
      !Number.isInteger(limit) ||
      limit < 1 ||
      limit > DISCLOSED_PAGE
    ) {
      throw new FaultError(
        'input.invalid',
        `before must be a sequence number and limit 1 to ${DISCLOSED_PAGE}`,
        'correct the query',
      );
    }
    const rows = await listDisclosed(store, before === undefined ? undefined : Number(before), limit);
    return c.json({
      disclosed: rows.map(({ seq, type, recordedAt, incident }) => ({ seq, type, recordedAt, incident })),
    });
  });
  log.get('/disclosed/:seq', async (c) => {
    const text = c.req.param('seq');
    const disclosure = /^\d{1,15}$/.test(text)
      ? await discloseFact(shownLog(node), Number(text), nodeSha256)
      : null;
    if (disclosure === null) throw absent('a disclosed fact of this number');
    return c.text(disclosure, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
  });
  return log;
}

export function createPublicStatus(node: Node): Hono {
  const site = new Hono();
  site.get('/status.json', etag(), async (c) => c.json(await publicStatus(node)));
  addPublicLiabilities(site, node);
  site.get('/powers.json', etag(), async (c) => c.json(await publicPowersPage(node)));
  return site;
}
