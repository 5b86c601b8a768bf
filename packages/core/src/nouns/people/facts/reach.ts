/**
 * Reaching people: channels (addresses sealed, kinds in clear), on-call schedules with overrides, helpers registered
 * beforehand, and pages that go on until enough people have answered. JVCEA emergency rule art. 6(2), 11(2), 11(3).
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { sealedSchema } from '../../../log/seal.ts';
import { isoTime, personId } from './register.ts';

export const CHANNEL_KINDS = ['email', 'slack', 'webhook', 'sms', 'voice', 'pagerduty'] as const;
export const channelKindSchema = z.enum(CHANNEL_KINDS);
export type ChannelKind = z.infer<typeof channelKindSchema>;
export const CHANNELS_MAX = 10;

const words = z.object({ en: z.string().min(1).max(2_000), ja: z.string().min(1).max(2_000) }).strict();
const reason = z.string().trim().min(1).max(TEXT_LENGTH_MAX);
export const pageId = z.string().min(1).max(40);

export const channelsSet = defineFact({
  name: 'people.ChannelsStated',
  version: 1,
  schema: z
    .object({
      principal: personId,
      /** In the order in which they are tried; the addresses are sealed, in the same order. */
      kinds: z.array(channelKindSchema).max(CHANNELS_MAX),
      addresses: sealedSchema,
    })
    .strict(),
  says: { en: 'How a person is reached; addresses sealed.', ja: '本人への連絡手段(宛先は封緘)。' },
});

export const channelTested = defineFact({
  name: 'people.ChannelTested',
  version: 1,
  schema: z.object({ principal: personId, kind: channelKindSchema, works: z.boolean() }).strict(),
  says: { en: 'A channel to a person was tried.', ja: '連絡手段の疎通が確認された。' },
});

/** One rotation: each participant for `shiftHours` in turn, from `startsAt` on. */
export const rotationSchema = z
  .object({
    participants: z.array(personId).min(1).max(50),
    startsAt: isoTime,
    shiftHours: z
      .int()
      .min(1)
      .max(24 * 31),
  })
  .strict();
export const shiftSchema = z.object({ principal: personId, from: isoTime, to: isoTime }).strict();
export const SHIFTS_MAX = 500;

export const scheduleSet = defineFact({
  name: 'people.ScheduleFixed',
  version: 1,
  schema: z
    .object({
      schedule: personId,
      says: z.object({ en: z.string().min(1).max(200), ja: z.string().min(1).max(200) }).strict(),
      rotation: rotationSchema.nullable(),
      /** Shifts taken over from a calendar; they come before the rotation. */
      shifts: z.array(shiftSchema).max(SHIFTS_MAX),
    })
    .strict(),
  says: { en: 'Who is on call when.', ja: '当番表が定められた。' },
});

export const overrideSet = defineFact({
  name: 'people.ShiftReplaced',
  version: 1,
  schema: z.object({ schedule: personId, override: pageId, ...shiftSchema.shape, reason }).strict(),
  says: { en: 'Somebody takes a shift of the schedule.', ja: '当番の交代。' },
});

export const helperRegistered = defineFact({
  name: 'people.HelperRegistered',
  version: 1,
  schema: z
    .object({
      helper: personId,
      organisation: z.enum(['own-department', 'other-department', 'vendor', 'expert']),
      skills: z.array(z.string().trim().min(1).max(100)).min(1).max(20),
      /** Name and route, sealed under the helper's own key. */
      contact: sealedSchema,
      owner: personId,
    })
    .strict(),
  says: { en: 'A helper was registered beforehand (art. 11(3)).', ja: '応援要員が事前登録された(11条3項)。' },
});

export const helperRemoved = defineFact({
  name: 'people.HelperRemoved',
  version: 1,
  schema: z.object({ helper: personId, reason }).strict(),
  says: { en: 'A helper is no longer registered.', ja: '応援要員の登録が解除された。' },
});

export const pageOrdered = defineFact({
  name: 'people.PageOrdered',
  version: 1,
  schema: z
    .object({
      page: pageId,
      /** What it is about: an incident, a use of a power, a duty. */
      subject: z.string().min(1).max(100),
      link: z.string().startsWith('/').max(300),
      text: words,
      /** In the order in which they are called. */
      wanted: z.array(personId).max(50),
      /** So many must answer that they come. */
      need: z.int().min(1).max(20),
      waitMinutes: z.int().min(1).max(240),
    })
    .strict(),
  says: { en: 'People are called until enough have answered.', ja: '必要人数の応答まで呼出しを行う。' },
});

export const pageSent = defineFact({
  name: 'people.PersonCalled',
  version: 1,
  schema: z
    .object({
      page: pageId,
      principal: personId,
      round: z.int().min(1).max(10),
      text: words,
      link: z.string().max(300),
    })
    .strict(),
  says: { en: 'A person was called on every channel.', ja: '本人を全手段で呼び出した。' },
});

export const pageAnswered = defineFact({
  name: 'people.PageAnswered',
  version: 1,
  schema: z.object({ page: pageId, principal: personId, comes: z.boolean() }).strict(),
  says: { en: 'A person answered a call: comes, or cannot.', ja: '呼出しへの応答(対応可否)。' },
});

export const pageExhausted = defineFact({
  name: 'people.PageExhausted',
  version: 1,
  schema: z.object({ page: pageId, answered: z.int().nonnegative(), need: z.int().positive() }).strict(),
  says: { en: 'Everybody was called and too few came.', ja: '全員を呼び出したが人数が足りない。' },
});

export const pageEnded = defineFact({
  name: 'people.PageEnded',
  version: 1,
  schema: z.object({ page: pageId, why: z.enum(['answered', 'called-off']) }).strict(),
  says: { en: 'Enough have answered, or the call was called off.', ja: '必要人数がそろった、または中止。' },
});

export const messageSent = defineFact({
  name: 'people.PersonInformed',
  version: 1,
  schema: z
    .object({
      principal: personId,
      subject: z.string().min(1).max(100),
      text: words,
      link: z.string().max(300),
    })
    .strict(),
  says: {
    en: 'A person was told something, e.g. the instructions of a role.',
    ja: '本人へ通知(役割の指示など)。',
  },
});

export const REACH_FACTS = [
  channelsSet,
  channelTested,
  scheduleSet,
  overrideSet,
  helperRegistered,
  helperRemoved,
  pageOrdered,
  pageSent,
  pageAnswered,
  pageExhausted,
  pageEnded,
  messageSent,
] as const;
export const REACH_STREAM = 'people/reach';
