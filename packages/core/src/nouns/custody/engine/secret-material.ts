/**
 * What looks like a secret that can sign. The inventory is watch-only: a key that was pasted into it would stand in the
 * log for ever, so it is refused before anything is written, and no message repeats it.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Text } from '../../../log/fact.ts';

type Kind = { readonly pattern: RegExp; readonly says: Text };
const BASE58 = '[1-9A-HJ-NP-Za-km-z]';
/** Words of BIP-39 lists have three to eight letters; a phrase has 12 to 24 of them. */
const MNEMONIC = /(?:\b[a-z]{3,8}[\s,;]+){11,23}[a-z]{3,8}\b/;

const KINDS: readonly Kind[] = [
  { pattern: /PRIVATE KEY/, says: { en: 'a private key in PEM', ja: 'PEM 形式の秘密鍵' } },
  {
    pattern: new RegExp(`(?<![0-9A-Za-z])[xyztuvYZUV]prv${BASE58}{20,}`),
    says: { en: 'an extended private key', ja: '拡張秘密鍵' },
  },
  {
    pattern: new RegExp(
      `(?<![0-9A-Za-z])(?:5${BASE58}{50}|[KLc]${BASE58}{51}|9${BASE58}{50})(?![0-9A-Za-z])`,
    ),
    says: { en: 'a private key in WIF (Bitcoin)', ja: 'WIF 形式の秘密鍵' },
  },
  {
    pattern: new RegExp(`(?<![0-9A-Za-z])6P${BASE58}{56}(?![0-9A-Za-z])`),
    says: { en: 'an encrypted private key (BIP-38)', ja: 'BIP-38 の暗号化秘密鍵' },
  },
  {
    pattern: /(?<![0-9a-z])(?:0x)?[0-9a-f]{64}(?![0-9a-f])/i,
    says: { en: '32 bytes in hex, which may be a private key', ja: '秘密鍵の可能性がある32バイトの16進数' },
  },
  {
    pattern: new RegExp(`(?<![0-9A-Za-z])${BASE58}{86,88}(?![0-9A-Za-z])`),
    says: { en: '64 bytes in base58, as Solana writes secret keys', ja: 'Solana の秘密鍵と同じ形' },
  },
  {
    pattern: /(?<![A-Z2-7])S[A-Z2-7]{55}(?![A-Z2-7])/,
    says: { en: 'a secret seed (Stellar)', ja: '秘密シード' },
  },
  { pattern: MNEMONIC, says: { en: 'a phrase of recovery words', ja: 'リカバリーフレーズ' } },
];

/**
 * The path to the first text that looks like a secret, and what it looks like; null when there is none. In a descriptor
 * write public keys with their prefix byte (02 or 03): 32 bare bytes look like a private key.
 */
export function secretIn(value: JsonValue, path = ''): { readonly path: string; readonly says: Text } | null {
  if (typeof value === 'string') {
    const kind = KINDS.find(({ pattern }) => pattern.test(value));
    return kind === undefined ? null : { path, says: kind.says };
  }
  if (value === null || typeof value !== 'object') return null;
  for (const [name, one] of Object.entries(value)) {
    const found = secretIn(one, path === '' ? name : `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}
