/** The instruments module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { defineAsset, recordRates } from './decisions.ts';
import { assetDefined, ratesRecorded } from './facts.ts';
import { assetRegister, rates } from './views.ts';

export const instruments = defineModule({
  noun: 'instruments',
  says: { en: 'Assets, their chains and their values.', ja: '資産、そのチェーンと評価額。' },
  facts: [assetDefined, ratesRecorded],
  views: [assetRegister, rates],
  commands: [defineAsset, recordRates],
});
