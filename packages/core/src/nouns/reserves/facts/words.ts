/** Words of reserves: where things lie, whose they are, and how amounts, ids and texts may look. */
import { z } from 'zod';

/** Where a holding lies, which is also who must say that it is there. */
export const SOURCE_KINDS = ['chain', 'custodian', 'bank', 'trust'] as const;
export const TIERS = ['hot', 'warm', 'cold', 'none'] as const;

/** Ids of the firm's making: sources, accounts, scopes, banks. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 of a-z 0-9 -');
/** Exact, in minor units, never below zero. */
export const amount = z.string().regex(/^\d{1,40}$/, 'a whole number of minor units, not negative');
export const shortText = z.string().trim().min(1).max(200);
export const instant = z.iso.datetime();
export const civilDay = z.iso.date();
export const bps = z.int().min(0).max(1_000_000);
export const hexHash = z.string().regex(/^[0-9a-f]{64}$/, '64 of 0-9 a-f: a SHA-256 digest');
/** Base64 RFC 6962 root of an evidence batch. */
export const evidenceRoot = z.string().min(40).max(48);

/** So far may the clock of whoever reports be ahead of ours. */
export const AHEAD_MS = 60_000;
export const SOURCES_MAX = 200;
export const HELD_ASSETS_MAX = 500;
/** Kept in lists at hand; older ones stay in the log. */
export const OPEN_BREAKS_MAX = 2_000;
export const CLOSED_BREAKS_KEPT = 200;
