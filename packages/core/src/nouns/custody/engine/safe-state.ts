/**
 * What is wrong with a Safe: what changed since people accepted it, what differs from the keys of the inventory, and
 * what no Safe should be. Bybit was lost by one transaction that put other code behind the same address.
 */
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import type { Text } from '../../../log/fact.ts';
import type { Key, Wallet } from '../facts/inventory.ts';
import type { SafeState } from '../facts/safes.ts';

export type SafeFinding = { readonly level: 'critical' | 'warning'; readonly says: Text };

const textOf = (state: SafeState): string => canonicalJson(state as unknown as JsonValue);
export const isSameState = (a: SafeState, b: SafeState): boolean => textOf(a) === textOf(b);

const critical = (en: string, ja: string): SafeFinding => ({ level: 'critical', says: { en, ja } });
const warning = (en: string, ja: string): SafeFinding => ({ level: 'warning', says: { en, ja } });

/** Everything that speaks against this state of a Safe; empty: it is as accepted and as declared. */
export function safeFindings(
  state: SafeState,
  baseline: SafeState,
  wallet: Wallet,
  keys: Readonly<Record<string, Key>>,
): SafeFinding[] {
  return [...unsound(state), ...safeChanges(baseline, state), ...againstKeys(state, wallet, keys)];
}

/** What no Safe should be, whatever was accepted. */
function unsound({ code, singletonCode, whole, owners, threshold }: SafeState): SafeFinding[] {
  if (code === null)
    return [critical('There is no contract at its address.', 'アドレスにコントラクトがありません。')];
  const found: SafeFinding[] = [];
  if (singletonCode === null)
    found.push(critical('There is no code behind its proxy.', 'プロキシの実装にコードがありません。'));
  if (!whole)
    found.push(
      critical(
        'Its owners or modules are too many or have no end.',
        '所有者またはモジュールの一覧が長すぎるか、終端がありません。',
      ),
    );
  if (threshold === 0 || threshold > owners.length)
    found.push(
      critical(
        `${threshold} signatures are needed of ${owners.length} owners.`,
        `所有者 ${owners.length} に対し必要署名数が ${threshold} です。`,
      ),
    );
  return found;
}

/** What became of a Safe since `from`. Whatever lets somebody else move its coin is critical. */
export function safeChanges(from: SafeState, to: SafeState): SafeFinding[] {
  const found: SafeFinding[] = [];
  if (from.code !== to.code)
    found.push(critical('The code at its address changed.', 'アドレスのコードが変わりました。'));
  if (from.singleton !== to.singleton)
    found.push(
      critical(
        `Its singleton was replaced: ${from.singleton} → ${to.singleton}.`,
        `実装(singleton)が置き換えられました: ${from.singleton} → ${to.singleton}。`,
      ),
    );
  else if (from.singletonCode !== to.singletonCode || from.version !== to.version)
    found.push(critical('The code of its singleton changed.', '実装(singleton)のコードが変わりました。'));
  return [...found, ...ownerChanges(from, to), ...moduleChanges(from, to), ...hookChanges(from, to)];
}

const added = (from: readonly string[], to: readonly string[]): string[] =>
  to.filter((one) => !from.includes(one));

function ownerChanges(from: SafeState, to: SafeState): SafeFinding[] {
  const found = [
    ...added(from.owners, to.owners).map((one) =>
      critical(`Owner ${one} was added.`, `所有者 ${one} が追加されました。`),
    ),
    ...added(to.owners, from.owners).map((one) =>
      critical(`Owner ${one} was removed.`, `所有者 ${one} が外されました。`),
    ),
  ];
  const en = `Signatures needed: ${from.threshold} → ${to.threshold}.`;
  const ja = `必要署名数: ${from.threshold} → ${to.threshold}。`;
  if (to.threshold < from.threshold) found.push(critical(en, ja));
  if (to.threshold > from.threshold) found.push(warning(en, ja));
  return found;
}

