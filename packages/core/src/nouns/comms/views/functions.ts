/**
 * For which functions a person may approve a text: those whose standing role they act in, and those that they were given
 * in the incident. The role `technology` of the firm is `technical` in an incident.
 */
import { actingHolders, isPresent, type People } from '../../people/views/register.ts';
import { type ApprovalFunction, FUNCTIONS } from '../facts/words.ts';

/** Whoever holds roles in an incident, as its view has them; absent in older ones. */
export type WithRoles = { readonly roles?: Readonly<Record<string, readonly string[]>> | undefined };

const INCIDENT_ROLES: Readonly<Record<ApprovalFunction, readonly string[]>> = {
  legal: ['legal'],
  compliance: ['compliance'],
  technology: ['technical', 'technology'],
};

/** Only enrolled people who are here have a function: an incident gives nobody what the firm did not enrol. */
export function functionsOf(
  people: People,
  incident: WithRoles | null,
  principal: string,
  now: string,
): ApprovalFunction[] {
  if (!isPresent(people, principal, now)) return [];
  return FUNCTIONS.filter(
    (name) =>
      actingHolders(people, name, now).includes(principal) ||
      INCIDENT_ROLES[name].some((role) => incident?.roles?.[role]?.includes(principal) ?? false),
  );
}
