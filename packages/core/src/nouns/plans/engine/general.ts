/** How books are written down, and the tasks that every first response begins with: life safety before all (art. 2). */
import type { IncidentRole } from '../../incidents/facts/kinds.ts';
import type { PlanTask } from '../facts/plan.ts';

/** A task: id, role, minutes from the start of the book, what to do, and the kind of power that does it. */
export function task(
  id: string,
  role: IncidentRole,
  withinMinutes: number,
  en: string,
  ja: string,
  power: PlanTask['power'] = null,
): PlanTask {
  return { id, role, withinMinutes, title: { en, ja }, power };
}

export const FIRST_TASKS: readonly PlanTask[] = [
  task(
    'life-safety',
    'commander',
    5,
    'Make sure that nobody is in danger; people come before systems and deadlines',
    '人命・身体の安全を確認する(システムや期限より優先)',
  ),
  task(
    'roles',
    'deputy',
    10,
    'Fill the roles; call deputies where nobody answers',
    '役割を充足し、応答がなければ代行者を呼ぶ',
  ),
  task(
    'severity',
    'commander',
    10,
    'Answer the severity criteria; assume the worst',
    '重大度基準に回答する(最悪を想定)',
  ),
  task(
    'report-fact',
    'compliance',
    30,
    'Report the fact to the authority and the association at once',
    '当局・協会へ事実を直ちに報告する',
  ),
  task(
    'first-post',
    'communications',
    15,
    'Publish the first post from the approved template',
    '承認済み雛形で第一報を公表する',
  ),
  task(
    'evidence',
    'technical',
    20,
    'Secure evidence before changing anything: memory, connections, disks, logs',
    '変更前に証拠を保全する(メモリ、通信、ディスク、ログの順)',
  ),
  task(
    'board',
    'sponsor',
    60,
    'Brief the representative director with the worst case; decide on the headquarters',
    '代表取締役へ最大リスクを報告し、対策本部の要否を判断する',
  ),
];

/** Closing tasks of every full recovery. */
export const LAST_TASKS: readonly PlanTask[] = [
  task(
    'recovery-checks',
    'technical',
    240,
    'Check recovery: balances, controls, queues, monitors',
    '復旧確認: 残高、統制、滞留、監視',
  ),
  task(
    'resume',
    'commander',
    300,
    'Resume what was stopped, with the approvals that resuming needs',
    '停止機能を所定の承認を得て再開する',
    'resume',
  ),
  task('report-recovery', 'compliance', 360, 'Report the recovery', '復旧を当局・協会へ報告する'),
  task(
    'explain',
    'communications',
    480,
    'Publish what happened and what was done',
    '経緯と対応内容を公表する',
  ),
];
