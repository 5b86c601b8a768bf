/**
 * The fields that forms are made of. Some the log answers by itself, the others a person states with
 * incidents.StateField; one statement serves every form.
 */
import type { Text } from '../../../log/fact.ts';

export type FieldDef = {
  readonly label: Text;
  /** Whether the log answers it; otherwise somebody states it. */
  readonly from: 'log' | 'stated';
};
const log = (en: string, ja: string): FieldDef => ({ label: { en, ja }, from: 'log' });
const stated = (en: string, ja: string): FieldDef => ({ label: { en, ja }, from: 'stated' });

export const FIELDS = {
  'report.round': log('Report number', '報告回数'),
  'report.at': log('Time of report', '報告日時'),
  'firm.name': log('Name of the firm', '業者名'),
  'firm.registration': log('Registration', '登録番号'),
  'firm.contact': log('Department and contact', '担当部署・連絡先'),
  'incident.title': log('Subject', '件名'),
  'incident.kinds': log('Class of event', '事案の区分'),
  'incident.occurred-at': log('Time of occurrence', '発生日時'),
  'incident.aware-at': log('Time of awareness', '検知(認識)日時'),
  'incident.recovered-at': log('Time of recovery', '復旧日時'),
  'incident.status': log('Present status', '現在の状況'),
  'incident.severity': log('Own severity', '重大度(自社基準)'),
  timeline: log('History in order of time', '発生からの経緯・対応状況(時系列)'),
  structure: log('Emergency structure', '緊急時対応体制'),
  liaison: log('Reports to authorities', '当局との連携状況'),
  decisions: log('Decisions', '主な判断'),
  evidence: log('Evidence secured', '証拠保全の状況'),
  causes: log('Causes found in review', '事後検証で判明した原因'),
  improvements: log('Improvements', '改善措置'),
  summary: stated('What happened', '事案(障害)の概要'),
  systems: stated('Where: systems, devices, vendors', '発生箇所(システム・機器・委託先)'),
  cause: stated('Cause', '原因'),
  'impact.business': stated('Impact on business', '業務への影響'),
  'impact.users': stated('Users affected', '影響を受けた利用者数'),
  'impact.count': stated('Transactions affected', '影響件数'),
  'impact.amount': stated('Amounts affected', '影響金額'),
  'impact.others': stated('Impact on others', '他社等への影響'),
  'loss.assets': stated('Assets lost', '流出・消失した暗号資産'),
  'loss.destinations': stated('Destination addresses', '流出先アドレス'),
  'wallet.structure': stated('Wallet structure', 'ウォレット構成'),
  containment: stated('Measures against spreading', '被害拡大防止のための対応'),
  'worst-case': stated('Worst case and its largest risk', '最悪のシナリオと最大リスク'),
  'recovery.outlook': stated('Recovery outlook', '復旧見込'),
  'measures.interim': stated('Interim measures', '暫定対応'),
  'measures.permanent': stated('Permanent measures', '恒久対応'),
  alternative: stated('Alternative means', '代替手段'),
  'users.response': stated('Response to users', '利用者対応'),
  'users.complaints': stated('Complaints', '苦情・照会の状況'),
  publicity: log('Publication', '公表の状況'),
  press: stated('Press', '報道の状況'),
  prevention: stated('Prevention of recurrence', '再発防止策'),
  'cyber.attack': stated('Cyber attack or not', 'サイバー攻撃の有無'),
  'service.level': stated('Whether the service level was broken', '重要インフラサービス維持レベルの逸脱'),
  'ddos.vector': stated('Type (MITRE ATT&CK T1498, T1499)', '攻撃の種別(T1498、T1499等)'),
  'ddos.traffic': stated('Observed traffic', '観測された通信量(Gbps、pps)'),
  'ddos.duration': stated('Duration', '継続時間'),
  'ddos.mitigation': stated('Mitigation', '緩和策(CDN切替、ACL、ISP等)'),
  'ransom.note': stated('Ransom note', 'ランサムノート'),
  'ransom.extension': stated('Extension of encrypted files', '暗号化ファイルの拡張子'),
  'ransom.type': stated('Type', '類型(暗号化、漏えい示唆、身代金要求)'),
  'attack.entry': stated('Way in', '侵入方法'),
  'attack.indicators': stated('Indicators', 'インディケータ(ハッシュ、通信先、ツール)'),
  'data.items': stated('Items of personal data', '個人データの項目'),
  'data.persons': stated('Number of persons', '本人の数'),
  'data.secondary': stated('Secondary damage', '二次被害又はそのおそれの有無・内容'),
  'data.notice': stated('What the persons are told', '本人への対応の実施状況'),
  'misconduct.office': stated('Office', '発生営業所等'),
  'misconduct.persons': stated('Persons involved', '関係者'),
  'funding.outlook': stated('Funding and compensation', '財務・資金繰り、補償の方針'),
  'consent.nco': stated('Consent to share with NCO', '国家サイバー統括室への共有の同意'),
  'ransom.reasons': stated('Reasons for a payment', '支払の理由'),
  remarks: stated('Remarks', '備考'),
} as const satisfies Record<string, FieldDef>;

export type FieldId = keyof typeof FIELDS;
export const isField = (id: string): id is FieldId => id in FIELDS;
