/** An exchange for tests on 127.0.0.1: REST and WebSocket on one port, in the wire format it is given. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the exchange would say of one minute; texts, so that nonsense can be said too. */
export type Minute = { open: string; high: string; low: string; close: string; volume: string };

export type Wire = {
  /** Answer to a GET, or undefined for 404. */
  rest(url: URL, exchange: LocalExchange): unknown;
  /** What the server says to a message of a client. */
  hear(message: Record<string, unknown>, exchange: LocalExchange): unknown[];
  /** Said to everyone who connects. */
  greet?: unknown;
};

type ServerSocket = {
  readyState: number;
  send(data: string | Uint8Array): void;
  terminate(): void;
  ping(): void;
  once(event: 'pong' | 'close', listener: () => void): void;
  off(event: 'pong' | 'close', listener: () => void): void;
  on(event: 'message', listener: (data: Uint8Array) => void): void;
};
type ServerSockets = {
  clients: Set<ServerSocket>;
  handleUpgrade(
    req: IncomingMessage,
    socket: Duplex,
    head: Uint8Array,
    done: (ws: ServerSocket) => void,
  ): void;
};

export type LocalExchange = {
  readonly url: string;
  /** Recorded minutes by open time. */
  readonly minutes: Map<number, Minute>;
  readonly book: { bids: [string, string][]; asks: [string, string][] };
  /** Paths with query of all requests so far. */
  readonly requests: string[];
  dials: number;
  subscriptions: number;
  deafSockets: boolean;
  refuseSockets: boolean;
  /** Takes the connection and never answers the handshake. */
  stallSockets: boolean;
  /** Answers instead of the wire; where it returns false, the wire answers after all. */
  interfere: ((path: string, res: ServerResponse) => unknown) | null;
  /** Sends to every client and returns when they have taken it in. */
  say(...frames: unknown[]): Promise<void>;
  drop(): void;
  close(): Promise<void>;
};

export async function startLocalExchange(wire: Wire, port = 0): Promise<LocalExchange> {
  const switches = { deafSockets: false, refuseSockets: false, stallSockets: false, interfere: null };
  const state = { dials: 0, subscriptions: 0, ...switches };
  const server = createServer((req, res) => {
    const path = req.url ?? '/';
    exchange.requests.push(path);
    if (exchange.interfere !== null && exchange.interfere(path, res) !== false) return;
    const answer = wire.rest(new URL(path, 'http://local'), exchange);
    res
      .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer ?? {}));
  });
  const sockets = await acceptSockets();
  const stalled = new Set<Duplex>();
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Uint8Array) => {
    exchange.dials += 1;
    if (exchange.stallSockets) return stalled.add(socket);
    if (exchange.refuseSockets) return socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    sockets.handleUpgrade(req, socket, head, (ws) => {
      if (wire.greet !== undefined) ws.send(JSON.stringify(wire.greet));
      ws.on('message', (data) => {
        if (exchange.deafSockets) return;
        for (const frame of wire.hear(JSON.parse(String(data)), exchange)) ws.send(JSON.stringify(frame));
      });
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const exchange: LocalExchange = Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    minutes: new Map<number, Minute>(),
    book: { bids: [], asks: [] },
    requests: [],
    say: async (...frames: unknown[]) => {
      for (const ws of sockets.clients)
        for (const frame of frames) ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
      await Promise.all([...sockets.clients].map(heard));
      // ccxt hands frames on over some turns of the event loop.
      await sleep(25);
    },
    drop: () => {
      for (const ws of sockets.clients) ws.terminate();
    },
    close: async () => {
      for (const ws of sockets.clients) ws.terminate();
      for (const socket of stalled) socket.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
  return exchange;
}

/** `ws` comes with ccxt; it has no types here, and the product itself does not import it. */
async function acceptSockets(): Promise<ServerSockets> {
  const name = 'ws';
  const { WebSocketServer } = (await import(name)) as {
    WebSocketServer: new (options: object) => ServerSockets;
  };
  return new WebSocketServer({ noServer: true });
}

/** WebSocket.OPEN */
const OPEN = 1;

function heard(ws: ServerSocket): Promise<void> {
  return new Promise((done) => {
    if (ws.readyState !== OPEN) return done();
    const heardOrGone = (): void => {
      ws.off('pong', heardOrGone);
      ws.off('close', heardOrGone);
      done();
    };
    ws.once('pong', heardOrGone);
    ws.once('close', heardOrGone);
    ws.ping();
  });
}
