/** The register of people: who exists, with which credentials, in which roles, and who acts for whom at a moment. */
import type { Credential } from '@sonae/proof/approval';
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  absenceDeclared,
  absenceEnded,
  type Charter,
  credentialAdded,
  credentialRevoked,
  founded,
  livenessAnswered,
  livenessChallenged,
  livenessMissed,
  PEOPLE_FACTS,
  principalEnrolled,
  principalNamed,
  principalOffboarded,
  type Role,
  roleAssigned,
  tokenIssued,
  tokenRevoked,
} from '../facts/register.ts';

export type BoundCredential = {
  readonly credential: Credential;
  readonly boundAt: string;
  readonly revokedAt: string | null;
};
export type Person = {
  readonly id: string;
  readonly credentials: Readonly<Record<string, BoundCredential>>;
  readonly offboardedAt: string | null;
  readonly absentUntil: string | null;
  /** Since when a liveness challenge stands unanswered and the person no longer counts. */
  readonly silentSince: string | null;
};
export type Token = {
  readonly id: string;
  readonly principal: string;
  readonly scopes: readonly string[];
  readonly digest: string;
  readonly expiresAt: string;
};
export type Challenge = {
  readonly id: string;
  readonly principals: readonly string[];
  readonly due: string;
  readonly answered: readonly string[];
};
export type People = {
  /** Hex hash of the charter; empty before the founding. */
  readonly founding: string;
  readonly origin: string;
  readonly demonstration: boolean;
  readonly persons: Readonly<Record<string, Person>>;
  readonly roles: Readonly<Record<string, Role>>;
  readonly liveness: Charter['liveness'] | null;
  readonly challenge: Challenge | null;
  readonly challengedAt: string | null;
  readonly tokens: Readonly<Record<string, Token>>;
};

const NOBODY: People = {
  founding: '',
  origin: '',
  demonstration: false,
  persons: {},
  roles: {},
  liveness: null,
  challenge: null,
  challengedAt: null,
  tokens: {},
};

/** One key, `all`. */
export const peopleRegister = defineView<People>({
  name: 'people.register',
  version: 1,
  folds: PEOPLE_FACTS.map((def) => def.name),
  initial: () => NOBODY,
  keysOf: () => ['all'],
  apply: (state, fact) => foldPeople(state, fact),
});

function foldPeople(state: People, fact: Fact): People {
  if (isFact(founded, fact)) return foundingState(fact.body.founding, fact.body.charter, fact.recordedAt);
  if (isFact(principalEnrolled, fact)) {
    const { id, credentials } = fact.body.principal;
    return withPerson(state, newPerson(id, credentials, fact.recordedAt));
  }
  if (isFact(credentialAdded, fact)) {
    const { credential, principal } = fact.body;
    const bound = { credential, boundAt: fact.recordedAt, revokedAt: null };
    return changePerson(state, principal, (person) => ({
      credentials: { ...person.credentials, [credential.id]: bound },
    }));
  }
  if (isFact(credentialRevoked, fact)) return revoke(state, fact.body, fact.recordedAt);
  if (isFact(principalOffboarded, fact)) {
    const tokens = Object.values(state.tokens).filter((t) => t.principal !== fact.body.principal);
    const left = changePerson(state, fact.body.principal, () => ({ offboardedAt: fact.recordedAt }));
    return { ...left, tokens: Object.fromEntries(tokens.map((token) => [token.id, token])) };
  }
  if (isFact(roleAssigned, fact))
    return { ...state, roles: { ...state.roles, [fact.body.role.id]: fact.body.role } };
  if (isFact(absenceDeclared, fact))
    return changePerson(state, fact.body.principal, () => ({ absentUntil: fact.body.until }));
  if (isFact(absenceEnded, fact))
    return changePerson(state, fact.body.principal, () => ({ absentUntil: null }));
  return foldLiveness(state, fact);
}

