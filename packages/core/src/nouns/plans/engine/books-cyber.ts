/** Shipped books for cyber attacks: find and block the source, spread load, stop parts (art. 12), keys and copies first. */
import type { Kind } from '../../incidents/facts/kinds.ts';
import type { PlanTask } from '../facts/plan.ts';
import { task } from './general.ts';

/** Tasks of a class that come beside the general ones, by stage. */
export type Own = {
  readonly initial: readonly PlanTask[];
  readonly interim: readonly PlanTask[];
  readonly recovery: readonly PlanTask[];
};

const CYBER_FIRST = [
  task('find-source', 'technical', 30, 'Find the source of the attack', '攻撃元を特定する(12条1号)'),
  task(
    'block-source',
    'technical',
    45,
    'Block the source addresses',
    '攻撃元IPアドレスを遮断する(12条1号)',
    'network',
  ),
  task(
    'stop-parts',
    'commander',
    60,
    'Decide which systems to stop',
    'システムの全部・一部の一時停止を判断する(12条3号)',
    'exchange',
  ),
];

export const CYBER_TASKS: Readonly<Record<Extract<Kind, `cyber-${string}`>, Own>> = {
  'cyber-ddos': {
    initial: [
      ...CYBER_FIRST,
      task(
        'spread-load',
        'technical',
        30,
        'Spread the load: CDN, scrubbing, provider',
        'アクセスを分散させる(CDN、緩和サービス、12条2号)',
      ),
    ],
    interim: [
      task('alternate', 'technical', 120, 'Open alternate access for users', '代替アクセス経路を用意する'),
    ],
    recovery: [task('lift-blocks', 'technical', 240, 'Lift blocks step by step', '遮断を段階的に解除する')],
  },
  'cyber-ransomware': {
    initial: [
      ...CYBER_FIRST,
      task(
        'isolate',
        'technical',
        20,
        'Cut the network of what is encrypted; power stays on',
        '暗号化された機器を切り離す(電源は切らない)',
        'network',
      ),
      task(
        'copies',
        'technical',
        30,
        'Check that dispersed copies are intact and out of reach',
        '分散保管した写しの健全性と隔離を確認する',
      ),
      task(
        'no-payment',
        'legal',
        60,
        'No contact or payment without legal and the board',
        '法務・取締役会の判断なく接触・支払をしない',
      ),
    ],
    interim: [
      task('manual', 'desk', 240, 'Run what must run by hand', '必須業務を手作業で継続する'),
      task(
        'leak-check',
        'compliance',
        480,
        'Judge whether personal data leaked',
        '個人データ漏えいの有無を判断する',
      ),
    ],
    recovery: [
      task(
        'rebuild',
        'technical',
        2_880,
        'Rebuild from known good; never from the infected',
        '健全な媒体から再構築する',
      ),
      task('credentials', 'technical', 1_440, 'Replace every credential', '全認証情報を更新する'),
    ],
  },
  'cyber-intrusion': {
    initial: [
      ...CYBER_FIRST,
      task(
        'keys',
        'technical',
        30,
        'Isolate keys; move what is hot to cold',
        '鍵を隔離し、ホットの資産をコールドへ移す',
        'bitcoin.psbt',
      ),
    ],
    interim: [task('hunt', 'technical', 720, 'Hunt for what the intruder left', '侵入者の残存を探索する')],
    recovery: [task('credentials', 'technical', 1_440, 'Replace every credential', '全認証情報を更新する')],
  },
};
