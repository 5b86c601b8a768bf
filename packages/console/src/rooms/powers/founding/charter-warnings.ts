/** What a charter may say and founders should think about before they sign: nothing of it is forbidden. Pure. */
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import { ableIn } from './charter-problems.ts';
import type { Finding } from './finding.ts';

/** Where the founding is held: the log's origin ('' while unknown), and this page's own. */
export type Site = { readonly log: string; readonly page: string };

export function charterWarnings(charter: Charter, powers: readonly Power[], site: Site): Finding[] {
  const found: Finding[] = [];
  const { origin } = charter;
  if (charter.demonstration) found.push({ says: 'founding.warn.demonstration', values: {} });
  if (site.log !== '' && origin !== site.log)
    found.push({ says: 'founding.warn.origin', values: { origin, log: site.log } });
  return [
    ...found,
    ...peopleWarnings(charter, site),
    ...powers.flatMap((power) => powerWarnings(power, charter)),
  ];
}

function peopleWarnings({ principals, roles }: Charter, site: Site): Finding[] {
  const found: Finding[] = [];
  const elsewhere = principals.filter(({ credentials }) =>
    credentials.some((one) => one.kind === 'passkey' && !one.origins.includes(site.page)),
  );
  if (elsewhere.length > 0)
    found.push({ says: 'founding.warn.passkeySite', values: { ids: idsOf(elsewhere), page: site.page } });
  const single = principals.filter(({ credentials }) => credentials.length === 1);
  if (single.length > 0) found.push({ says: 'founding.warn.oneCredential', values: { ids: idsOf(single) } });
  const idle = principals.filter(({ id }) => !roles.some(({ holders }) => holders.includes(id)));
  if (idle.length > 0) found.push({ says: 'founding.warn.noRole', values: { ids: idsOf(idle) } });
  for (const { id: role, seats, holders } of roles) {
    const values = { role, seats, count: holders.length };
    if (holders.length < seats) found.push({ says: 'founding.warn.emptySeats', values });
  }
  return found;
}

function powerWarnings(power: Power, charter: Charter): Finding[] {
  const { id, governs, resumeQuorum, bounds, allows, separation, targets } = power;
  const found: Finding[] = [];
  const able = ableIn(charter, power).length;
  if (able === resumeQuorum) found.push({ says: 'founding.warn.noSlack', values: { id, able } });
  if (governs === null && bounds.durationMs === null)
    found.push({ says: 'founding.warn.noEnd', values: { id } });
  if (separation.requesterApproves) found.push({ says: 'founding.warn.ownRequest', values: { id } });
  if (allows.length > 0)
    found.push({ says: 'founding.warn.allows', values: { id, allows: allows.join(', ') } });
  const stuck = targets.filter(
    ({ act, resume }) => act.kind !== 'govern' && act.kind !== 'evm.guardian' && resume === null,
  );
  if (stuck.length > 0) found.push({ says: 'founding.warn.noResume', values: { id, targets: idsOf(stuck) } });
  return found;
}

const idsOf = (all: readonly { readonly id: string }[]): string => all.map(({ id }) => id).join(', ');
