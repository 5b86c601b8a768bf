/** What decisions on custody share: who may do what, refusals that several can answer, and digests. */
import { textHash } from '@sonae/proof/action';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { type Refused, refuse } from '../../../kernel/result.ts';
import type { FactDef, NewFact, Text } from '../../../log/fact.ts';
import { newFact } from '../../../log/fact.ts';
import { actingRoles, type People } from '../../people/views/register.ts';
import type { ChainKind } from '../engine/address.ts';
import { secretIn } from '../engine/secret-material.ts';
import type { Wallet } from '../facts/inventory.ts';
import type { Duty } from '../facts/words.ts';
import { type PolicyState, rolesOf } from '../views/policy.ts';

export const SAYS = {
  duty: { en: 'You do not act in a role that may do this.', ja: 'この操作を行う役割にない。' },
  own: {
    en: 'Whoever proposed or requested it does not approve it.',
    ja: '提案・申請した者は承認できない。',
  },
  digest: { en: 'The digest is not of what stands now.', ja: 'ダイジェストが現在の内容と一致しない。' },
  secret: {
    en: 'Something looks like a private key; nothing was written.',
    ja: '秘密鍵と思われる内容がある(何も記録していない)。',
  },
  wallet: { en: 'No wallet of the inventory has this id.', ja: 'この ID のウォレットは台帳にない。' },
  transfer: { en: 'No transfer has this id.', ja: 'この ID の移転はない。' },
  state: { en: 'It is not in a state that allows this.', ja: '現在の状態では実行できない。' },
  asset: { en: 'No asset has this id.', ja: 'この ID の資産はない。' },
  future: { en: 'The time lies ahead.', ja: '時刻が未来である。' },
} as const satisfies Record<string, Text>;

/** So far may the clock of whoever reports be ahead of ours. */
export const AHEAD_MS = 60_000;

/** Null when the person acts in a role that has this duty now. */
export function dutyProblem(
  people: People,
  policy: PolicyState,
  principal: string,
  duty: Duty,
  now: string,
): Refused | null {
  const roles = rolesOf(policy)[duty];
  if (actingRoles(people, principal, now).some((role) => roles.includes(role))) return null;
  return refuse(
    'no-duty',
    `${principal} acts in none of: ${roles.join(', ')}`,
    'ask somebody who does, or have the role assigned',
  );
}

/** Null when nothing in the input looks like a secret. The message names the field, never the text. */
export function secretProblem(input: JsonValue): Refused | null {
  const found = secretIn(input);
  if (found === null) return null;
  return refuse(
    'secret-material',
    `${found.path}: looks like ${found.says.en}`,
    'give public keys and addresses only; if it was a real key, treat it as lost: it has left its device',
  );
}

/** Hex SHA-256 of a value under its own name, so that one kind of digest is never another. */
export const digestOf = (kind: string, value: object): string =>
  textHash(`sonae/${kind}/v1\n${canonicalJson(value as unknown as JsonValue)}`);

export const chainKindOf = (kind: Wallet['kind']): ChainKind =>
  kind === 'evm' || kind === 'bitcoin' ? kind : 'other';

export function custodyFact<Body>(def: FactDef<Body>, stream: string, body: Body): NewFact {
  return newFact(def, `custody/${stream}`, body);
}

export function staleDigest(given: string, stands: string): Refused | null {
  if (given === stands) return null;
  return refuse(
    'stale-digest',
    `digest: ${given.slice(0, 12)}… is not of what stands now (${stands.slice(0, 12)}…)`,
    'read again what you are shown; if it differs from what the requester told you, do not approve',
  );
}
