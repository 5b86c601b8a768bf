/**
 * Proofs of liabilities over HTTP. Public: which epochs there are, their statements and leaf lists. For the exchange: the
 * file of one customer, which says nothing about anybody else, to hand over after the customer has signed in there.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { epochStream } from '@sonae/core/nouns/reserves/facts/epochs.ts';
import type { Epochs } from '@sonae/core/nouns/reserves/views/epochs.ts';
import { toHex } from '@sonae/proof/bytes';
import { CUSTOMER_FILE_FORMAT } from '@sonae/proof/customer-file';
import { statementJson } from '@sonae/proof/liabilities';
import { leafTilePath } from '@sonae/proof/liabilities-list';
import { formatCustomerProof } from '@sonae/proof/liabilities-proof';
import { privateStatementJson } from '@sonae/proof/private-liabilities';
import type { Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { readDecimals } from '../ledger/book-batch.ts';
import type { EpochFiles } from '../liabilities/epoch-files.ts';
import { publishEpoch } from '../liabilities/publish-epoch.ts';
import { publishSolvency, SOLVENCY_TEXT } from '../liabilities/publish-solvency.ts';
import type { Node } from '../node.ts';
import { discloseFact, shownLog } from '../public-log.ts';
import type { ApiEnv } from './api.ts';
import { booksOf } from './books.ts';
import { readState } from './read-model.ts';
import { demandScope } from './session.ts';

const FOREVER = 'public, max-age=31536000, immutable';
const SOLVENCY_SCOPE = 'reserves.PublishSolvency';
const PUBLISH_SCOPE = 'reserves.PublishLiabilities';

function filesOf(node: Node): EpochFiles {
  if (node.epochs === null)
    throw new FaultError('http.not-found', 'this node publishes no proofs', 'start it with a data directory');
  return node.epochs;
}

async function epochOf(node: Node, name: string) {
  const { epochs } = await readState<Epochs>(node, 'reserves.epochs', 'all');
  const epoch = epochs.find((one) => one.epoch === name);
  if (epoch === undefined)
    throw new FaultError(
      'http.not-found',
      `there is no epoch ${name.slice(0, 60)}`,
      'see GET /public/liabilities.json',
    );
  return epoch;
}

/** Below `/public`. */
export function addPublicLiabilities(site: Hono, node: Node): void {
  site.get('/liabilities.json', etag(), async (c) => {
    const { epochs } = await readState<Epochs>(node, 'reserves.epochs', 'all');
    // Statements are in smallest units; whoever shows them to people needs to know how small.
    const decimals = Object.fromEntries(await readDecimals(node.app));
    return c.json({ epochs: [...epochs].reverse(), decimals });
  });
  site.get('/liabilities/:epoch/statement.json', etag(), async (c) => {
    const { epoch } = await epochOf(node, c.req.param('epoch'));
    const stated = filesOf(node).stated(epoch);
    return c.json(
      stated.mode === 'open' ? statementJson(stated.statement) : privateStatementJson(stated.statement),
    );
  });
  site.get('/liabilities/:epoch/solvency.txt', async (c) => {
    const { epoch } = await epochOf(node, c.req.param('epoch'));
    return c.text(keptText(node, epoch, SOLVENCY_TEXT), 200);
  });
  site.get('/liabilities/:epoch/reserves/:digest', async (c) => {
    const { epoch, solvency } = await epochOf(node, c.req.param('epoch'));
    const digest = c.req.param('digest');
    if (!solvency?.reserves.includes(digest)) throw noTile('this statement of reserves');
    return c.text(keptText(node, epoch, `reserves-${digest}`), 200, { 'Cache-Control': FOREVER });
  });
  site.get('/liabilities/:epoch/*', async (c) => {
    const { epoch } = await epochOf(node, c.req.param('epoch'));
    const statement = filesOf(node).statement(epoch);
    const path = decodeURIComponent(c.req.path).split(`/liabilities/${epoch}/`)[1] ?? '';
    const asset = statement.assets.find((one) => path.startsWith(`${one.asset}/tile/`));
    if (asset === undefined) throw noTile(path);
    const tile = tileNumber(path.slice(asset.asset.length + 1));
    const tree = { exchange: statement.exchange, epoch, asset: asset.asset, leaves: asset.leaves };
    // One address per tile: a list that is cached under two is not one list.
    if (tile === null || tile * 256 >= asset.leaves || leafTilePath(tree, tile) !== path) throw noTile(path);
    const bytes = new Uint8Array(await filesOf(node).tile(epoch, asset.asset, tile));
    return c.body(bytes.buffer, 200, {
      'Content-Type': 'application/octet-stream',
      'Cache-Control': FOREVER,
    });
  });
}

