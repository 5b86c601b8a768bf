/** The outbox on SQL: rows are leased, so that two nodes never send the same one at once. */
import type { OutboxEntry, Store } from '@sonae/core/ports/store.ts';
import type { SqlDriver } from './driver.ts';

type OutboxRecord = {
  id: string;
  seq: unknown;
  target: string;
  body: string;
  attempts: number;
  due_at: string;
};

export function outboxOf(driver: SqlDriver): Pick<Store, 'claimOutbox' | 'settleOutbox' | 'pendingOutbox'> {
  return {
    claimOutbox: async (now, leaseUntil, limit) => {
      const records = await driver.query<OutboxRecord>(
        `update outbox set lease_until = $2, attempts = attempts + 1 where id in (
           select id from outbox where state = 'pending' and due_at <= $1 and lease_until <= $1
           order by seq limit $3 for update skip locked)
         returning id, seq, target, body, attempts, due_at`,
        [now, leaseUntil, limit],
      );
      return records
        .map(
          ({ id, seq, target, body, attempts, due_at }): OutboxEntry => ({
            id,
            seq: Number(seq),
            target,
            body,
            attempts,
            dueAt: due_at,
          }),
        )
        .sort((a, b) => a.seq - b.seq);
    },
    settleOutbox: async (id, result) => {
      if (result.done)
        await driver.query("update outbox set state = 'done', note = $2 where id = $1", [id, result.receipt]);
      else if (result.retryAt === null)
        await driver.query("update outbox set state = 'failed', note = $2 where id = $1", [id, result.error]);
      else
        await driver.query("update outbox set due_at = $2, lease_until = '', note = $3 where id = $1", [
          id,
          result.retryAt,
          result.error,
        ]);
    },
    pendingOutbox: async () => {
      const [row] = await driver.query<{ count: unknown }>(
        "select count(*) as count from outbox where state = 'pending'",
      );
      return Number(row?.count ?? 0);
    },
  };
}
