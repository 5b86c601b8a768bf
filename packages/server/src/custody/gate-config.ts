/** Who may ask the gate, and how long it may take. The exchange's token stays with the exchange: here is its digest. */
import { z } from 'zod';

const GATE_DEADLINE_MS = 2_000;

export const gateSchema = z
  .object({
    /** Hex SHA-256 of the bearer token: `printf %s "$TOKEN" | sha256sum`. Absent: the gate denies everybody. */
    tokenSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits: the SHA-256 of the token')
      .optional(),
    /** A decision that takes longer is answered with `hold`. */
    deadlineMs: z.int().min(50).max(30_000).default(GATE_DEADLINE_MS),
  })
  .strict();
export type GateConfig = z.infer<typeof gateSchema>;
