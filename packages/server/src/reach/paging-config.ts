/** What a node needs to reach people beside its mail relay: secrets that it signs with, and gateways of the firm. */
import { z } from 'zod';

const secret = z.string().min(32).max(500);
const gateway = z.object({ url: z.url({ protocol: /^https?$/ }).max(500), secret }).strict();

export const pagingSchema = z
  .object({
    /** Signs what goes to webhooks that people stated; without it such channels count as not working. */
    webhookSecret: secret.optional(),
    /** Webhooks of people may lie inside the firm's network. Otherwise they must be https and public. */
    insideWebhooks: z.boolean().default(false),
    /** Takes `{to, text}` as a signed webhook and sends a text message. */
    sms: gateway.optional(),
    /** Takes `{to, text}` as a signed webhook, calls and reads it out. */
    voice: gateway.optional(),
    /** Where PagerDuty takes events (Events API v2), without `/v2/enqueue`. */
    pagerdutyUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .default('https://events.pagerduty.com'),
  })
  .strict();
export type PagingConfig = z.infer<typeof pagingSchema>;