const moduleChanges = (from: SafeState, to: SafeState): SafeFinding[] => [
  ...added(from.modules, to.modules).map((one) =>
    critical(
      `Module ${one} was enabled: it moves coin without signatures.`,
      `モジュール ${one} が有効化されました(署名なしで移動できます)。`,
    ),
  ),
  ...added(to.modules, from.modules).map((one) =>
    warning(`Module ${one} was disabled.`, `モジュール ${one} が無効化されました。`),
  ),
];

/** A guard that is new can lock the Safe, one that went no longer protects it; a handler answers in its name. */
function hookChanges(from: SafeState, to: SafeState): SafeFinding[] {
  const found: SafeFinding[] = [];
  for (const [hook, en, ja] of [
    ['guard', 'guard', 'ガード'],
    ['moduleGuard', 'module guard', 'モジュールガード'],
  ] as const) {
    if (from[hook] === to[hook]) continue;
    const change = `${from[hook] ?? '–'} → ${to[hook] ?? '–'}`;
    const grave = from[hook] === null ? warning : critical;
    found.push(grave(`Its ${en} changed: ${change}.`, `${ja}が変わりました: ${change}。`));
  }
  if (from.fallbackHandler !== to.fallbackHandler) {
    const change = `${from.fallbackHandler ?? '–'} → ${to.fallbackHandler ?? '–'}`;
    found.push(
      critical(
        `Its fallback handler, which answers for its signatures, changed: ${change}.`,
        `署名検証に応答するフォールバックハンドラーが変わりました: ${change}。`,
      ),
    );
  }
  return found;
}

/** Owners and threshold against the keys and the quorum that the inventory states. */
function againstKeys(
  { owners, threshold, code }: SafeState,
  { keys: ids, quorum }: Wallet,
  keys: Readonly<Record<string, Key>>,
): SafeFinding[] {
  if (code === null) return [];
  const found: SafeFinding[] = [];
  const en = `The inventory says ${quorum} signatures, the Safe ${threshold}.`;
  const ja = `台帳の必要署名数は ${quorum}、Safe は ${threshold} です。`;
  if (threshold < quorum) found.push(critical(en, ja));
  if (threshold > quorum) found.push(warning(en, ja));
  const stated = ids.map((id) => keys[id]?.evmAddress ?? null);
  const named = stated.flatMap((one) => (one === null ? [] : [one]));
  const strangers = added(named, owners);
  // Each key whose account is not stated can be one of them; more than those belong to nobody.
  const nameless = stated.length - named.length;
  if (strangers.length > nameless)
    found.push(
      critical(
        `Owners without a key of the inventory: ${strangers.join(', ')}.`,
        `台帳の鍵と対応しない所有者: ${strangers.join(', ')}。`,
      ),
    );
  const missing = added(owners, named);
  if (missing.length > 0 || owners.length < ids.length)
    found.push(
      warning(
        `${ids.length} keys of the inventory, ${owners.length} owners; no owners: ${missing.join(', ') || '–'}.`,
        `台帳の鍵 ${ids.length} に対し所有者 ${owners.length}、所有者でない鍵: ${missing.join(', ') || '–'}。`,
      ),
    );
  return found;
}

/** The first nonce from `nonce` on that nobody has asked for yet; `asked`: of transfers that are not executed yet. */
export function freeNonce(nonce: number, asked: readonly number[]): number {
  const taken = new Set(asked);
  let free = nonce;
  while (taken.has(free)) free += 1;
  return free;
}

/**
 * Whether the domain that owners sign under names the chain: since Safe 1.3.0. A version that is not known is taken for
 * a newer one.
 */
export function bindsChain(version: string | null): boolean {
  const match = /^(\d{1,4})\.(\d{1,4})\./.exec(version ?? '');
  if (match === null) return true;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 1 || (major === 1 && minor >= 3);
}
