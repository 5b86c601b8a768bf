/** The components that a status page starts with, until the firm lists its own. Data: an exchange that also redeems. */
import type { Component } from '../facts/board.ts';

const TRADING = { en: 'Trading', ja: '取引' };
const CRYPTO = { en: 'Deposits and withdrawals: crypto-assets', ja: '入出庫(暗号資産)' };
const FIAT = { en: 'Deposits and withdrawals: Japanese yen', ja: '入出金(日本円)' };
const STABLECOIN = { en: 'Stablecoin', ja: 'ステーブルコイン' };
const ACCESS = { en: 'Access', ja: 'アクセス' };

const ROWS: readonly (readonly [string, string, string, { readonly en: string; readonly ja: string }])[] = [
  ['trading-spot', 'Spot trading', '現物取引', TRADING],
  ['trading-margin', 'Margin trading', '証拠金取引', TRADING],
  ['market-data', 'Market data', '相場情報', TRADING],
  ['btc-deposits', 'BTC deposits (Bitcoin)', 'BTC 入庫(Bitcoin)', CRYPTO],
  ['btc-withdrawals', 'BTC withdrawals (Bitcoin)', 'BTC 出庫(Bitcoin)', CRYPTO],
  ['eth-deposits', 'ETH deposits (Ethereum)', 'ETH 入庫(Ethereum)', CRYPTO],
  ['eth-withdrawals', 'ETH withdrawals (Ethereum)', 'ETH 出庫(Ethereum)', CRYPTO],
  ['usdc-deposits', 'USDC deposits (Ethereum)', 'USDC 入庫(Ethereum)', CRYPTO],
  ['usdc-withdrawals', 'USDC withdrawals (Ethereum)', 'USDC 出庫(Ethereum)', CRYPTO],
  ['fiat-deposits', 'JPY deposits', '日本円 入金', FIAT],
  ['fiat-withdrawals', 'JPY withdrawals', '日本円 出金', FIAT],
  ['issuance', 'Issuance', '発行', STABLECOIN],
  ['redemption', 'Redemption', '償還', STABLECOIN],
  ['login', 'Sign-in and accounts', 'ログイン・口座', ACCESS],
  ['app', 'Web site and app', 'ウェブサイト・アプリ', ACCESS],
  ['api', 'API', 'API', ACCESS],
];

export const SHIPPED_COMPONENTS: readonly Component[] = ROWS.map(([id, en, ja, group], i) => ({
  id,
  name: { en, ja },
  group: { ...group },
  position: (i + 1) * 10,
}));
