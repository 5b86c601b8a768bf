/** The peg module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { PEG_CONTROLS } from './controls/list.ts';
import { recordReading } from './decisions.ts';
import { controlLevelChanged, levelChanged } from './facts.ts';
import { pegState } from './views.ts';

export const peg = defineModule({
  noun: 'peg',
  says: { en: 'Stablecoin health.', ja: 'ステーブルコインの健全性。' },
  facts: [controlLevelChanged, levelChanged],
  views: [pegState],
  commands: [recordReading],
  controls: PEG_CONTROLS.map(({ id, statement, basis, owner, levels }) => ({
    id,
    statement,
    basis,
    owner,
    levels,
  })),
});
