/** From alarms of components to signals: the level of each group as it should be told, and the sentence for it. */
import { TITLE_LENGTH_MAX } from '../../../kernel/limits.ts';
import { type NewFact, newFact, type Text } from '../../../log/fact.ts';
import { LEVEL_NAMES } from '../../../log/levels.ts';
import { firingCount, type Group, type Groups, levelOfGroup, mustSignal } from '../engine.ts';
import { type GroupLevel, groupSignalled, type Threshold } from '../facts.ts';
import { activeWindow, type Maintenance } from '../views/maintenance.ts';
import type { Sources } from '../views/sources.ts';

const AT_ONCE: Threshold = { count: 1, windowMs: 60_000, criticalAtOnce: true };

/** The threshold by source; a source that is gone has none to wait for. */
export function thresholds({ sources }: Sources): (source: string) => Threshold {
  const rules = new Map(sources.map((state) => [state.rules.source, state.rules.threshold]));
  return (source) => rules.get(source) ?? AT_ONCE;
}

/** A signal for every group whose level is not as it was told, or that something bad has joined. */
export function signals(
  { groups }: Groups,
  sources: Sources,
  windows: Maintenance,
  now: string,
  titleOf: (group: string) => string | undefined = () => undefined,
): NewFact[] {
  const thresholdOf = thresholds(sources);
  return groups.flatMap((group): NewFact[] => {
    const isMuted = activeWindow(windows, group.component, now) !== null;
    const level = levelOfGroup(group, thresholdOf, isMuted);
    if (!mustSignal(group, level, isMuted)) return [];
    const body = {
      group: group.group,
      component: group.component,
      from: group.level,
      to: level,
      at: now,
      firing: firingCount(group),
      title: titleFor(group, level),
      why: whyFor(group, level, titleOf(group.group)),
    };
    return [newFact(groupSignalled, streamOf(group.group), body, { occurredAt: now })];
  });
}

export const streamOf = (group: string): string => `sentinels/${group.slice('alarm/'.length)}`;

function titleFor({ component }: Group, level: GroupLevel): string {
  return `${component} alarms: ${level} / ${component} アラーム: ${LEVEL_NAMES[level].ja}`.slice(
    0,
    TITLE_LENGTH_MAX,
  );
}

function whyFor(group: Group, level: GroupLevel, newest: string | undefined): Text {
  const { component } = group;
  const count = firingCount(group);
  if (level === 'ok' && count === 0)
    return {
      en: `No alarm of ${component} fires any more.`,
      ja: `${component} のアラームはすべて収束しました。`,
    };
  const from = group.shares
    .filter(({ firing }) => firing.watch + firing.warning + firing.critical > 0)
    .map(({ source }) => source)
    .join(', ');
  const latest =
    newest === undefined ? { en: '', ja: '' } : { en: ` Newest: ${newest}`, ja: ` 最新: ${newest}` };
  return {
    en: `${count} alarm${count === 1 ? '' : 's'} of ${component} fire${count === 1 ? 's' : ''} (${from}), worst: ${level}.${latest.en}`,
    ja: `${component} のアラーム ${count} 件が発報中(${from})、最悪水準: ${LEVEL_NAMES[level].ja}。${latest.ja}`,
  };
}