function keptText(node: Node, epoch: string, name: string): string {
  const text = filesOf(node).text(epoch, name);
  if (text === undefined) throw noTile(name);
  return text;
}

const noTile = (path: string): FaultError =>
  new FaultError('http.not-found', `${path.slice(0, 100)} does not exist`, 'see the statement');

/** `tile/entries/x001/234` or `tile/entries/001.p/12` -> 1234, 1. */
function tileNumber(path: string): number | null {
  const match = /^tile\/entries\/((?:x\d{3}\/)*\d{3})(?:\.p\/\d{1,3})?$/.exec(path);
  return match === null ? null : Number((match[1] as string).replaceAll(/[x/]/g, ''));
}

/** Below `/api`: publishing, and the files of customers. */
export function addLiabilityRoutes(api: Hono<ApiEnv>, node: Node): void {
  api.post('/books/:book/liabilities', async (c) => {
    demandScope(c.get('caller'), PUBLISH_SCOPE);
    const books = booksOf(node);
    const id = c.req.param('book');
    if (!(await books.list()).includes(id))
      throw new FaultError('http.not-found', `there is no book ${id.slice(0, 40)}`, 'see GET /api/books');
    const asked = (await c.req.json().catch(() => ({}))) as { epoch?: unknown; mode?: unknown };
    const { epoch, mode = 'open' } = asked;
    if (typeof epoch !== 'string')
      throw new FaultError('input.invalid', 'epoch: missing', 'send {"epoch": "2026-11"}');
    if (mode !== 'open' && mode !== 'private')
      throw new FaultError('input.invalid', 'mode: not one', 'send "open" (the default) or "private"');
    const isLogged = async (name: string): Promise<boolean> =>
      (await node.app.ports.store.facts({ stream: epochStream(name), limit: 1 })).length > 0;
    const outcome = await publishEpoch(node.app, await books.open(id), filesOf(node), {
      epoch,
      mode,
      isLogged,
    });
    return c.json(outcome, outcome.status === 'done' ? 200 : 409);
  });
  api.post('/liabilities/:epoch/solvency', async (c) => {
    demandScope(c.get('caller'), SOLVENCY_SCOPE);
    const { epoch } = await epochOf(node, c.req.param('epoch'));
    const { reserves } = (await c.req.json().catch(() => ({}))) as { reserves?: unknown };
    if (!Array.isArray(reserves) || !reserves.every((text) => typeof text === 'string'))
      throw new FaultError(
        'input.invalid',
        'reserves: not a list of texts',
        'send {"reserves": ["…"]}, empty if there are none',
      );
    const outcome = await publishSolvency(node.app, filesOf(node), epoch, reserves as string[]);
    return c.json(outcome, outcome.status === 'done' ? 200 : 409);
  });
  api.get('/liabilities/:epoch/customers/:customer', (c) => customerFile(node, c));
}

/** What shows that the customer is counted; null for somebody who is owed nothing and owes nothing. */
async function proofOf(node: Node, epoch: string, customer: string): Promise<string | null> {
  const files = filesOf(node);
  const stated = files.stated(epoch);
  if (stated.mode === 'private') return node.privateFiles.fileOf(files.dirOf(epoch), customer);
  const holdings = await files.holdings(epoch, customer);
  if (holdings.length === 0) return null;
  return formatCustomerProof({ statement: stated.statement, customer, holdings });
}

async function customerFile(node: Node, c: Context<ApiEnv>): Promise<Response> {
  const { epoch, seq } = await epochOf(node, c.req.param('epoch') ?? '');
  const customer = c.req.param('customer') ?? '';
  const files = filesOf(node);
  const proof = await proofOf(node, epoch, customer);
  if (proof === null)
    throw new FaultError('http.not-found', 'this customer was owed nothing in this epoch', 'check the id');
  const disclosure = await discloseFact(shownLog(node), seq, nodeSha256);
  await node.app.submit({
    command: 'reserves.CountChecks',
    input: { epoch, checks: 1 },
    actor: { id: 'system:proof', kind: 'system' },
  });
  return c.json({
    format: CUSTOMER_FILE_FORMAT,
    /** packages/proof/LIABILITIES.md or PRIVATE-LIABILITIES.md; its root is compared with the one in `disclosure`. */
    proof,
    secret: toHex(files.secretOf(customer)),
    disclosure,
    origin: node.app.ports.signer.origin,
    verifierKey: node.app.ports.signer.verifierKey,
  });
}
