/** What the inbox decides without a screen: what still waits for a judgement, and which alarms are shown at once. */
import type { AlarmGroupView } from '@sonae/core/app/api.ts';

/** Alarms of a component that are shown before the rest is asked for. */
export const SHOWN_AT_ONCE = 5;

export const firingOf = ({ firing }: AlarmGroupView): number =>
  firing.watch + firing.warning + firing.critical;

/** Whether its suspicion still waits for somebody to verify, declare or dismiss it. */
export function mayJudge({ incident }: AlarmGroupView): boolean {
  return incident !== null && (incident.phase === 'suspected' || incident.phase === 'verifying');
}

/** Components that are told of and that nobody has judged: the number beside the room's name. */
export function waitingForJudgement(groups: readonly AlarmGroupView[]): number {
  return groups.filter((group) => firingOf(group) > 0 && mayJudge(group)).length;
}

/** The host of a monitor's page, so that the reader sees where a link leads; null for what is no page. */
export function hostOf(link: string | null): string | null {
  if (link === null || !/^https?:\/\//i.test(link)) return null;
  return URL.canParse(link) ? new URL(link).host : null;
}
