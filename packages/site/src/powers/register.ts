/**
 * Who was who when a use was approved, from disclosed facts alone: the charter, and every later change of people before
 * that moment. Pure; whoever calls it has verified each fact.
 */
import type { Credential } from '@sonae/proof/approval';
import { isJsonObject, type JsonValue } from '@sonae/proof/canonical-json';
import { demand } from '@sonae/proof/proof-error';

type Principal = { readonly id: string; readonly credentials: readonly Credential[] };
type Role = { readonly id: string; readonly holders: readonly string[] };
export type Register = {
  /** By person, then by the credential's id. */
  readonly credentials: Map<string, Map<string, Credential>>;
  readonly holders: Map<string, readonly string[]>;
};

export function registerOf(charter: JsonValue): Register {
  demand(isJsonObject(charter), 'bad-disclosure', 'the charter is no object');
  const { principals, roles } = charter as unknown as { principals: Principal[]; roles: Role[] };
  const register: Register = { credentials: new Map(), holders: new Map() };
  for (const principal of principals) enrol(register, principal);
  for (const { id, holders } of roles) register.holders.set(id, holders);
  return register;
}

function enrol(register: Register, { id, credentials }: Principal): void {
  register.credentials.set(id, new Map(credentials.map((one) => [one.id, one])));
}

type Body = {
  readonly principal: Principal & string;
  readonly credential: Credential & string;
  readonly role: Role;
};

/** Facts about people that change who may approve with what; others leave the register as it is. */
export const PEOPLE_CHANGES = [
  'people.PrincipalEnrolled',
  'people.CredentialAdded',
  'people.CredentialRevoked',
  'people.PrincipalOffboarded',
  'people.RoleAssigned',
] as const;

export function applyChange(register: Register, fact: JsonValue): void {
  demand(isJsonObject(fact) && isJsonObject(fact.body), 'bad-disclosure', 'a fact has a body');
  const { principal, credential, role } = fact.body as unknown as Body;
  const name = String(fact.type).split('@', 1)[0];
  if (name === 'people.PrincipalEnrolled') enrol(register, principal);
  if (name === 'people.CredentialAdded') register.credentials.get(principal)?.set(credential.id, credential);
  if (name === 'people.CredentialRevoked') register.credentials.get(principal)?.delete(credential);
  if (name === 'people.PrincipalOffboarded') register.credentials.delete(principal);
  if (name === 'people.RoleAssigned') register.holders.set(role.id, role.holders);
}
