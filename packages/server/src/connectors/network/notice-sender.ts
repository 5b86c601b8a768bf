/**
 * Notices and tickets to the firm's own systems, as signed webhooks: a notice informs a channel, a ticket is
 * opened once per id in a tracker. Words come in English and Japanese; the link leads back to what it is
 * about.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { TEXT_LENGTH_MAX, TITLE_LENGTH_MAX } from '@sonae/core/kernel/limits.ts';
import type { OutboxResult } from '@sonae/core/ports/store.ts';
import { z } from 'zod';
import { demandSecret, targetUrl } from '../exchange/outside-call.ts';
import { sendWebhook } from '../webhook/webhook.ts';

export type NoticeKind = 'notice' | 'ticket';
export type NoticeSenderConfig = {
  readonly url: string;
  readonly secret: string;
  readonly kind: NoticeKind;
  readonly timeoutMs?: number;
};

const words = (charsMax: number) =>
  z.strictObject({ en: z.string().trim().min(1).max(charsMax), ja: z.string().trim().min(1).max(charsMax) });
const noticeSchema = z.strictObject({
  /** The same id is the same notice or ticket, however often it is sent. */
  id: z.string().regex(/^[\w.:/-]{1,200}$/),
  title: words(TITLE_LENGTH_MAX),
  text: words(TEXT_LENGTH_MAX),
  link: z.url({ protocol: /^https?$/ }).max(2_000),
});
export type Notice = z.infer<typeof noticeSchema>;
/** `attempts` counts this one: 1 on the first try. Never throws. */
export type NoticeSender = (notice: Notice, attempts: number, now: () => number) => Promise<OutboxResult>;

/** Throws `input.invalid` for an unusable configuration. */
export function createNoticeSender({ url, secret, kind, timeoutMs }: NoticeSenderConfig): NoticeSender {
  demandSecret('secret', secret);
  // Webhook addresses of trackers often carry a token in their query, so that one is allowed here.
  targetUrl('url', url.split('?')[0] ?? '');
  if (kind !== 'notice' && kind !== 'ticket')
    throw new FaultError('input.invalid', 'kind is neither notice nor ticket', 'give one of them');
  return async (notice, attempts, now) => {
    const checked = noticeSchema.safeParse(notice);
    if (!checked.success) {
      const issue = checked.error.issues[0];
      return { done: false, error: `${kind}.${issue?.path.join('.')}: ${issue?.message}`, retryAt: null };
    }
    const { id, title, text, link } = checked.data;
    const body = JSON.stringify({ format: `sonae/${kind}/v1`, id, title, text, link });
    return sendWebhook({ url, secret }, { id, body, attempts }, now, fetch, timeoutMs);
  };
}
