/** Server-sent events: the log grew, prices were read. Slow readers miss ticks, never the stream. */

import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Node, NodeEvent } from '../node.ts';

const EVENT_EVERY_MS = 250;
const HEARTBEAT_MS = 15 * SECOND_MS;

export function eventStream(node: Node, c: Context): Response {
  return streamSSE(c, async (stream) => {
    // Only the newest event of each kind matters; in a fast replay thousands a second would drown a browser.
    const pending = new Map<NodeEvent['event'], NodeEvent>();
    const off = node.onEvent((event) => pending.set(event.event, merge(pending.get(event.event), event)));
    stream.onAbort(off);
    let quietMs = 0;
    await stream.writeSSE({
      event: 'append',
      data: JSON.stringify({ size: (await node.app.ports.store.head()).frontier.size }),
    });
    while (!stream.aborted && !stream.closed) {
      const events = [...pending.values()];
      pending.clear();
      for (const { event, data } of events) await stream.writeSSE({ event, data: JSON.stringify(data) });
      quietMs = events.length > 0 ? 0 : quietMs + EVENT_EVERY_MS;
      if (quietMs >= HEARTBEAT_MS) {
        await stream.write(': still here\n\n');
        quietMs = 0;
      }
      await stream.sleep(EVENT_EVERY_MS);
    }
    off();
  });
}

function merge(before: NodeEvent | undefined, next: NodeEvent): NodeEvent {
  if (before?.event !== 'tick' || next.event !== 'tick') return next;
  return {
    event: 'tick',
    data: { now: next.data.now, assets: { ...before.data.assets, ...next.data.assets } },
  };
}
