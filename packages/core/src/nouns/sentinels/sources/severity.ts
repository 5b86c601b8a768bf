/**
 * What a monitor's own word for a severity means here. Data, per kind of source, and the configuration may replace any
 * of it. A word that nobody listed is taken for the worst that is listed: it is never dropped and never made small.
 */
import { ALARM_LEVEL_RANK, ALARM_LEVELS, type AlarmLevel, type SourceKind } from '../facts.ts';

/** Words in lower case -> level. */
export type SeverityMap = Readonly<Record<string, AlarmLevel>>;

/** Words that most monitors use. */
const PLAIN: SeverityMap = {
  critical: 'critical',
  crit: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  page: 'critical',
  high: 'critical',
  error: 'warning',
  major: 'warning',
  warning: 'warning',
  warn: 'warning',
  medium: 'warning',
  minor: 'watch',
  low: 'watch',
  notice: 'watch',
  info: 'watch',
  informational: 'watch',
  none: 'watch',
  debug: 'watch',
};

export const DEFAULT_SEVERITIES: Readonly<Record<SourceKind, SeverityMap>> = {
  alertmanager: PLAIN,
  grafana: PLAIN,
  /** https://developer.pagerduty.com/docs/events-api-v2: critical, error, warning, info. */
  pagerduty: { critical: 'critical', error: 'critical', warning: 'warning', info: 'watch' },
  openzeppelin: PLAIN,
  cloudevents: PLAIN,
  generic: PLAIN,
  /** Also the words of RFC 2156 `Importance`. */
  mail: { ...PLAIN, urgent: 'critical', normal: 'warning' },
};

/** The level of a word; upper and lower case are the same word. */
export function levelOf(severity: string, severities: SeverityMap): AlarmLevel {
  const word = severity.trim().toLowerCase();
  const known = Object.hasOwn(severities, word) ? severities[word] : undefined;
  return known ?? worstOf(severities);
}

/** The worst level that the map knows; critical when it knows none. */
function worstOf(severities: SeverityMap): AlarmLevel {
  const listed = Object.values(severities);
  return (
    ALARM_LEVELS.filter((level) => listed.includes(level)).sort(
      (a, b) => ALARM_LEVEL_RANK[b] - ALARM_LEVEL_RANK[a],
    )[0] ?? 'critical'
  );
}
