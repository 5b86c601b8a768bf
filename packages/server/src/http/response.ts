/** Addresses about the response: one incident with everything, clocks, filings as files, the plan, learning. */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import type { Node } from '../node.ts';
import { FILE_KINDS, type FileKind, fileOf, fireOf, readFiling } from '../response/filing-file.ts';
import { paperPack } from '../response/paper-pack.ts';
import { clocksPage, learningPage, planPage, responsePage } from '../response/read-response.ts';
import type { ApiEnv } from './api.ts';

const absent = (what: string): FaultError =>
  new FaultError('http.not-found', `${what} does not exist`, 'check the address');

export function addResponseRoutes(api: Hono<ApiEnv>, node: Node): void {
  api.get('/incidents/:id/response', etag(), async (c) => {
    const page = await responsePage(node, c.req.param('id'));
    if (!page) throw absent('this incident');
    return c.json(page);
  });
  api.get('/incidents/:id/fire', async (c) => {
    const report = await fireOf(node, c.req.param('id'));
    if (report === null) throw absent('this incident');
    return c.json(report as object);
  });
  api.get('/clocks', etag(), async (c) => c.json(await clocksPage(node)));
  api.get('/plan', etag(), async (c) => c.json(await planPage(node)));
  api.get('/plan/paper', async (c) => {
    const language = c.req.query('lang') === 'en' ? 'en' : 'ja';
    return sendFile(c, await fileOf(await paperPack(node, language), 'pdf'), 'pdf', `plan-${language}`);
  });
  api.get('/learning', etag(), async (c) => c.json(await learningPage(node)));
  api.get('/filings/:subject/:filing', async (c) => {
    const kind = c.req.query('as') ?? 'pdf';
    if (!Object.hasOwn(FILE_KINDS, kind)) {
      const hint = `choose one of: ${Object.keys(FILE_KINDS).join(', ')}`;
      throw new FaultError('input.invalid', `as=${kind.slice(0, 20)} is no kind of file`, hint);
    }
    const filing = c.req.param('filing');
    const document = await readFiling(node, c.req.param('subject'), filing);
    if (!document) throw absent('this filing');
    return sendFile(c, await fileOf(document, kind as FileKind), kind as FileKind, `filing-${filing}`);
  });
}

/** Names carry only what an id may hold, so that no header is written by anybody else. */
function sendFile(c: Context, bytes: Uint8Array, kind: FileKind, name: string): globalThis.Response {
  const safe = name.replace(/[^\w-]/g, '');
  return c.body(new Uint8Array(bytes).buffer, 200, {
    'Content-Type': FILE_KINDS[kind],
    'Content-Disposition': `attachment; filename="${safe}.${kind}"`,
    'Cache-Control': 'no-store',
  });
}
