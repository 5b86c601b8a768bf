/**
 * A fetch for addresses that strangers give us: https only, no redirects, and never to an address inside this machine or
 * network. The name is resolved once and the connection goes to that very address, so that a name that changes its mind
 * between check and use gains nothing.
 */
import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const ANSWER_BYTES_MAX = 64 * 1024;
const URL_CHARS_MAX = 1_000;

/** Not for strangers: private, local, shared, documentation, benchmark, multicast, reserved (RFC 6890 and successors). */
const BARRED_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const BARRED_IPV6: readonly (readonly [string, number])[] = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
// One list each: in a shared one the mapped range ::ffff:0:0/96 would stand for every IPv4 address.
const BARRED = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [net, prefix] of BARRED_IPV4) BARRED.ipv4.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of BARRED_IPV6) BARRED.ipv6.addSubnet(net, prefix, 'ipv6');
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

export type GuardOptions = {
  /** For tests on this machine: loopback counts, over http too. */
  readonly allowLoopback: boolean;
  /** How names are resolved; the system's way unless given. */
  readonly resolve?: (hostname: string) => Promise<LookupAddress[]>;
};

/** Whether an address may be connected to. */
export function mayConnect(address: string, { allowLoopback }: GuardOptions): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  if (allowLoopback && LOOPBACK.check(address, kind)) return true;
  return !BARRED[kind].check(address, kind);
}

/** Why an address can not be a target, as far as its text says, or null. */
export function targetProblem(text: string, options: GuardOptions): string | null {
  if (text.length > URL_CHARS_MAX || !URL.canParse(text))
    return 'is not an address of up to 1,000 characters';
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLoopback = options.allowLoopback && isIP(host) !== 0 && mayConnect(host, options);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not carry a user or password';
  if (isIP(host) !== 0 && !mayConnect(host, options)) return 'lies inside a private or reserved range';
  if (isIP(host) === 0 && !host.includes('.')) return 'must name a public host';
  return null;
}

const barred = (what: string): Error =>
  new Error('the address may not be connected to', {
    cause: Object.assign(new Error(what), { code: 'EBARRED' }),
  });

const systemResolve = (hostname: string): Promise<LookupAddress[]> =>
  dnsLookup(hostname, { all: true, verbatim: true });

/** Resolves and checks in one step: whatever is returned is what is connected to. */
function guardedLookup(options: GuardOptions): LookupFunction {
  const { resolve = systemResolve } = options;
  return (hostname, wanted, done) => {
    resolve(hostname)
      .then((addresses) => {
        const [first] = addresses;
        if (first === undefined || addresses.some(({ address }) => !mayConnect(address, options)))
          throw Object.assign(new Error(`${hostname} lies inside`), { code: 'EBARRED' });
        if (wanted.all) done(null, addresses);
        else done(null, first.address, first.family);
      })
      .catch((error: NodeJS.ErrnoException) => done(error, '', 0));
  };
}

/** Only what senders of this repository use of fetch: method, headers, a text body, a signal. */
export function createGuardedFetch(options: GuardOptions): typeof fetch {
  return async (input, init = {}) => {
    const text = String(input);
    const problem = targetProblem(text, options);
    if (problem !== null) throw barred(problem);
    const url = new URL(text);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const body = typeof init.body === 'string' ? init.body : '';
    const asked: RequestOptions = {
      method: init.method ?? 'GET',
      headers: {
        ...Object.fromEntries(new Headers(init.headers)),
        'content-length': String(Buffer.byteLength(body)),
        connection: 'close',
      },
      lookup: guardedLookup(options),
      agent: false,
      ...(init.signal ? { signal: init.signal } : {}),
    };
    return new Promise<Response>((resolve, reject) => {
      const failed = (error: Error): void =>
        reject(init.signal?.aborted ? init.signal.reason : new Error('the request failed', { cause: error }));
      const request = send(url, asked, (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const finish = (): void => {
          try {
            resolve(responseOf(answer, chunks));
          } catch (error) {
            failed(error as Error);
          }
        };
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= ANSWER_BYTES_MAX) chunks.push(chunk);
          else {
            // The start decides; the rest of an endless answer is not waited for.
            finish();
            request.destroy();
          }
        });
        answer.on('end', finish);
        answer.on('error', failed);
      });
      request.on('error', failed);
      request.end(body);
    });
  };
}

/** What senders look at: the status, when to come back, and the start of the answer. */
function responseOf(answer: IncomingMessage, chunks: readonly Buffer[]): Response {
  const { statusCode = 502 } = answer;
  const status = statusCode < 200 || statusCode > 599 ? 502 : statusCode;
  const headers = new Headers();
  const retryAfter = answer.headers['retry-after'];
  if (retryAfter !== undefined) headers.set('retry-after', retryAfter);
  const body = [204, 205, 304].includes(status) ? null : Buffer.concat(chunks);
  return new Response(body, { status, headers });
}
