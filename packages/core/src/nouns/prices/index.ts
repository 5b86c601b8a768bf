/** The prices module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { PRICE_CONTROLS } from './controls.ts';
import { recordBars, recordComposite, recordFeedLevel, recordRejections } from './decisions.ts';
import { barsRecorded, compositeRecorded, feedLevelChanged, rowsRejected } from './facts.ts';
import { assetFeeds, evidenceIndex, rejectedRows } from './views.ts';

export const prices = defineModule({
  noun: 'prices',
  says: { en: 'Venue feeds and the composite price.', ja: '取引所フィードと合成価格。' },
  facts: [barsRecorded, compositeRecorded, feedLevelChanged, rowsRejected],
  views: [assetFeeds, evidenceIndex, rejectedRows],
  commands: [recordBars, recordComposite, recordFeedLevel, recordRejections],
  controls: PRICE_CONTROLS,
});
