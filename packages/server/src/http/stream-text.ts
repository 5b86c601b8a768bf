/** Sending lines of text as they are made, at the reader's pace. */
import type { Context } from 'hono';

export function streamText(c: Context, lines: AsyncIterable<string>, type: string): Response {
  const iterator = lines[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
  return c.body(body, 200, { 'Content-Type': type });
}
