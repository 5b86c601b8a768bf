/**
 * Worker thread that makes customers' files of private epochs: a third of a second of curve arithmetic each, for which the
 * node's own thread has no time. The newest epochs that were asked for stay open.
 */
import { parentPort } from 'node:worker_threads';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { PrivateFiles } from './private-files.ts';
import { openPrivateEpoch } from './private-store.ts';

export type FileAsk = { readonly id: number; readonly dir: string; readonly customer: string };
export type FileAnswer =
  | { readonly id: number; readonly text: string | null }
  | { readonly id: number; readonly problem: string };

const OPEN_MAX = 4;
const open = new Map<string, PrivateFiles>();

function filesIn(dir: string): PrivateFiles {
  const known = open.get(dir);
  if (known !== undefined) return known;
  const fresh = openPrivateEpoch(dir);
  if (open.size >= OPEN_MAX) open.delete(open.keys().next().value ?? '');
  open.set(dir, fresh);
  return fresh;
}

function answerOf({ id, dir, customer }: FileAsk): FileAnswer {
  try {
    return { id, text: filesIn(dir).fileOf(customer) };
  } catch (error) {
    // In no tree of the epoch: for whoever asks that is an answer.
    if (error instanceof FaultError && error.fault.code === 'input.invalid') return { id, text: null };
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (ask: FileAsk) => parentPort?.postMessage(answerOf(ask)));
