/** One alarm as it stands: what the next message about it is compared with. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type AlarmLevel, alarmFired, alarmLevelChanged, alarmResolved } from '../facts.ts';

export type AlarmState = {
  readonly isFiring: boolean;
  readonly level: AlarmLevel;
  readonly group: string;
  /** Empty while it never fired. */
  readonly firedAt: string;
};

export const alarmKey = (source: string, fingerprint: string): string => `${source}/${fingerprint}`;

/** Key: source and fingerprint. */
export const alarmState = defineView<AlarmState>({
  name: 'sentinels.alarm',
  version: 1,
  folds: [alarmFired.name, alarmLevelChanged.name, alarmResolved.name],
  initial: () => ({ isFiring: false, level: 'watch', group: '', firedAt: '' }),
  keysOf: (fact) => {
    const { source, fingerprint } = fact.body as { source: string; fingerprint: string };
    return [alarmKey(source, fingerprint)];
  },
  apply: nextAlarm,
});

/** Also what a decision uses for the alarms that come twice in one batch. */
export function nextAlarm(state: AlarmState, fact: Pick<Fact, 'type' | 'body' | 'recordedAt'>): AlarmState {
  const of = fact as Fact;
  if (isFact(alarmFired, of)) {
    const { level, group } = of.body;
    return { isFiring: true, level, group, firedAt: fact.recordedAt };
  }
  if (isFact(alarmLevelChanged, of)) return { ...state, level: of.body.to };
  return { ...state, isFiring: false };
}
