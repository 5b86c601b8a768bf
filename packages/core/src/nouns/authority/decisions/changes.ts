/**
 * Changes of people, powers and rules. Each is classified: tightening takes effect at once, loosening waits, and the
 * power that may do either is itself such a power. No change may leave the firm unable to govern itself.
 */
import { type Credential, type Proof, proofProblem } from '@sonae/proof/approval';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { type NewFact, newFact } from '../../../log/fact.ts';
import {
  credentialAdded,
  credentialRevoked,
  credentialSchema,
  PEOPLE_STREAM,
  personId,
  principalEnrolled,
  principalOffboarded,
  principalSchema,
  proofSchema,
  type Role,
  roleAssigned,
  roleSchema,
} from '../../people/facts/register.ts';
import { activeCredential, type People } from '../../people/views/register.ts';
import { isLoosening } from '../engine/power-rules.ts';
import { type Power, policyHash, policySchema, powerSchema } from '../facts/power.ts';
import { POWERS_STREAM, policyAdopted, powerAdopted, powerRevoked } from '../facts/rules.ts';
import type { Powers } from '../views/powers.ts';

const possession = z.object({ credential: personId, proof: proofSchema }).strict();
export const changeSchema = z.discriminatedUnion('change', [
  z
    .object({
      change: z.literal('enrol-principal'),
      principal: principalSchema,
      /** Each new credential signs that it belongs to this person. */
      possession: z.array(possession).min(1).max(10),
    })
    .strict(),
  z
    .object({
      change: z.literal('bind-credential'),
      principal: personId,
      credential: credentialSchema,
      proof: proofSchema,
    })
    .strict(),
  z.object({ change: z.literal('revoke-credential'), principal: personId, credential: personId }).strict(),
  z.object({ change: z.literal('offboard-principal'), principal: personId }).strict(),
  z.object({ change: z.literal('set-role'), role: roleSchema }).strict(),
  z.object({ change: z.literal('set-power'), power: powerSchema }).strict(),
  z.object({ change: z.literal('withdraw-power'), power: personId }).strict(),
  z.object({ change: z.literal('set-policy'), policy: policySchema }).strict(),
]);
export type Change = z.infer<typeof changeSchema>;

export type Judged =
  | { readonly problem: string }
  | { readonly kind: 'tighten' | 'loosen'; readonly facts: readonly NewFact[]; readonly name: string };

type Governed = { readonly people: People; readonly powers: Powers };

/** What a new credential signs about itself: that this person of this firm holds it. */
export function bindBody(founding: string, principal: string, credential: Credential): JsonValue {
  return { founding, principal, credential: credential as unknown as JsonValue };
}

/** Classifies a change against the present state and says which facts it amounts to, or what is wrong with it. */
export function judgeChange(raw: JsonValue, state: Governed, use: string): Judged {
  const parsed = changeSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { problem: `change.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unusable'}` };
  }
  const change = parsed.data;
  const judged = isAboutPeople(change) ? judgePeople(change, state, use) : judgeRules(change, state, use);
  return 'problem' in judged ? judged : { ...judged, name: change.change };
}

type PeopleChange = Extract<
  Change,
  { change: 'enrol-principal' | 'bind-credential' | 'revoke-credential' | 'offboard-principal' | 'set-role' }
>;
type Half = { problem: string } | { kind: 'tighten' | 'loosen'; facts: NewFact[] };

const isAboutPeople = (change: Change): change is PeopleChange =>
  !['set-power', 'withdraw-power', 'set-policy'].includes(change.change);

function judgePeople(change: PeopleChange, state: Governed, use: string): Half {
  const { people } = state;
  if (change.change === 'enrol-principal') return judgeEnrolment(change, people, use);
  if (change.change === 'set-role') return judgeRole(change.role, state, use);
  const person = people.persons[change.principal];
  if (person === undefined || person.offboardedAt !== null)
    return { problem: `${change.principal} is not enrolled, or has left` };
  if (change.change === 'bind-credential') {
    const { principal, credential, proof } = change;
    const problem = credentialProblem(people, principal, credential, proof);
    if (problem !== null) return { problem };
    return {
      kind: 'loosen',
      facts: [newFact(credentialAdded, PEOPLE_STREAM, { principal, credential, use })],
    };
  }
  if (change.change === 'revoke-credential') {
    const { principal, credential } = change;
    if (activeCredential(people, principal, credential) === null)
      return { problem: `${principal} has no active credential ${credential}` };
    const stuck = lockedOut(without(people, principal, credential), state.powers);
    if (stuck !== null) return { problem: `${stuck}: bind a replacement first` };
    return {
      kind: 'tighten',
      facts: [newFact(credentialRevoked, PEOPLE_STREAM, { principal, credential, use })],
    };
  }
  const stuck = lockedOut(without(people, change.principal, null), state.powers);
  if (stuck !== null) return { problem: `${stuck}: enrol a successor first` };
  return {
    kind: 'tighten',
    facts: [newFact(principalOffboarded, PEOPLE_STREAM, { principal: change.principal, use })],
  };
}

function judgeEnrolment(
  change: Extract<Change, { change: 'enrol-principal' }>,
  people: People,
  use: string,
): Half {
  const { principal, possession: shown } = change;
  if (people.persons[principal.id] !== undefined) return { problem: `${principal.id} is enrolled already` };
  for (const credential of principal.credentials) {
    const own = shown.find((one) => one.credential === credential.id);
    if (own === undefined) return { problem: `credential ${credential.id} shows no possession` };
    const problem = credentialProblem(people, principal.id, credential, own.proof);
    if (problem !== null) return { problem };
  }
  return { kind: 'loosen', facts: [newFact(principalEnrolled, PEOPLE_STREAM, { principal, use })] };
}

