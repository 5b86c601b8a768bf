/** What a clock hangs on, in words: an event of an incident, of the firm, or our own filing. */
import { MILESTONE_NAMES, type Milestone } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { isKey, type Texts } from '../../i18n/language.ts';

/** @param dutyName what a duty is called; its id where nobody knows */
export function eventName(
  event: string,
  { t, pick }: Texts,
  dutyName: (id: string) => string = (id) => id,
): string {
  if (event in MILESTONE_NAMES) return pick(MILESTONE_NAMES[event as Milestone]);
  const filed = /^filed:(.+)$/.exec(event)?.[1];
  if (filed !== undefined) return t('clock.filed', { duty: dutyName(filed) });
  const key = `firmEvent.${event}`;
  return isKey(key) ? t(key) : event;
}
