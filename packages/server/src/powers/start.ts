/** Powers at work on a node: the gate, the executor behind the outbox, the keeper, and in a scenario the demonstration. */
import { MODULES } from '@sonae/core/app/modules.ts';
import { faultOf } from '@sonae/core/kernel/errors.ts';
import type { Logger } from 'pino';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import type { Demonstration } from '../demonstration/stage.ts';
import type { Node } from '../node.ts';
import { createHandlers, pumpOutbox } from '../outbox.ts';
import type { ServeOptions } from '../serve.ts';
import { note } from '../verbs/say.ts';
import { connect } from './connections.ts';
import { createExecutor, type FindTarget } from './executor.ts';
import { createGate } from './gate.ts';
import { driveKeeper } from './keeper.ts';

export type RunningPowers = { readonly done: Promise<unknown>; stop(): Promise<void> };

export async function startPowers(
  node: Node,
  options: Pick<ServeOptions, 'config' | 'demonstration' | 'stage'>,
  dir: string,
  signal: AbortSignal,
  logger: Logger,
): Promise<RunningPowers> {
  const { app } = node;
  const { config } = options;
  const { store, clock, signer } = app.ports;
  const connected = await connect(config.connections);
  const asset = options.stage.watched[0]?.watch.spec.asset;
  const demonstration =
    options.demonstration && asset !== undefined ? await tryDemonstration(node, dir, asset, logger) : null;
  const find: FindTarget = (act) => connected(act) ?? demonstration?.find(act) ?? null;
  node.demonstration = demonstration;
  const gate = createGate({
    store,
    clock,
    modules: MODULES,
    verifierKey: signer.verifierKey,
    founding: config.founding ?? null,
    sha256: nodeSha256,
  });
  const executor = createExecutor(app, gate, find);
  const failed = (what: string) => (error: unknown) => logger.error({ err: error }, what);
  const work = [
    pumpOutbox(app, createHandlers(config, executor, app), signal, failed('the outbox stumbled')),
    driveKeeper(app, find, gate, () => node.leader, signal, failed('the keeper of powers stumbled')),
  ];
  if (demonstration !== null) {
    const { playPeople, watchAttention } = await import('../demonstration/players.ts');
    work.push(playPeople(app, demonstration.signers, signal, failed('a demonstration signer stumbled')));
    work.push(watchAttention(node, signal));
  }
  return {
    done: Promise.all(work),
    stop: async () => {
      await Promise.allSettled(work);
      await demonstration?.stop();
    },
  };
}

/** Without contracts or a local EVM for this platform everything else still runs. */
async function tryDemonstration(
  { app }: Node,
  dir: string,
  asset: string,
  logger: Logger,
): Promise<Demonstration | null> {
  try {
    const { startDemonstration } = await import('../demonstration/stage.ts');
    const demonstration = await startDemonstration(app, dir, asset);
    note(
      `  powers       a demonstration firm signs on this machine; local chain at ${demonstration.evm.rpcUrl}`,
    );
    note('');
    return demonstration;
  } catch (error) {
    logger.error({ err: error }, 'the demonstration of powers could not start');
    note(`  powers       not shown: ${faultOf(error).message}`);
    note('');
    return null;
  }
}
