/** How we speak and listen: channels fixed beforehand, the call centre and desk, and what is wrongly said about us. */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { bothLines, bothTexts, commsId, isoTime, principalId, publicLine, slug } from './words.ts';

export const CHANNELS_MAX = 30;
export const SPOKESPERSONS_MAX = 20;
export const CHANNEL_KINDS = ['web', 'email', 'slack', 'x', 'press', 'desk'] as const;

const channelBase = {
  id: slug,
  kind: z.enum(CHANNEL_KINDS),
  name: bothLines(80),
  /** What customers recognise it by: an address, an account, a number. */
  address: publicLine(300),
};
export const channelSchema = z
  .object({
    ...channelBase,
    spokespersons: z.array(principalId).min(1).max(SPOKESPERSONS_MAX),
    /** What may be said there, and what not. Internal. */
    mayBeSaid: bothTexts(2_000),
  })
  .strict();
export type Channel = z.infer<typeof channelSchema>;

const once = (all: readonly { readonly id: string }[]): boolean =>
  new Set(all.map(({ id }) => id)).size === all.length;
export const channelsSchema = z
  .array(channelSchema)
  .min(1)
  .max(CHANNELS_MAX)
  .refine(once, 'an id stands once');

export const channelsAgreed = defineFact({
  name: 'comms.ChannelsAgreed',
  version: 1,
  schema: z.object({ channels: channelsSchema }).strict(),
  says: {
    en: 'Channels, spokespersons and what may be said were agreed.',
    ja: '広報経路・広報担当・発言の範囲が定められた。',
  },
});

export const channelsAnnounced = defineFact({
  name: 'comms.ChannelsAnnounced',
  version: 1,
  disclosed: true,
  schema: z.object({ channels: z.array(z.object(channelBase).strict()).min(1).max(CHANNELS_MAX) }).strict(),
  says: {
    en: 'The channels that are really ours were announced; public.',
    ja: '公式の広報経路が公表された(公開)。',
  },
});

export const deskOpened = defineFact({
  name: 'comms.DeskOpened',
  version: 1,
  disclosed: true,
  schema: z.object({ phone: publicLine(40), hours: bothLines(200), about: bothTexts(1_000) }).strict(),
  says: { en: 'A call centre or desk was opened; public.', ja: '相談窓口が開設された(公開)。' },
});

export const deskClosed = defineFact({
  name: 'comms.DeskClosed',
  version: 1,
  disclosed: true,
  schema: z.object({ reason: bothLines(500) }).strict(),
  says: { en: 'The call centre or desk was closed; public.', ja: '相談窓口が終了した(公開)。' },
});

export const rumourNoted = defineFact({
  name: 'comms.RumourNoted',
  version: 1,
  schema: z
    .object({
      id: commsId,
      claim: z.string().trim().min(1).max(2_000),
      seenIn: z.string().trim().min(1).max(500),
      seenAt: isoTime,
      incident: commsId.nullable(),
    })
    .strict(),
  says: { en: 'A false or misleading claim was noted.', ja: '誤情報が記録された。' },
});

export const rumourAnswered = defineFact({
  name: 'comms.RumourAnswered',
  version: 1,
  schema: z.object({ id: commsId, notice: commsId }).strict(),
  says: { en: 'A rumour was answered by a published notice.', ja: '誤情報に告知で回答した。' },
});

export const rumourClosed = defineFact({
  name: 'comms.RumourClosed',
  version: 1,
  schema: z.object({ id: commsId, reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX) }).strict(),
  says: { en: 'A rumour needs no more answer.', ja: '誤情報への対応が終了した。' },
});
