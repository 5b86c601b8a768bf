/**
 * Texts that ship with the product. They are proposals: a firm's own people must adopt each of them before it counts as
 * approved. They state only what a first minute can know, promise no cause and no refund, and never say that funds are safe.
 */
import type { Template, TemplateVariable } from '../facts/templates.ts';

type Both = { readonly en: string; readonly ja: string };
const both = (en: string, ja: string): { en: string; ja: string } => ({ en, ja });
const variable = (name: string, kind: 'component' | 'asset' | 'time' | 'number' | 'words', says: Both) =>
  ({ name, kind, says: { ...says } }) as TemplateVariable;

const SERVICE = variable('service', 'component', both('The service concerned', '対象サービス'));
const ASSET = variable('asset', 'asset', both('The asset', '対象の資産'));
const SINCE = variable('since', 'time', both('Since when', '発生時刻'));
const KEEP_SAFE = both(
  'You need not do anything now. We never ask for passwords, keys or codes by mail, message or telephone.',
  '現時点でお客様による操作は必要ありません。当社がメール・メッセージ・電話でパスワードや秘密鍵、認証コードをお尋ねすることはありません。',
);
const NO_MORE_STOPPED = both(
  'Services that this page does not name run as usual.',
  '本ページに記載のないサービスは通常どおりご利用いただけます。',
);

