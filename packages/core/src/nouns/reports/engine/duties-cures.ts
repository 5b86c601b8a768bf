/**
 * Custody shortfalls that must be cured within business days counted from the next day (翌日から起算). They concern the
 * firm, not an incident: a shortfall event starts the clock, its cure ends it.
 */
import { type Duty, TO, TOKYO } from './duty.ts';

const cure = (
  id: string,
  days: number,
  regimes: Duty['regimes'],
  title: Duty['title'],
  citation: string,
): Duty => ({
  id,
  title,
  citation,
  confidence: 'A',
  validFrom: '2020-05-01',
  validTo: null,
  regimes,
  kinds: [],
  triggers: [{ event: id }],
  clock: { unit: 'business-days', amount: days },
  zone: TOKYO,
  targetMinutes: 12 * 60,
  recipients: [TO.firm],
  form: null,
  satisfiedBy: { event: `${id}-cured` },
  suspendable: null,
  exemptable: null,
});

export const CURE_DUTIES: readonly Duty[] = [
  cure(
    'fiat-trust-short',
    2,
    ['jp-exchange'],
    { en: 'Fiat trust short of what users are owed', ja: '利用者区分管理信託の不足の解消(2営業日)' },
    '暗号資産交換業者に関する内閣府令26条1項6号',
  ),
  cure(
    'coin-short',
    5,
    ['jp-exchange'],
    { en: 'Coins on chain short of the books', ja: '暗号資産の不足の解消(5営業日)' },
    '事務ガイドライン第三分冊16 II-2-2-4-2(3)④注2',
  ),
  cure(
    'hot-over-limit',
    1,
    ['jp-exchange'],
    { en: 'More than 5% of users’ coins outside cold storage', ja: 'ホット上限(5%)超過の解消(1営業日)' },
    '事務ガイドライン第三分冊16 II-2-2-4-2(3)⑦; 府令27条2項・3項',
  ),
  cure(
    'own-coin-over-buffer',
    5,
    ['jp-exchange'],
    { en: 'Own coins in users’ wallets beyond the set buffer', ja: '自己分混在の超過の解消(5営業日)' },
    '事務ガイドライン第三分冊16 II-2-2-4-2(3)③注',
  ),
  cure(
    'token-trust-short',
    2,
    ['jp-epi'],
    { en: 'Tokens in trust short', ja: '電子決済手段の信託の不足の解消(2営業日)' },
    '電子決済手段等取引業者に関する内閣府令38条2項6号',
  ),
  cure(
    'token-self-trust-short',
    1,
    ['jp-epi'],
    { en: 'Tokens in self-trust short', ja: '自己信託の不足の解消(翌営業日まで)' },
    '電子決済手段等取引業者に関する内閣府令38条5項7号',
  ),
  cure(
    'trust-backing-short',
    2,
    ['jp-trust-issuer'],
    { en: 'Backing of a trust-type stablecoin short', ja: '特定信託受益権の裏付資産の不足の解消(2営業日)' },
    '電子決済手段等取引業者に関する内閣府令3条',
  ),
];
