/** Channels and spokespersons before anything happens; the desk and rumours while it happens; briefings inside the firm. */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { incidentState } from '../../incidents/views/incident.ts';
import {
  channelsAgreed,
  channelsAnnounced,
  channelsSchema,
  deskClosed,
  deskOpened,
  rumourClosed,
  rumourNoted,
} from '../facts/desk.ts';
import { briefingIssued } from '../facts/notices.ts';
import { bothLines, bothTexts, commsId, isoTime, publicLine, slug } from '../facts/words.ts';
import { publicDesk, rumourRegister } from '../views/desk.ts';
import { commsFact, SAYS } from './checks.ts';

export const setChannels = defineCommand({
  name: 'comms.SetChannels',
  says: {
    en: 'Fix channels, spokespersons and what may be said. Names and addresses of channels become public.',
    ja: '広報経路・広報担当・発言の範囲を定める。経路の名称と宛先は公開される。',
  },
  input: z.object({ channels: channelsSchema }).strict(),
  by: ['operator'],
  refusals: {},
  reads: () => ({}),
  decide: ({ channels }) => ({
    facts: [
      commsFact(channelsAgreed, 'channels', { channels }),
      commsFact(channelsAnnounced, 'channels', {
        channels: channels.map(({ id, kind, name, address }) => ({ id, kind, name, address })),
      }),
    ],
  }),
});

const desk = () => ({ desk: ref(publicDesk, 'all') });

export const openDesk = defineCommand({
  name: 'comms.OpenDesk',
  says: {
    en: 'Open a call centre or desk, or change what is said of it. Public.',
    ja: '相談窓口を開設する、またはその案内を改める。公開される。',
  },
  input: z.object({ phone: publicLine(40), hours: bothLines(200), about: bothTexts(1_000) }).strict(),
  by: ['operator'],
  refusals: {},
  reads: desk,
  decide: (input) => ({ facts: [commsFact(deskOpened, 'desk', input)] }),
});

export const closeDesk = defineCommand({
  name: 'comms.CloseDesk',
  says: { en: 'Close the desk, with a reason. Public.', ja: '相談窓口を理由とともに終了する。公開される。' },
  input: z.object({ reason: bothLines(500) }).strict(),
  by: ['operator'],
  refusals: { 'no-desk': { en: 'No desk is open.', ja: '開設中の窓口はない。' } },
  reads: desk,
  decide: (input, state) =>
    state.desk.desk === null
      ? refuse('no-desk', 'no desk is open', 'nothing to do')
      : { facts: [commsFact(deskClosed, 'desk', input)] },
});

export const noteRumour = defineCommand({
  name: 'comms.NoteRumour',
  says: {
    en: 'Note a false or misleading claim about us. Not public; a notice may answer it.',
    ja: '当社に関する誤情報を記録する。非公開。告知で回答できる。',
  },
  input: z
    .object({
      claim: z.string().trim().min(1).max(2_000),
      seenIn: z.string().trim().min(1).max(500),
      seenAt: isoTime.optional(),
      incident: commsId.optional(),
    })
    .strict(),
  by: ['operator'],
  refusals: { 'no-incident': SAYS.incident, 'bad-time': SAYS.time },
  reads: (input) => ({ incident: ref(incidentState, input.incident ?? '') }),
  decide: (input, { incident }, ctx) => {
    if (input.incident !== undefined && !incident.exists)
      return refuse('no-incident', `there is no incident ${input.incident}`, 'leave it out');
    const seenAt = input.seenAt ?? ctx.now;
    if (parseTime(seenAt) > parseTime(ctx.now))
      return refuse('bad-time', `seenAt ${seenAt} is later than now (${ctx.now})`, 'give a past time');
    const id = ctx.newId();
    const body = { id, claim: input.claim, seenIn: input.seenIn, seenAt, incident: input.incident ?? null };
    return { facts: [commsFact(rumourNoted, 'rumours', body, body.incident)], result: { rumour: id } };
  },
});

export const closeRumour = defineCommand({
  name: 'comms.CloseRumour',
  says: { en: 'Close a rumour, with a reason.', ja: '誤情報への対応を理由とともに終了する。' },
  input: z.object({ rumour: commsId, reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX) }).strict(),
  by: ['operator'],
  refusals: { 'no-rumour': SAYS.rumour },
  reads: () => ({ rumours: ref(rumourRegister, 'all') }),
  decide: ({ rumour: id, reason }, { rumours }) => {
    const known = rumours.rumours.find((rumour) => rumour.id === id);
    if (known === undefined || known.closedBecause !== null)
      return refuse('no-rumour', `there is no open rumour ${id}`, 'look at the register');
    return { facts: [commsFact(rumourClosed, 'rumours', { id, reason }, known.incident)] };
  },
});

export const sendBriefing = defineCommand({
  name: 'comms.SendBriefing',
  says: {
    en: 'Brief people inside the firm: which departments, what they need to know. Never public.',
    ja: '社内の関係部門に共有する。公開されない。',
  },
  input: z
    .object({
      incident: commsId.optional(),
      /** Departments or roles of the firm. */
      to: z.array(slug).min(1).max(50),
      text: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
    })
    .strict(),
  by: ['operator'],
  refusals: { 'no-incident': SAYS.incident },
  reads: (input) => ({ incident: ref(incidentState, input.incident ?? '') }),
  decide: (input, { incident }, ctx) => {
    if (input.incident !== undefined && !incident.exists)
      return refuse('no-incident', `there is no incident ${input.incident}`, 'leave it out');
    const id = ctx.newId();
    const { to, text } = input;
    const body = { id, incident: input.incident ?? null, audience: 'internal' as const, to, text };
    return { facts: [commsFact(briefingIssued, 'briefings', body, body.incident)], result: { briefing: id } };
  },
});
