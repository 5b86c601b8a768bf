/** The register of assets and their newest values. */
import { compareTimes } from '../../kernel/time.ts';
import { isFact } from '../../log/fact.ts';
import { defineView } from '../../log/stream.ts';
import { type Asset, assetDefined, ratesRecorded } from './facts.ts';

export type Assets = { readonly assets: Readonly<Record<string, Asset>> };

/** One key, `all`. */
export const assetRegister = defineView<Assets>({
  name: 'instruments.assets',
  version: 1,
  folds: [assetDefined.name],
  initial: () => ({ assets: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) =>
    isFact(assetDefined, fact) ? { assets: { ...state.assets, [fact.body.asset]: fact.body } } : state,
});

export type Rate = { readonly price: string; readonly at: string; readonly source: string };
/** By asset; the price of one whole unit as an exact decimal text. */
export type Rates = { readonly rates: Readonly<Record<string, Rate>> };

/** Key: currency, e.g. `JPY`. */
export const rates = defineView<Rates>({
  name: 'instruments.rates',
  version: 2,
  folds: [ratesRecorded.name],
  initial: () => ({ rates: {} }),
  keysOf: (fact) => (isFact(ratesRecorded, fact) ? [fact.body.currency] : []),
  apply: (state, fact) => {
    if (!isFact(ratesRecorded, fact)) return state;
    const { at, source, rates: stated } = fact.body;
    const newer = stated.filter(({ asset }) => compareTimes(state.rates[asset]?.at ?? '', at) <= 0);
    return {
      rates: {
        ...state.rates,
        ...Object.fromEntries(newer.map(({ asset, price }) => [asset, { price, at, source }])),
      },
    };
  },
});
