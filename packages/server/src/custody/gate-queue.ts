/**
 * Withdrawals that wait for the log: while one batch commits the next one gathers, so that a busy gate commits many
 * decisions at once and a quiet one waits for nobody. Nobody is answered before the batch is durable.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { Reasoned, Withdrawal } from '@sonae/core/nouns/custody/decisions/withdrawal.ts';
import { GATE_BATCH_MAX } from '@sonae/core/nouns/custody/facts/gate.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';

const GATE: Principal = { id: 'system:gate', kind: 'system' };
/** Beyond it the exchange is told to come back: an answer would be late anyhow. */
const WAITING_MAX = 5_000;

type Waiting = {
  readonly asked: Withdrawal & { readonly answerBy: string };
  readonly resolve: (answer: Reasoned) => void;
  readonly reject: (error: unknown) => void;
};
export type GateQueue = {
  /** The durable decision. Rejects when the log cannot take it, or too many wait. */
  decide(withdrawal: Withdrawal): Promise<Reasoned>;
};

export function createGateQueue(app: App, deadlineMs: number): GateQueue {
  const queue: Waiting[] = [];
  let pumping = false;

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const input = { withdrawals: batch.map(({ asked }) => asked) } as unknown as JsonValue;
      const outcome = await app.submit({ command: 'custody.DecideWithdrawals', input, actor: GATE });
      if (outcome.status !== 'done') throw new Error(`the log refused: ${outcome.refused}`);
      const { answers } = outcome.result as unknown as { answers: readonly Reasoned[] };
      batch.forEach((one, n) => {
        const answer = answers[n];
        if (answer?.id === one.asked.id) one.resolve(answer);
        else one.reject(new Error('the log gave no answer'));
      });
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  };
  const pump = async (): Promise<void> => {
    while (queue.length > 0) await settle(queue.splice(0, GATE_BATCH_MAX));
    pumping = false;
  };
  return {
    decide: (withdrawal) => {
      if (queue.length >= WAITING_MAX)
        return Promise.reject(
          new FaultError('log.overloaded', `${queue.length} withdrawals wait`, 'ask again in a second'),
        );
      return new Promise((resolve, reject) => {
        const answerBy = isoTime(app.ports.clock.now() + deadlineMs);
        queue.push({ asked: { ...withdrawal, answerBy }, resolve, reject });
        if (pumping) return;
        pumping = true;
        void Promise.resolve().then(pump);
      });
    },
  };
}
