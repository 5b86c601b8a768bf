/** What screens, tools and the public see of powers: the log's own views, joined with who is able to act now. */
import type {
  Contact,
  Me,
  Member,
  PowersPage,
  PowerView,
  PublicPowersPage,
  RoleView,
  UseDetail,
} from '@sonae/core/app/api.ts';
import { parseTime } from '@sonae/core/kernel/time.ts';
import { openSealed } from '@sonae/core/log/seal.ts';
import { ableApprovers } from '@sonae/core/nouns/authority/decisions/changes.ts';
import { countingApprovals } from '@sonae/core/nouns/authority/decisions/checks.ts';
import { type Conditions, meets } from '@sonae/core/nouns/authority/views/conditions.ts';
import type { AuthorityLevels } from '@sonae/core/nouns/authority/views/controls.ts';
import type { Uses } from '@sonae/core/nouns/authority/views/list.ts';
import type { Powers } from '@sonae/core/nouns/authority/views/powers.ts';
import type { PublicPowers } from '@sonae/core/nouns/authority/views/public.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import {
  actingHolders,
  actingRoles,
  isPresent,
  type Named,
  type People,
} from '@sonae/core/nouns/people/views/register.ts';
import { GUARDIAN_ABI } from '../connectors/evm/guardian-abi.ts';
import type { Node } from '../node.ts';
import { readState } from './read-model.ts';
import type { Caller } from './session.ts';

const nowOf = (node: Node): string => node.clockState().now;

export const readPeople = (node: Node): Promise<People> => readState<People>(node, 'people.register', 'all');

export async function me(node: Node, { principal, scopes }: Caller): Promise<Me> {
  const people = await readPeople(node);
  const enrolled = people.persons[principal.id]?.offboardedAt === null;
  return { principal: principal.id, roles: actingRoles(people, principal.id, nowOf(node)), enrolled, scopes };
}

export async function powersPage(node: Node): Promise<PowersPage> {
  const now = nowOf(node);
  const people = await readPeople(node);
  const { powers, policy } = await readState<Powers>(node, 'authority.powers', 'all');
  const { uses } = await readState<Uses>(node, 'authority.uses', 'all');
  const conditions = await readState<Conditions>(node, 'authority.conditions', 'all');
  const atMs = parseTime(now);
  const views = Object.values(powers).map(
    ({ power, hash, adoptedAt, rehearsals }): PowerView => ({
      power,
      hash,
      adoptedAt,
      rehearsals,
      able: ableApprovers(power, people).filter((id) => isPresent(people, id, now)),
      criteriaMet: meets(power.activation, conditions, atMs),
      releaseMet: meets(power.release, conditions, atMs),
      inUse: uses.filter((use) => use.power === power.id && use.endedAt === null).map(({ id }) => id),
    }),
  );
  return {
    founding: people.founding,
    demonstration: people.demonstration,
    members: membersOf(people, now),
    roles: Object.values(people.roles).map(
      ({ id, says, holders }): RoleView => ({ id, says, holders, acting: actingHolders(people, id, now) }),
    ),
    powers: views,
    policy,
    uses,
    controls: await readState<AuthorityLevels>(node, 'authority.levels', 'all'),
    challenge: challengeOf(people),
  };
}

function challengeOf({ challenge }: People): PowersPage['challenge'] {
  if (challenge === null) return null;
  const { id, due, principals, answered } = challenge;
  return { id, due, unanswered: principals.filter((one) => !answered.includes(one)) };
}

function membersOf(people: People, now: string): Member[] {
  return Object.values(people.persons)
    .filter(({ offboardedAt }) => offboardedAt === null)
    .map(({ id, credentials, absentUntil, silentSince }) => ({
      id,
      roles: actingRoles(people, id, now),
      credentials: Object.values(credentials)
        .filter(({ revokedAt }) => revokedAt === null)
        .map(({ credential }) => ({ id: credential.id, kind: credential.kind })),
      present: isPresent(people, id, now),
      absentUntil,
      silentSince,
    }));
}

/** Null when there is no such use. */
export async function useDetail(node: Node, id: string): Promise<UseDetail | null> {
  const use = await readState<Use>(node, 'authority.use', id);
  if (!use.exists || use.action === null) return null;
  const people = await readPeople(node);
  const { powers } = await readState<Powers>(node, 'authority.powers', 'all');
  const power = powers[use.action.power]?.power ?? null;
  const { step } = use.action;
  const needed = (step === 'stop' || step === 'govern' ? power?.quorum : power?.resumeQuorum) ?? 0;
  const counting =
    power === null ? [] : countingApprovals(use, power, people).map(({ principal }) => principal);
  return { use, power, needed, counting, now: nowOf(node) };
}

/**
 * Name and contact routes of a person, opened for whoever is enrolled; null where none were stated or they were forgotten.
 */
export async function contactOf(node: Node, id: string): Promise<Contact | null> {
  const named = await readState<Named | null>(node, 'people.named', id);
  const key = await node.app.ports.store.keyOfPerson(id);
  if (named === null || key === null) return null;
  const [first = '', alternate = ''] = JSON.parse(openSealed(named.routes, key) ?? '[]') as string[];
  return { principal: id, name: openSealed(named.name, key) ?? '', first, alternate };
}

export async function publicPowersPage(node: Node): Promise<PublicPowersPage> {
  const people = await readPeople(node);
  const { powers, uses } = await readState<PublicPowers>(node, 'authority.public', 'all');
  const guardians = new Map<string, { chainId: number; address: string }>();
  for (const { power } of powers)
    for (const { act } of power.targets)
      if (act.kind === 'evm.guardian')
        guardians.set(`${act.chainId}/${act.guardian}`, { chainId: act.chainId, address: act.guardian });
  return {
    powers,
    uses,
    founding: people.founding,
    demonstration: people.demonstration,
    guardians: [...guardians.values()],
    guardianAbi: GUARDIAN_ABI,
  };
}