function foldLiveness(state: People, fact: Fact): People {
  if (isFact(livenessChallenged, fact)) {
    const { challenge: id, principals, due } = fact.body;
    return { ...state, challengedAt: fact.recordedAt, challenge: { id, principals, due, answered: [] } };
  }
  if (isFact(livenessAnswered, fact)) {
    const { principal } = fact.body;
    const back = changePerson(state, principal, () => ({ silentSince: null }));
    if (state.challenge === null) return back;
    return { ...back, challenge: { ...state.challenge, answered: [...state.challenge.answered, principal] } };
  }
  if (isFact(livenessMissed, fact)) {
    const { dropped } = fact.body;
    const silent = dropped.reduce(
      (s, id) => changePerson(s, id, (p) => ({ silentSince: p.silentSince ?? fact.recordedAt })),
      state,
    );
    return { ...silent, challenge: null };
  }
  if (isFact(tokenIssued, fact)) {
    const { token: id, principal, scopes, digest, expiresAt } = fact.body;
    return { ...state, tokens: { ...state.tokens, [id]: { id, principal, scopes, digest, expiresAt } } };
  }
  if (isFact(tokenRevoked, fact)) {
    const { [fact.body.token]: _, ...tokens } = state.tokens;
    return { ...state, tokens };
  }
  return state;
}

function foundingState(founding: string, charter: Charter, at: string): People {
  const { origin, demonstration, principals, roles, liveness } = charter;
  const persons = principals.map(({ id, credentials }) => newPerson(id, credentials, at));
  return {
    ...NOBODY,
    founding,
    origin,
    demonstration,
    liveness,
    persons: Object.fromEntries(persons.map((person) => [person.id, person])),
    roles: Object.fromEntries(roles.map((role) => [role.id, role])),
    challengedAt: at,
  };
}

function newPerson(id: string, credentials: readonly Credential[], boundAt: string): Person {
  const bound = credentials.map((credential) => [credential.id, { credential, boundAt, revokedAt: null }]);
  const credentialsById = Object.fromEntries(bound) as Person['credentials'];
  return { id, credentials: credentialsById, offboardedAt: null, absentUntil: null, silentSince: null };
}

const withPerson = (state: People, person: Person): People => ({
  ...state,
  persons: { ...state.persons, [person.id]: person },
});

function changePerson(state: People, id: string, change: (person: Person) => Partial<Person>): People {
  const person = state.persons[id];
  return person === undefined ? state : withPerson(state, { ...person, ...change(person) });
}

function revoke(state: People, named: { principal: string; credential: string }, at: string): People {
  return changePerson(state, named.principal, (person) => {
    const bound = person.credentials[named.credential];
    if (bound === undefined) return {};
    return { credentials: { ...person.credentials, [named.credential]: { ...bound, revokedAt: at } } };
  });
}

export type Named = {
  readonly name: { person: string; sealed: string };
  readonly routes: { person: string; sealed: string };
};

/** Sealed names and routes; key: principal. */
export const namedPersons = defineView<Named | null>({
  name: 'people.named',
  version: 1,
  folds: [principalNamed.name],
  initial: () => null,
  keysOf: (fact) => (isFact(principalNamed, fact) ? [fact.body.principal] : []),
  apply: (state, fact) =>
    isFact(principalNamed, fact) ? { name: fact.body.name, routes: fact.body.routes } : state,
});

/** Whether a person can be counted on: here, not away, not silent. Times are ISO 8601 UTC of one form and compare as text. */
export function isPresent(people: People, id: string, now: string): boolean {
  const person = people.persons[id];
  if (person === undefined || person.offboardedAt !== null || person.silentSince !== null) return false;
  return person.absentUntil === null || Date.parse(person.absentUntil) <= Date.parse(now);
}

/** Who acts in a role now: the first `seats` holders who are present. */
export function actingHolders(people: People, role: string, now: string): string[] {
  const known = people.roles[role];
  if (known === undefined) return [];
  return known.holders.filter((id) => isPresent(people, id, now)).slice(0, known.seats);
}

/** The roles in which a person acts now. */
export function actingRoles(people: People, principal: string, now: string): string[] {
  return Object.keys(people.roles).filter((role) => actingHolders(people, role, now).includes(principal));
}

/** A credential that counts, or null: bound, not revoked, of a person who is here. */
export function activeCredential(people: People, principal: string, credential: string): Credential | null {
  const person = people.persons[principal];
  const bound = person?.credentials[credential];
  if (!person || !bound || person.offboardedAt !== null || bound.revokedAt !== null) return null;
  return bound.credential;
}
