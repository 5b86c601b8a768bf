/** Witnesses of this log: where they are asked, under which keys they answer, and how many make a checkpoint one to show. */
import { parseWitnessKey } from '@sonae/proof/cosignature';
import { z } from 'zod';

const SECOND_MS = 1_000;
const EVERY_MS = 10 * SECOND_MS;
const STALE_MS = 600 * SECOND_MS;
const WITNESSES_MAX = 14;

const witness = z
  .object({
    /** Its prefix: `/add-checkpoint` is put behind it. */
    url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, '')),
    /** Its verifier key, `name+hash+base64` of signature type 4. */
    key: z.string().max(300).refine(isWitnessKey, 'must be a verifier key of a witness (signature type 4)'),
  })
  .strict();

export const witnessSchema = z
  .object({
    list: z.array(witness).max(WITNESSES_MAX).default([]),
    /** So many cosignatures make a checkpoint one that is shown; with a list at least 1. */
    quorum: z.int().min(1).max(WITNESSES_MAX).default(1),
    everyMs: z.int().min(SECOND_MS).max(STALE_MS).default(EVERY_MS),
    /** A witness that has cosigned nothing for so long is silent. */
    staleMs: z.int().min(SECOND_MS).max(86_400_000).default(STALE_MS),
  })
  .strict()
  .refine(({ list, quorum }) => list.length === 0 || quorum <= list.length, {
    error: 'quorum is more than there are witnesses',
    path: ['quorum'],
  })
  .refine(({ list }) => new Set(list.map(({ key }) => key)).size === list.length, {
    error: 'a witness stands twice',
    path: ['list'],
  });
export type WitnessConfig = z.infer<typeof witnessSchema>;
export type Witness = WitnessConfig['list'][number];

function isWitnessKey(vkey: string): boolean {
  try {
    parseWitnessKey(vkey);
    return true;
  } catch {
    return false;
  }
}
