/** What a node offers to people who want to be told of notices. */
import { z } from 'zod';

export const subscriptionsSchema = z
  .object({
    /** Addresses that notices are posted to, signed. */
    webhooks: z.boolean().default(true),
    /** Incoming webhooks of Slack. */
    slack: z.boolean().default(true),
    /** For tests: subscribers on this machine, over http. Never in production. */
    allowLoopback: z.boolean().default(false),
  })
  .strict();
export type SubscriptionsConfig = z.infer<typeof subscriptionsSchema>;
