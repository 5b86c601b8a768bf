/** What can have happened to holdings: wallets were read, coin was seen arriving, a limit broke or was cured. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { addressText, amountText, isoTime, reasonText, slug } from './words.ts';

export const HOLDINGS_PER_COMMAND_MAX = 1_000;
export const HOLDINGS_MAX = 20_000;
export const SIGHTINGS_PER_COMMAND_MAX = 1_000;
export const UNKNOWN_ADDRESSES_MAX = 500;
const source = z.string().min(1).max(100);

export const holdingSchema = z.object({ wallet: slug, asset: assetId, amount: amountText }).strict();
export type Holding = z.infer<typeof holdingSchema>;

export const holdingsRecorded = defineFact({
  name: 'custody.HoldingsRecorded',
  version: 1,
  schema: z
    .object({ at: isoTime, source, holdings: z.array(holdingSchema).min(1).max(HOLDINGS_PER_COMMAND_MAX) })
    .strict(),
  says: { en: 'What wallets hold was read.', ja: 'ウォレットの残高が読み取られた。' },
});

export const sightingSchema = z
  .object({
    chain: slug,
    address: addressText,
    at: isoTime,
    transaction: z.string().min(1).max(100),
  })
  .strict();
export type Sighting = z.infer<typeof sightingSchema>;

export const sightingsRecorded = defineFact({
  name: 'custody.SightingsRecorded',
  version: 1,
  schema: z
    .object({
      source,
      count: z.int().min(1).max(SIGHTINGS_PER_COMMAND_MAX),
      root: z.string().length(44),
      unknown: z.array(sightingSchema).max(UNKNOWN_ADDRESSES_MAX),
      /** Unknown ones beyond what is listed. */
      more: z.int().nonnegative(),
    })
    .strict(),
  says: {
    en: 'Addresses were seen receiving customers’ coin; those that no wallet has are named.',
    ja: '顧客資産を受領したアドレスが観測された(台帳にないものを明記)。',
  },
});

const explanation = {
  version: 1,
  schema: z.object({ chain: slug, address: addressText, reason: reasonText }).strict(),
  says: { en: 'An unknown address was explained by a person.', ja: '台帳外アドレスの理由が記録された。' },
} as const;
export const unknownExplained = defineFact({ name: 'custody.UnknownAddressExplained', ...explanation });
/** Its name as of 0.4.0, a slip: logs of that time hold it. */
export const unknownExplainedAsOf04 = defineFact({ name: 'custody.UnaddressTextExplained', ...explanation });

/** Events of the firm with a legal clock: nouns/reports knows what is due when. */
export const CLOCKED_EVENTS = ['hot-over-limit', 'own-coin-over-buffer'] as const;
export const clockedEvent = z.enum(CLOCKED_EVENTS);
export type ClockedEvent = z.infer<typeof clockedEvent>;
const about = { event: clockedEvent, at: isoTime, reference: z.string().min(1).max(500) };

export const limitBroken = defineFact({
  name: 'custody.LegalLimitExceeded',
  version: 1,
  schema: z.object(about).strict(),
  says: {
    en: 'A legal limit was passed; its cure clock starts.',
    ja: '法定の限度を超え、解消期限が始まった。',
  },
});

export const limitCured = defineFact({
  name: 'custody.LegalLimitCured',
  version: 1,
  schema: z.object(about).strict(),
  says: { en: 'A passed legal limit is kept again.', ja: '法定の限度超過が解消された。' },
});

export const HOLDING_FACTS = [
  holdingsRecorded,
  sightingsRecorded,
  unknownExplained,
  unknownExplainedAsOf04,
  limitBroken,
  limitCured,
] as const;
