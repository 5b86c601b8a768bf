/**
 * The supervisor's window: read-only, expiring, and every reading is a fact. Whoever holds the secret of the address reads;
 * the log holds its digest only.
 */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import { type Context, Hono } from 'hono';
import type { Node } from '../node.ts';
import { fileOf, readFiling } from '../response/filing-file.ts';
import { responsePage } from '../response/read-response.ts';
import { type WindowScope, windowPage } from '../response/window-page.ts';
import { digestOf } from './session.ts';

const WINDOW: Principal = { id: 'system:window', kind: 'system' };
const SECRET = /^[\w-]{32,128}$/;

type Opened = WindowScope & { readonly subject: string; readonly page: ResponsePage };

export function createWindows(node: Node): Hono {
  const windows = new Hono();
  windows.get('/:secret', async (c) => {
    const language = c.req.query('lang') === 'en' ? 'en' : 'ja';
    const opened = await open(node, c, 'page');
    return c.html(
      windowPage(opened.page, opened, `/window/${c.req.param('secret')}`, language),
      200,
      NO_STORE,
    );
  });
  windows.get('/:secret/data.json', async (c) => {
    const { page, shows, supervisor, until } = await open(node, c, 'data');
    const has = (name: string): boolean => shows.includes(name);
    const { incident, response, clocks, filings } = page;
    const { id, title, phase, severity } = incident;
    const shown = {
      incident: { id, title, phase, severity },
      ...(has('timeline') ? { timeline: incident.timeline } : {}),
      ...(has('duties') ? { duties: clocks } : {}),
      ...(has('filings') ? { filings: filings.prepared, filed: filings.records } : {}),
      ...(has('notices') ? { notices: filings.notices } : {}),
      ...(has('decisions') ? { decisions: response.decisions } : {}),
      ...(has('evidence') ? { evidence: response.evidence } : {}),
    };
    return c.json({ supervisor, until, ...shown }, 200, NO_STORE);
  });
  windows.get('/:secret/filings/:filing', async (c) => {
    const { subject, shows } = await open(node, c, `filing ${c.req.param('filing').slice(0, 40)}`);
    const document = shows.includes('filings')
      ? await readFiling(node, subject, c.req.param('filing'))
      : null;
    if (!document)
      throw new FaultError('http.not-found', 'this filing is not shown here', 'check the address');
    const bytes = await fileOf(document, 'pdf');
    return c.body(new Uint8Array(bytes).buffer, 200, { ...NO_STORE, 'Content-Type': 'application/pdf' });
  });
  return windows;
}

const NO_STORE = { 'Cache-Control': 'no-store' };

/** Logs the reading; a closed or unknown window answers as if nothing were here. */
async function open(node: Node, c: Context, what: string): Promise<Opened> {
  const secret = c.req.param('secret') ?? '';
  const absent = new FaultError(
    'http.not-found',
    'nothing is shown under this address',
    'ask the firm for a window',
  );
  if (!SECRET.test(secret)) throw absent;
  const input = { digest: digestOf(secret), what };
  const outcome = await node.app.submit({ command: 'reports.ReadWindow', input, actor: WINDOW });
  if (outcome.status === 'refused') throw absent;
  const scope = outcome.result as WindowScope & { subject: string };
  const page = await responsePage(node, scope.subject);
  if (!page) throw absent;
  return { ...scope, page };
}