/** One key is one person's, once, and whoever brings it holds it. */
function credentialProblem(
  people: People,
  principal: string,
  credential: Credential,
  proof: Proof,
): string | null {
  const taken = Object.values(people.persons).find((person) =>
    Object.values(person.credentials).some(({ credential: known }) => isSameKey(known, credential)),
  );
  if (taken !== undefined) return `this key is or was a credential of ${taken.id}`;
  if (people.persons[principal]?.credentials[credential.id] !== undefined)
    return `${principal} has had a credential ${credential.id}`;
  const body = bindBody(people.founding, principal, credential);
  return proofProblem({ says: 'bind', body }, credential, proof);
}

/** Whether two credentials are the same key, whatever they are called. */
export function isSameKey(a: Credential, b: Credential): boolean {
  const keyOf = (one: Credential): string => (one.kind === 'evm' ? one.address : one.publicKey);
  return keyOf(a) === keyOf(b);
}

function judgeRole(role: Role, state: Governed, use: string): Half {
  const { people } = state;
  const unknown = role.holders.find((id) => people.persons[id]?.offboardedAt !== null);
  if (unknown !== undefined) return { problem: `${unknown} is not enrolled, or has left` };
  const before = people.roles[role.id];
  const stuck = lockedOut({ ...people, roles: { ...people.roles, [role.id]: role } }, state.powers);
  if (stuck !== null) return { problem: `${stuck}: this role would be too small` };
  const shrinks =
    before !== undefined &&
    role.seats >= before.seats &&
    before.seats >= before.holders.length &&
    role.holders.every((id) => before.holders.includes(id));
  return {
    kind: shrinks ? 'tighten' : 'loosen',
    facts: [newFact(roleAssigned, PEOPLE_STREAM, { role, use })],
  };
}

function judgeRules(change: Exclude<Change, PeopleChange>, state: Governed, use: string): Half {
  const { powers } = state;
  if (change.change === 'set-policy') {
    const { policy } = change;
    const keeps = powers.policy.forbid.every((old) =>
      policy.forbid.some((rule) => JSON.stringify(rule) === JSON.stringify(old)),
    );
    const body = { policy, hash: policyHash(policy), use };
    return { kind: keeps ? 'tighten' : 'loosen', facts: [newFact(policyAdopted, POWERS_STREAM, body)] };
  }
  if (change.change === 'withdraw-power') {
    const known = powers.powers[change.power];
    if (known === undefined) return { problem: `there is no power ${change.power}` };
    if (known.power.governs !== null)
      return { problem: 'a power over the rules can be changed, not withdrawn' };
    return { kind: 'tighten', facts: [newFact(powerRevoked, POWERS_STREAM, { power: change.power, use })] };
  }
  const { power } = change;
  const problem = powerProblem(power, state.people);
  if (problem !== null) return { problem };
  const before = powers.powers[power.id]?.power ?? null;
  if (before !== null && before.governs !== power.governs)
    return { problem: 'what a power governs can not be changed' };
  const body = { power, hash: policyHash(power), use };
  const kind = isLoosening(before, power) ? 'loosen' : 'tighten';
  return { kind, facts: [newFact(powerAdopted, POWERS_STREAM, body)] };
}

/** Why nobody could use a power as it is written, or null. */
export function powerProblem(power: Power, people: People): string | null {
  const named = Object.values(power.roles).flat();
  const unknown = named.find((role) => people.roles[role] === undefined);
  if (unknown !== undefined) return `power ${power.id} names role ${unknown}, which does not exist`;
  const isGovern = power.targets.some(({ act }) => act.kind === 'govern');
  if (isGovern !== (power.governs !== null))
    return `power ${power.id}: governs and an act of kind govern go together`;
  const onChain = power.targets.some(({ act }) => act.kind === 'evm.guardian');
  if (onChain && power.credentials.some((kind) => kind !== 'evm'))
    return `power ${power.id}: a guardian contract only counts evm credentials`;
  const able = ableApprovers(power, people).length;
  const needed = Math.max(power.resumeQuorum, power.emergency?.quorum ?? 0);
  if (able < needed) return `power ${power.id} needs ${needed} approvers, ${able} are able to approve`;
  return null;
}

/** Distinct persons who hold an approving role and a credential of a kind that counts. */
export function ableApprovers(power: Power, people: People): string[] {
  const holders = new Set(power.roles.approve.flatMap((role) => people.roles[role]?.holders ?? []));
  return [...holders].filter((id) => {
    const person = people.persons[id];
    return Object.keys(person?.credentials ?? {}).some((credential) => {
      const active = activeCredential(people, id, credential);
      return active !== null && power.credentials.includes(active.kind);
    });
  });
}

/** The first power over the rules that could no longer reach its quorum: the firm would have locked itself out. */
function lockedOut(people: People, { powers }: Powers): string | null {
  for (const { power } of Object.values(powers)) {
    if (power.governs === null) continue;
    const able = ableApprovers(power, people).length;
    if (able < power.quorum)
      return `power ${power.id} needs ${power.quorum} approvers and would have ${able}`;
  }
  return null;
}

function without(people: People, principal: string, credential: string | null): People {
  const person = people.persons[principal];
  if (person === undefined) return people;
  const credentials = { ...person.credentials };
  for (const id of Object.keys(credentials))
    if (credential === null || id === credential) delete credentials[id];
  return { ...people, persons: { ...people.persons, [principal]: { ...person, credentials } } };
}
