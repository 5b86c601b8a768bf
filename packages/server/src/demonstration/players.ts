/**
 * The demonstration's people, played: guardians who sign what is proposed, ask for the resumption once the peg has been
 * quiet, and an auditor who reviews. They go through the same commands and signatures as anybody.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { parseTime, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import { type Conditions, meets } from '@sonae/core/nouns/authority/views/conditions.ts';
import type { UseSummary, Uses } from '@sonae/core/nouns/authority/views/list.ts';
import type { Powers } from '@sonae/core/nouns/authority/views/powers.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { Verdict } from '@sonae/proof/approval';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { sleep } from '../drive-scenario.ts';
import type { Node } from '../node.ts';
import { AUDITOR, type DemoSigners, GUARDIANS } from './firm.ts';

/** Between two signatures, so that somebody who watches can follow. */
const SIGN_EVERY_MS = 1.5 * SECOND_MS;
const ATTENTION_EVERY_MS = 50;

const as = (id: string): Principal => ({ id, kind: 'operator' });

/** One statement of a demonstration signer about a use, through the app like any other. */
export async function signAs(
  app: App,
  signers: DemoSigners,
  principal: string,
  use: Use,
  says: Verdict,
  reason: string,
): Promise<Awaited<ReturnType<App['submit']>>> {
  const signer = signers.wallets[principal] ?? signers.keys[principal];
  if (signer === undefined || use.action === null) throw new Error(`${principal} is no demonstration signer`);
  const signed = {
    use: use.id,
    principal,
    credential: signer.credential.id,
    proof: signer.sign({ says, action: use.action }) as unknown as JsonValue,
  };
  const command = { approve: 'Approve', refuse: 'Decline', cancel: 'Cancel' }[says];
  const input = says === 'approve' ? signed : { ...signed, reason };
  return app.submit({ command: `authority.${command}`, input, actor: as(principal) });
}

async function read<T>(app: App, view: string, key: string): Promise<T | null> {
  const text = await app.ports.store.view(view, key);
  return text === undefined ? null : (JSON.parse(text) as T);
}

/** Whether somebody who watches should be given time: something is being signed or performed. */
export async function isBusy(app: App): Promise<boolean> {
  const uses = (await read<Uses>(app, 'authority.uses', 'all'))?.uses ?? [];
  return uses.some(
    (use) =>
      use.state === 'requested' ||
      use.state === 'executed' ||
      (use.state === 'ordered' && use.step === 'stop'),
  );
}

/** Plays until aborted. */
export async function playPeople(
  app: App,
  signers: DemoSigners,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const list = await read<Uses>(app, 'authority.uses', 'all');
      for (const use of list?.uses ?? []) await playUse(app, signers, use, list?.uses ?? []);
    } catch (error) {
      onFailure(error);
    }
    await sleep(SIGN_EVERY_MS, signal);
  }
}

async function playUse(
  app: App,
  signers: DemoSigners,
  summary: UseSummary,
  all: readonly UseSummary[],
): Promise<void> {
  if (summary.state === 'requested') {
    const next = GUARDIANS.find((id) => !summary.approvers.includes(id) && id !== summary.requester);
    const use = await read<Use>(app, 'authority.use', summary.id);
    if (next !== undefined && use !== null) await signAs(app, signers, next, use, 'approve', '');
    return;
  }
  const { step, state, id } = summary;
  if (step === 'stop' && state === 'verified' && !all.some((other) => other.of === id))
    return resumeWhenQuiet(app, summary);
  const isOver = state === 'resumed' || state === 'lapsed';
  if (!isOver || summary.reviewed) return;
  const input = {
    use: id,
    wasRight: true,
    findings:
      'Demonstration: the criteria were met, the quorum was reached, and the stop ended when the peg held again. 実演: 発動基準を満たし、定足数に達し、ペグ回復後に停止は終了した。',
  };
  await app.submit({ command: 'authority.Review', input, actor: as(AUDITOR) });
}

async function resumeWhenQuiet(app: App, use: UseSummary): Promise<void> {
  const power = (await read<Powers>(app, 'authority.powers', 'all'))?.powers[use.power]?.power;
  const conditions = await read<Conditions>(app, 'authority.conditions', 'all');
  if (power?.release == null || conditions === null) return;
  if (!meets(power.release, conditions, app.ports.clock.surelyPast())) return;
  const executedAt = parseTime(use.executedAt ?? '');
  if (app.ports.clock.now() <= executedAt) return;
  const reason = 'The release criteria are met. 解除基準を満たした。';
  const input = { power: use.power, target: use.target, step: 'resume', of: use.id, reason };
  await app.submit({ command: 'authority.Request', input, actor: as('guardian-6') });
}

/** Keeps the node's `attention` flag: looked at whenever the log grew. */
export async function watchAttention(node: Node, signal: AbortSignal): Promise<void> {
  let grew = true;
  const off = node.app.ports.store.onAppend(() => {
    grew = true;
  });
  while (!signal.aborted) {
    if (grew) {
      grew = false;
      node.attention = await isBusy(node.app).catch(() => false);
    }
    await sleep(ATTENTION_EVERY_MS, signal);
  }
  off();
}