export const SHIPPED_TEMPLATES: readonly Template[] = [
  {
    id: 'first-post',
    kind: 'first-post',
    name: both('First post', '第一報'),
    status: 'investigating',
    title: both('{service}: we are investigating a problem', '{service}: 障害の調査を開始しました'),
    parts: {
      whatIsKnown: both(
        'Since {since} there has been a problem with {service}. We noticed it and are investigating. Cause and scope are not known yet.',
        '{since}頃より、{service}において障害が発生しております。現在調査を進めており、原因および影響範囲は確認中です。',
      ),
      whatIsStopped: both(
        '{service} may be slow or unavailable. Other services run as usual as far as we know.',
        '{service}がご利用いただけない、または遅延する場合があります。その他のサービスへの影響は現時点で確認されておりません。',
      ),
      whatUsersShouldDo: KEEP_SAFE,
    },
    variables: [SERVICE, SINCE],
    nextUpdateMinutes: 20,
  },
  {
    id: 'scope',
    kind: 'scope',
    name: both('Scope', '影響範囲'),
    status: 'identified',
    title: both('{service}: what is affected', '{service}: 影響範囲のお知らせ'),
    parts: {
      whatIsKnown: both(
        'The problem with {service} since {since} has been narrowed down: {scope}',
        '{since}頃より発生している{service}の障害について、影響範囲を確認いたしました。{scope}',
      ),
      whatIsStopped: both(
        '{service} is restricted until it is repaired. Requests received before stay recorded.',
        '復旧まで{service}を制限しております。既にお受けしたお申し込みは記録されております。',
      ),
      whatUsersShouldDo: KEEP_SAFE,
    },
    variables: [SERVICE, SINCE, variable('scope', 'words', both('What is affected', '影響の内容'))],
    nextUpdateMinutes: 20,
  },
  {
    id: 'update',
    kind: 'update',
    name: both('Update', '続報'),
    status: 'identified',
    title: both('{service}: update', '{service}: 続報'),
    parts: {
      whatIsKnown: both('{news}', '{news}'),
      whatIsStopped: both('{service} is still restricted.', '{service}の制限を継続しております。'),
      whatUsersShouldDo: KEEP_SAFE,
    },
    variables: [SERVICE, variable('news', 'words', both('What is new', '新たに判明したこと'))],
    nextUpdateMinutes: 20,
  },
  {
    id: 'resolved',
    kind: 'resolved',
    name: both('Resolved', '復旧'),
    status: 'resolved',
    title: both('{service}: resolved', '{service}: 復旧のお知らせ'),
    parts: {
      whatIsKnown: both(
        'The problem with {service} ended at {until}. A report on cause, effects and prevention follows.',
        '{service}の障害は{until}に復旧いたしました。原因・影響・再発防止策は後日ご報告いたします。',
      ),
      whatIsStopped: both('Nothing is stopped any more.', '現在停止しているサービスはありません。'),
      whatUsersShouldDo: both(
        'Please check your recent orders and transfers, and tell our desk if something looks wrong.',
        'お手数ですが直近のお取引・入出庫の内容をご確認いただき、ご不明な点は相談窓口までお問い合わせください。',
      ),
    },
    variables: [SERVICE, variable('until', 'time', both('When it ended', '復旧時刻'))],
    nextUpdateMinutes: null,
  },
  {
    id: 'peg-deviation',
    kind: 'peg-deviation',
    name: both('Peg deviation', '価格連動の逸脱'),
    status: 'investigating',
    title: both('{asset}: market price differs from its reference', '{asset}: 市場価格の乖離について'),
    parts: {
      whatIsKnown: both(
        'Since {since} the market price of {asset} has differed from its reference by about {deviation} per cent. We are examining why.',
        '{since}頃より、{asset}の市場価格が基準価格から約{deviation}%乖離しております。要因を確認中です。',
      ),
      whatIsStopped: NO_MORE_STOPPED,
      whatUsersShouldDo: both(
        'Prices may move quickly. Please look at the price before you trade. We never ask for passwords, keys or codes.',
        '価格が急速に変動するおそれがあります。お取引の際は価格をご確認ください。当社がパスワードや秘密鍵、認証コードをお尋ねすることはありません。',
      ),
    },
    variables: [ASSET, SINCE, variable('deviation', 'number', both('Deviation in per cent', '乖離率(%)'))],
    nextUpdateMinutes: 20,
  },
  {
    id: 'outflow',
    kind: 'outflow',
    name: both('Suspected outflow', '流出の疑い'),
    status: 'investigating',
    title: both('{asset}: withdrawals stopped while we investigate', '{asset}: 出庫停止と調査のお知らせ'),
    parts: {
      whatIsKnown: both(
        'At {since} we noticed movements of {asset} that we had not expected. We are investigating. Amount and cause are not known yet.',
        '{since}頃、{asset}について想定外の移動を検知いたしました。現在調査中であり、数量および原因は確認中です。',
      ),
      whatIsStopped: both(
        'Deposits and withdrawals of {asset} are stopped as a precaution.',
        '安全確保のため、{asset}の入出庫を停止しております。',
      ),
      whatUsersShouldDo: both(
        'Please send no {asset} to your deposit addresses for now. We never ask for passwords, keys or codes.',
        '当面の間、入庫用アドレスへの{asset}の送付はお控えください。当社がパスワードや秘密鍵、認証コードをお尋ねすることはありません。',
      ),
    },
    variables: [ASSET, SINCE],
    nextUpdateMinutes: 20,
  },
  {
    id: 'redemption-paused',
    kind: 'redemption-paused',
    name: both('Redemption paused', '償還の一時停止'),
    status: 'identified',
    title: both('{asset}: redemption is paused', '{asset}: 償還の一時停止について'),
    parts: {
      whatIsKnown: both(
        'Redemption of {asset} has been paused since {since}. {cause}',
        '{since}より、{asset}の償還を一時停止しております。{cause}',
      ),
      whatIsStopped: both(
        'New requests for redemption are not taken. Requests received before stay recorded in their order.',
        '新規の償還請求の受付を停止しております。受付済みの請求は受付順に記録されております。',
      ),
      whatUsersShouldDo: KEEP_SAFE,
    },
    variables: [
      ASSET,
      SINCE,
      {
        name: 'cause',
        kind: 'choice',
        says: both('Why', '理由'),
        choices: [
          {
            id: 'bank-closed',
            text: both(
              'A bank that we pay through is not available.',
              '送金に用いる銀行が利用できないためです。',
            ),
          },
          {
            id: 'reserve-access',
            text: both(
              'Access to part of the reserves is delayed.',
              '準備資産の一部の利用に遅延が生じているためです。',
            ),
          },
          {
            id: 'system',
            text: both(
              'The system that handles it has a fault.',
              '処理システムに障害が発生しているためです。',
            ),
          },
          {
            id: 'checking',
            text: both('We are still examining why.', '理由は確認中です。'),
          },
        ],
      },
    ],
    nextUpdateMinutes: 60,
  },
  {
    id: 'maintenance',
    kind: 'maintenance',
    name: both('Planned maintenance', '予定メンテナンス'),
    status: 'identified',
    title: both('Maintenance of {service}', '{service}メンテナンスのお知らせ'),
    parts: {
      whatIsKnown: both(
        'We maintain {service} from {from} to {until}.',
        '{from}から{until}まで、{service}のメンテナンスを実施いたします。',
      ),
      whatIsStopped: both(
        '{service} is not available during that time.',
        '実施中は{service}をご利用いただけません。',
      ),
      whatUsersShouldDo: both(
        'Please finish what is urgent beforehand.',
        'お急ぎのお手続きは事前にお済ませください。',
      ),
    },
    variables: [
      SERVICE,
      variable('from', 'time', both('Begin', '開始時刻')),
      variable('until', 'time', both('End', '終了時刻')),
    ],
    nextUpdateMinutes: null,
  },
  {
    id: 'phishing-warning',
    kind: 'phishing-warning',
    name: both('Phishing warning', 'フィッシングの注意喚起'),
    status: 'identified',
    title: both('Warning: messages in our name', '【注意喚起】当社を装う連絡について'),
    parts: {
      whatIsKnown: both(
        'Since {since} messages have been sent in our name that are not from us.',
        '{since}頃より、当社を装った不審な連絡が確認されております。',
      ),
      whatIsStopped: both('Our services run as usual.', '当社サービスは通常どおりご利用いただけます。'),
      whatUsersShouldDo: both(
        'Open no links in such messages and enter nothing there. Compare with the channels listed on this page, and ask our desk when in doubt.',
        '不審な連絡に記載されたリンクを開いたり、情報を入力したりしないでください。本ページに掲載の公式な連絡手段と照らし合わせ、ご不明な場合は相談窓口へご確認ください。',
      ),
    },
    variables: [SINCE],
    nextUpdateMinutes: 1_440,
  },
];
