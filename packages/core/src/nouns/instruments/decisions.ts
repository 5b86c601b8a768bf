/** Defining assets and recording their values. Decimals are for ever: every book is written in them. */
import { refuse } from '../../kernel/result.ts';
import { parseTime } from '../../kernel/time.ts';
import { defineCommand } from '../../log/define.ts';
import { newFact } from '../../log/fact.ts';
import { ref } from '../../log/stream.ts';
import { ASSETS_MAX, assetDefined, assetSchema, ratesRecorded } from './facts.ts';
import { assetRegister } from './views.ts';

export const defineAsset = defineCommand({
  name: 'instruments.DefineAsset',
  says: {
    en: 'Define an asset, or describe it anew; its decimals never change.',
    ja: '資産を定義または改定する。小数桁数は変更できない。',
  },
  input: assetSchema,
  by: ['operator', 'system'],
  refusals: {
    'other-decimals': {
      en: 'The asset is in the books with other decimals.',
      ja: '帳簿上の小数桁数と異なる。',
    },
    'too-many': { en: 'There are too many assets.', ja: '資産が多すぎる。' },
  },
  reads: () => ({ register: ref(assetRegister, 'all') }),
  decide: (input, { register }) => {
    const known = register.assets[input.asset];
    if (known && known.decimals !== input.decimals)
      return refuse(
        'other-decimals',
        `decimals: ${input.asset} has ${known.decimals}, not ${input.decimals}`,
        'give the asset in the books its own decimals, or define another asset',
      );
    if (!known && Object.keys(register.assets).length >= ASSETS_MAX)
      return refuse('too-many', `there are ${ASSETS_MAX} assets`, 'retire some of them in your feed');
    if (known && JSON.stringify(known) === JSON.stringify(input)) return { facts: [] };
    return { facts: [newFact(assetDefined, `instruments/${input.asset}`, input)] };
  },
});

/** So far may the clock of whoever values be ahead of ours. */
const AHEAD_MS = 60_000;

export const recordRates = defineCommand({
  name: 'instruments.RecordRates',
  says: {
    en: 'Record what whole units of assets are worth in a currency.',
    ja: '資産一単位の通貨建て評価額を記録する。',
  },
  input: ratesRecorded.schema as typeof ratesRecorded.schema,
  by: ['operator', 'system'],
  refusals: {
    'unknown-asset': { en: 'No asset has this id.', ja: 'この ID の資産はない。' },
    'from-the-future': { en: 'The time lies ahead.', ja: '時刻が未来である。' },
  },
  reads: () => ({ register: ref(assetRegister, 'all') }),
  decide: (input, { register }, ctx) => {
    const unknown = input.rates.find(({ asset }) => !(asset in register.assets));
    if (unknown)
      return refuse('unknown-asset', `there is no asset ${unknown.asset}`, 'instruments.DefineAsset first');
    if (parseTime(input.at) > parseTime(ctx.now) + AHEAD_MS)
      return refuse('from-the-future', `at ${input.at} is later than now (${ctx.now})`, 'correct the clock');
    return {
      facts: [newFact(ratesRecorded, `instruments/rates/${input.currency}`, input, { occurredAt: input.at })],
    };
  },
});
