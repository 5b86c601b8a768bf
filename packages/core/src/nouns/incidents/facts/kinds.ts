/**
 * The vocabulary of the response: scenario classes, the events that legal clocks hang on, and the roles of an incident.
 * Classes: JVCEA emergency rule art. 5(2)(2) and (3), and the stablecoin triggers of the incident-response source.
 */
import { z } from 'zod';
import type { Text } from '../../../log/fact.ts';

export const KIND_NAMES = {
  'cyber-ddos': { en: 'Cyber attack: DDoS', ja: 'サイバー攻撃(DDoS)' },
  'cyber-ransomware': { en: 'Cyber attack: ransomware', ja: 'サイバー攻撃(ランサムウェア)' },
  'cyber-intrusion': { en: 'Cyber attack: intrusion or other', ja: 'サイバー攻撃(不正侵入等)' },
  disaster: { en: 'Disaster or pandemic', ja: '災害・パンデミック' },
  'system-fault': { en: 'System failure, internal or external cause', ja: 'システム障害(内部・外部起因)' },
  'data-leak': { en: 'Leak of information', ja: '情報漏えい' },
  'asset-outflow': { en: 'Outflow, loss or misuse of crypto-assets', ja: '暗号資産の流出・消失・不正利用' },
  'batch-delay': { en: 'Batch processing badly late', ja: 'バッチ処理の大幅遅延' },
  'peg-break': { en: 'Sustained break of the peg', ja: '持続的なペッグ逸脱' },
  'reserve-blocked': { en: 'Reserve assets cannot be reached', ja: '準備金へのアクセス阻害' },
  'governance-act': { en: 'Unexpected governance act', ja: '予想外のガバナンス措置' },
} as const satisfies Record<string, Text>;
export const KINDS = Object.keys(KIND_NAMES) as readonly Kind[];
export type Kind = keyof typeof KIND_NAMES;
export const kindSchema = z.enum(KINDS as [Kind, ...Kind[]]);

/** What may have happened in an incident that a duty, a form or a review asks the time of. */
export const MILESTONE_NAMES = {
  occurred: { en: 'It happened', ja: '発生' },
  aware: { en: 'The firm became aware', ja: '認識(検知)' },
  'attack-announced': { en: 'An attack was announced or detected', ja: '攻撃の予告・検知' },
  determined: { en: 'It was determined to be an incident', ja: 'インシデントと確定' },
  'classified-major': { en: 'It was classified as major', ja: '重大事案として分類' },
  'misconduct-known': { en: 'A breach of law or harm to the business became known', ja: '不祥事件を知った' },
  'leak-known': { en: 'A reportable leak of personal data became known', ja: '個人データの漏えい等を知った' },
  'unauthorised-trade-known': { en: 'Unauthorised trading or withdrawal became known', ja: '不正取引を認識' },
  'disclosure-due': { en: 'A fact to disclose to the market arose', ja: '適時開示事由の発生・決定' },
  'effect-began': { en: 'Customers were affected', ja: '利用者影響の発生' },
  contained: { en: 'Contained', ja: '被害拡大の防止(封じ込め)' },
  recovered: { en: 'Service recovered', ja: '復旧' },
  'cause-found': { en: 'The cause was found', ja: '原因解明' },
  'staff-punished': { en: 'Staff were disciplined', ja: '役職員の処分' },
  'ransom-paid': { en: 'An extortion payment was made', ja: '身代金等の支払' },
  'association-asked': { en: 'The association asked for copies', ja: '協会からの提出要請' },
  'later-set-asked': {
    en: 'The association set a date for further documents',
    ja: '協会が追加資料の期限を指定',
  },
} as const satisfies Record<string, Text>;
export type Milestone = keyof typeof MILESTONE_NAMES;
export const MILESTONES = Object.keys(MILESTONE_NAMES) as readonly Milestone[];
export const milestoneSchema = z.enum(MILESTONES as [Milestone, ...Milestone[]]);

export const ROLE_NAMES = {
  commander: { en: 'Commander', ja: '指揮者' },
  deputy: { en: 'Deputy commander', ja: '副指揮者' },
  scribe: { en: 'Scribe', ja: '記録係' },
  technical: { en: 'Technical lead', ja: '技術責任者' },
  communications: { en: 'Communications', ja: '広報' },
  legal: { en: 'Legal', ja: '法務' },
  compliance: { en: 'Compliance', ja: 'コンプライアンス' },
  desk: { en: 'Customer desk', ja: '顧客窓口' },
  sponsor: { en: 'Executive sponsor', ja: '担当役員' },
} as const satisfies Record<string, Text>;
export type IncidentRole = keyof typeof ROLE_NAMES;
export const INCIDENT_ROLES = Object.keys(ROLE_NAMES) as readonly IncidentRole[];
export const roleSchema = z.enum(INCIDENT_ROLES as [IncidentRole, ...IncidentRole[]]);

/** What a person is told on taking the role: first things first, life safety before all (art. 2). */
export const ROLE_INSTRUCTIONS: Readonly<Record<IncidentRole, Text>> = {
  commander: {
    en: 'Check first that nobody is in danger. You decide and delegate; you do not repair. Fill the roles, set severity (assume the worst), name the next decision and its time, and ask for strong objections before each.',
    ja: 'まず人命の安全を確認。判断と委任に徹し、自ら作業しない。役割を充足し、重大度は最悪を想定して定め、次の判断と時刻を示し、都度「強い異議」の有無を問う。',
  },
  deputy: {
    en: 'Keep the timers: unacknowledged pages, unfilled roles, clocks and next updates. Be ready to take over at any moment.',
    ja: '未応答の呼出、空席の役割、法定期限、次回更新の時刻を管理する。いつでも指揮を引き継げるようにする。',
  },
  scribe: {
    en: 'Write the timeline: what happened, when it was known, who decided what and why. Corrections append; nothing is erased.',
    ja: '時系列を記録する。発生・認知・判断とその理由。訂正は追記し、消さない。',
  },
  technical: {
    en: 'Lead diagnosis, containment and recovery. Collect evidence before you change anything, most volatile first. Report condition, action, need.',
    ja: '調査・封じ込め・復旧を率いる。変更前に揮発性の高い順に証拠を保全する。状況・対応・必要事項を報告する。',
  },
  communications: {
    en: 'First public post from the approved template, then scope, then an update at least at every time you promised. Nothing unapproved leaves.',
    ja: '承認済み雛形で第一報、続いて範囲、以後は予告した時刻までに更新。未承認の文は出さない。',
  },
  legal: {
    en: 'Judge the powers used and the words published. Say what must not be said yet, and why.',
    ja: '行使する権限と公表文を審査する。まだ述べてはならないことと理由を示す。',
  },
  compliance: {
    en: 'Own the legal clocks: report the fact to the authority and the association at once, then the forms. "Not reportable" is a decision you sign.',
    ja: '法定期限を所管する。当局・協会へ直ちに事実を報告し、様式を提出する。「報告不要」は記名の判断とする。',
  },
  desk: {
    en: 'Open the desk or call centre, answer from the published words only, count questions and complaints.',
    ja: '窓口・コールセンターを開設し、公表済みの内容のみで回答、照会・苦情を集計する。',
  },
  sponsor: {
    en: 'Brief the representative director and the board with the worst case. Remove obstacles. Decide on the headquarters.',
    ja: '代表取締役・取締役会へ最大リスクを含め報告する。障害を取り除き、対策本部の設置を判断する。',
  },
};
