/** The sentinels module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { SENTINEL_ACTIONS } from './actions.ts';
import { SENTINEL_CONTROLS, WITNESS_CONTROLS, WITNESS_LEVELS } from './controls.ts';
import { configureSources } from './decisions/configure.ts';
import { keepAlarms } from './decisions/keep.ts';
import { endMaintenance, planMaintenance } from './decisions/maintenance.ts';
import { recordAlarms } from './decisions/record.ts';
import { recordWitness } from './decisions/witness.ts';
import {
  alarmFired,
  alarmLevelChanged,
  alarmResolved,
  alarmsReceived,
  groupSignalled,
  listeningStarted,
  maintenanceEnded,
  maintenancePlanned,
  sourceConfigured,
  sourceLevelChanged,
  sourceRemoved,
} from './facts.ts';
import { alarmState } from './views/alarm.ts';
import { alarmGroups } from './views/groups.ts';
import { alarmList } from './views/list.ts';
import { clearing, maintenance } from './views/maintenance.ts';
import { sourceList } from './views/sources.ts';

export const sentinels = defineModule({
  noun: 'sentinels',
  says: {
    en: 'Alarms of foreign monitors, whether the monitors live, and witnesses of the log.',
    ja: '外部監視のアラーム、監視元の生存、ログの立会い。',
  },
  facts: [
    sourceConfigured,
    sourceRemoved,
    listeningStarted,
    alarmsReceived,
    alarmFired,
    alarmLevelChanged,
    alarmResolved,
    groupSignalled,
    sourceLevelChanged,
    maintenancePlanned,
    maintenanceEnded,
    WITNESS_LEVELS.levelChanged,
  ],
  views: [alarmState, alarmGroups, alarmList, sourceList, maintenance, clearing, WITNESS_LEVELS.levels],
  commands: [configureSources, recordAlarms, keepAlarms, planMaintenance, endMaintenance, recordWitness],
  controls: [...SENTINEL_CONTROLS, ...WITNESS_CONTROLS],
  actions: [...SENTINEL_ACTIONS, WITNESS_LEVELS.signal],
});
