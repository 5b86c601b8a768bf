/**
 * The shipped playbooks: for each scenario class the three procedure books that the rule demands (art. 5(2)(1)). A firm
 * revises them; the shipped ones are version 0 and not approved until its board says so.
 */
import type { Kind } from '../../incidents/facts/kinds.ts';
import type { Book, PlanTask, Stage } from '../facts/plan.ts';
import { CYBER_TASKS, type Own } from './books-cyber.ts';
import { FIRST_TASKS, LAST_TASKS, task } from './general.ts';

const OWN: Readonly<Record<Kind, Own>> = {
  ...CYBER_TASKS,
  disaster: {
    initial: [
      task(
        'people',
        'commander',
        10,
        'Account for everybody; evacuate where told',
        '安否確認、避難誘導(3条)',
      ),
      task('sites', 'technical', 30, 'Which sites and links stand?', '拠点・回線の状況を確認する'),
    ],
    interim: [task('failover', 'technical', 120, 'Move to the remote site', '遠隔地の系統へ切り替える(9条)')],
    recovery: [
      task('return', 'technical', 2_880, 'Return to the main site, checked', '主系統へ復帰し確認する'),
    ],
  },
  'system-fault': {
    initial: [
      task('switch', 'technical', 20, 'Switch over; bypass the failed part', '交替・迂回する(15条3項)'),
      task('scope', 'technical', 30, 'Which services and users are hit?', '影響範囲(業務・利用者)を特定する'),
      task('vendor', 'technical', 30, 'Call the vendor', '外部委託先へ連絡する(11条2項)'),
    ],
    interim: [task('workaround', 'desk', 120, 'Offer users another way', '利用者へ代替手段を案内する')],
    recovery: [
      task(
        'correct',
        'technical',
        480,
        'Correct data and orders that went wrong',
        '誤った取引・残高を訂正する',
      ),
    ],
  },
  'data-leak': {
    initial: [
      task('close-leak', 'technical', 30, 'Close the leak', '漏えい経路を塞ぐ'),
      task('what-data', 'compliance', 120, 'Which data, how many people?', '項目と本人数を把握する'),
    ],
    interim: [task('persons', 'desk', 1_440, 'Tell the persons concerned', '本人へ通知する')],
    recovery: [task('final', 'compliance', 20_160, 'Final report', '確報を提出する')],
  },
  'asset-outflow': {
    initial: [
      task(
        'stop-out',
        'commander',
        15,
        'Stop withdrawals of the assets concerned',
        '対象資産の出庫を停止する',
        'exchange',
      ),
      task(
        'sweep',
        'technical',
        30,
        'Move what is left to cold wallets',
        '残資産をコールドへ移す',
        'bitcoin.psbt',
      ),
      task(
        'trace',
        'technical',
        60,
        'Trace destinations; ask peers and chains to freeze',
        '流出先を追跡し、他社等へ凍結を依頼する',
      ),
      task(
        'wallets',
        'compliance',
        240,
        'Write down wallet structure and quantities',
        'ウォレット構成と数量を記録する',
      ),
    ],
    interim: [
      task('count', 'technical', 720, 'Reconcile every wallet', '全ウォレットを照合する'),
      task(
        'funding',
        'sponsor',
        1_440,
        'What absorbs the loss, and when users are told',
        '損失の填補財源と補償方針を定める',
      ),
    ],
    recovery: [
      task(
        'reopen',
        'commander',
        4_320,
        'Reopen per asset, with new keys',
        '新たな鍵で資産ごとに再開する',
        'resume',
      ),
    ],
  },
  'batch-delay': {
    initial: [
      task(
        'cut-off',
        'technical',
        30,
        'What cannot wait: cut-offs, settlement, margin',
        '締切・決済・証拠金への影響を確認する',
      ),
      task(
        'halt-dependent',
        'commander',
        45,
        'Stop what depends on the batch',
        '依存業務を止める',
        'exchange',
      ),
    ],
    interim: [
      task('by-hand', 'desk', 240, 'Compute by hand what is due today', '当日必要分を手作業で算出する'),
    ],
    recovery: [task('rerun', 'technical', 480, 'Run it again and reconcile', '再実行し照合する')],
  },
  'peg-break': {
    initial: [
      task(
        'confirm',
        'technical',
        15,
        'Two venues and the book: real, or a false alarm?',
        '複数会場と板で実際の乖離か確認する',
      ),
      task(
        'oracle',
        'technical',
        20,
        'Is the oracle true? Pause or replace it if not',
        'オラクルの健全性を確認し、必要なら停止・差替',
        'evm.guardian',
      ),
      task('redemption', 'sponsor', 60, 'Can everybody redeem at par?', '額面償還が可能か確認する'),
    ],
    interim: [
      task(
        'liquidity',
        'sponsor',
        120,
        'Rebalance liquidity; call market makers',
        '流動性を再配分し、マーケットメーカーに連絡',
      ),
      task(
        'parameters',
        'technical',
        240,
        'Change parameters within the powers given',
        '権限内でパラメータを調整する',
        'evm.guardian',
      ),
    ],
    recovery: [
      task(
        'collateral',
        'sponsor',
        1_440,
        'Add collateral or move the reserve',
        '追加担保の投入、準備金の移管',
      ),
    ],
  },
  'reserve-blocked': {
    initial: [
      task('how-much', 'sponsor', 30, 'How much, at whom, until when?', '金額・預け先・見込を把握する'),
      task(
        'limit-redemption',
        'commander',
        60,
        'Limit redemption only as published',
        '公表済みの方針の範囲で償還を制限する',
        'exchange',
      ),
    ],
    interim: [task('credit', 'sponsor', 720, 'Draw credit lines and capital', '信用枠・自己資本を用いる')],
    recovery: [
      task('spread', 'sponsor', 10_080, 'Spread the reserve over custodians', '準備金の預け先を分散する'),
    ],
  },
  'governance-act': {
    initial: [
      task('pause', 'technical', 20, 'Pause what the act touches', '対象機能を一時停止する', 'evm.guardian'),
      task('who', 'legal', 60, 'Who did it, by which right?', '行為者と根拠を確認する'),
    ],
    interim: [task('revert', 'technical', 720, 'Roll back by the ordinary way', '正規の手続で差し戻す')],
    recovery: [
      task(
        'powers',
        'legal',
        10_080,
        'Review thresholds and delays of the powers',
        '権限の閾値・遅延を見直す',
      ),
    ],
  },
};

/** The shipped book of a class and stage. */
export function shippedBook(kind: Kind, stage: Stage): Book {
  const own = OWN[kind][stage];
  if (stage === 'initial') return { kind, stage, tasks: [...FIRST_TASKS, ...own] };
  if (stage === 'recovery') return { kind, stage, tasks: [...own, ...LAST_TASKS] };
  const update = task(
    'update',
    'communications',
    60,
    'Update at the time you promised',
    '予告した時刻までに続報を出す',
  );
  return { kind, stage, tasks: [...own, update] };
}

/** What is opened while nobody knows the class. */
export const GENERAL_TASKS: readonly PlanTask[] = FIRST_TASKS;
