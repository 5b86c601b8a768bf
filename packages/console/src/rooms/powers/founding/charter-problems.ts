/**
 * Why a charter can not found a firm: it contradicts itself. The server judges the same; it is said here so that nobody
 * signs in vain. Pure.
 */
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import type { Finding } from './finding.ts';

/** People who hold an approving role and a credential that the power counts. */
export function ableIn(charter: Charter, power: Power): string[] {
  const holders = new Set(
    charter.roles.filter(({ id }) => power.roles.approve.includes(id)).flatMap((role) => role.holders),
  );
  return charter.principals
    .filter(({ id, credentials }) => holders.has(id) && credentials.some(({ kind }) => countsIn(power, kind)))
    .map(({ id }) => id);
}

type CredentialOf = Charter['principals'][number]['credentials'][number];
const keyOf = (one: CredentialOf): string => (one.kind === 'evm' ? one.address : one.publicKey);
const countsIn = (power: Power, kind: Power['credentials'][number]): boolean =>
  power.credentials.includes(kind);

export function charterProblems(charter: Charter, powers: readonly Power[]): Finding[] {
  const found = [...peopleProblems(charter), ...powers.flatMap((power) => powerProblems(power, charter))];
  for (const id of repeated(powers.map((power) => power.id)))
    found.push({ says: 'founding.problem.powerTwice', values: { id } });
  for (const governs of ['tighten', 'loosen'] as const)
    if (!powers.some((power) => power.governs === governs))
      found.push({ says: `founding.problem.no-${governs}`, values: {} });
  return found;
}

function peopleProblems({ principals, roles, liveness }: Charter): Finding[] {
  const found: Finding[] = [];
  const ids = principals.map(({ id }) => id);
  for (const id of repeated(ids)) found.push({ says: 'founding.problem.personTwice', values: { id } });
  const keys = principals.flatMap(({ credentials }) => credentials.map(keyOf));
  const sharing = repeated(keys).map((key) =>
    principals.filter(({ credentials }) => credentials.some((one) => keyOf(one) === key)),
  );
  for (const ids of new Set(sharing.map((people) => people.map(({ id }) => id).join(', '))))
    found.push({ says: 'founding.problem.keyTwice', values: { ids } });
  for (const { id, credentials } of principals)
    for (const credential of repeated(credentials.map((one) => one.id)))
      found.push({ says: 'founding.problem.credentialTwice', values: { id, credential } });
  for (const id of repeated(roles.map((role) => role.id)))
    found.push({ says: 'founding.problem.roleTwice', values: { id } });
  for (const { id: role, holders } of roles)
    for (const id of holders.filter((one) => !ids.includes(one)))
      found.push({ says: 'founding.problem.stranger', values: { role, id } });
  if (liveness.floor > ids.length)
    found.push({ says: 'founding.problem.floor', values: { floor: liveness.floor, count: ids.length } });
  return found;
}

function powerProblems(power: Power, charter: Charter): Finding[] {
  const found: Finding[] = [];
  const { id } = power;
  const known = charter.roles.map((role) => role.id);
  const unknown = new Set(
    Object.values(power.roles)
      .flat()
      .filter((role) => !known.includes(role)),
  );
  for (const role of unknown) found.push({ says: 'founding.problem.noRole', values: { id, role } });
  const isGovern = power.targets.some(({ act }) => act.kind === 'govern');
  if (isGovern !== (power.governs !== null)) found.push({ says: 'founding.problem.governs', values: { id } });
  const isOnChain = power.targets.some(({ act }) => act.kind === 'evm.guardian');
  if (isOnChain && power.credentials.some((kind) => kind !== 'evm'))
    found.push({ says: 'founding.problem.onlyWallets', values: { id } });
  const able = ableIn(charter, power).length;
  const needed = Math.max(power.resumeQuorum, power.emergency?.quorum ?? 0);
  if (able < needed) found.push({ says: 'founding.problem.tooFew', values: { id, able, needed } });
  return found;
}

function repeated(all: readonly string[]): string[] {
  return [...new Set(all.filter((one, at) => all.indexOf(one) !== at))];
}
