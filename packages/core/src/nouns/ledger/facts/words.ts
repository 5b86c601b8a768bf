/** Words of the books: who owns what stands in an account, and what a posting is for. */
import { z } from 'zod';

/** Whose it is. `suspense`: not yet known whose; `fee`: the firm's earnings from customers; `external`: the outside world. */
export const OWNERS = ['customer', 'house', 'affiliate', 'suspense', 'fee', 'external'] as const;
export const ownerSchema = z.enum(OWNERS);
export type Owner = z.infer<typeof ownerSchema>;

export const bookId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 of a-z 0-9 -');
/** Exact, in minor units; balances may be negative. */
export const signedAmount = z.string().regex(/^-?\d{1,40}$/, 'a whole number of minor units');
