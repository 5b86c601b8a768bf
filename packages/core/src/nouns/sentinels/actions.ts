/** What follows from alarms: a component that is worse, better or joined, and a source that fell silent, signal. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { groupSignalled, sourceLevelChanged } from './facts.ts';

const signalGroup: ActionRule = {
  on: groupSignalled.name,
  act: (fact): Action[] => {
    if (!isFact(groupSignalled, fact)) return [];
    const { group, component, title, from, to, at, why } = fact.body;
    const input = { correlation: group, component, title, from, to, at, why };
    return [{ kind: 'command', command: 'incidents.Signal', input }];
  },
};

const signalSource: ActionRule = {
  on: sourceLevelChanged.name,
  act: (fact): Action[] => {
    if (!isFact(sourceLevelChanged, fact)) return [];
    const { source, from, to, at, why } = fact.body;
    const title = `${source} is silent / ${source} 監視元の沈黙`;
    // Its promised sign of life is the time that silence had to last.
    const input = {
      correlation: `alarm-source/${source}`,
      component: source,
      title,
      from,
      to,
      at,
      why,
      persisted: true,
    };
    return [{ kind: 'command', command: 'incidents.Signal', input }];
  },
};

export const SENTINEL_ACTIONS: readonly ActionRule[] = [signalGroup, signalSource];
