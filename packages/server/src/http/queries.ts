/** Query parameters by address: one schema serves checking and documentation. */
import { PAGE_ITEMS_MAX } from '@sonae/core/kernel/limits.ts';
import { z } from 'zod';

export const QUERIES = {
  prices: z.object({
    from: z.iso.datetime().optional(),
    to: z.iso.datetime().optional(),
    points: z.coerce.number().int().min(2).max(5_000).default(1_200),
  }),
  incidents: z.object({ phase: z.enum(['open', 'all']).default('open') }),
  log: z.object({
    before: z.coerce.number().int().nonnegative().optional(),
    limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(50),
    stream: z.string().max(200).optional(),
    incident: z.string().max(40).optional(),
  }),
} as const;
