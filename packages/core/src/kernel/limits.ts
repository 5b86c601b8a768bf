/** Named limits: every loop, queue, page, body and batch that outsiders can fill has one here. */

export const COMMAND_QUEUE_MAX = 50_000;
export const COMMANDS_PER_COMMIT_MAX = 2_000;
export const CASCADE_DEPTH_MAX = 8;
export const FACTS_PER_COMMAND_MAX = 1_000;
/** Of what is due by the clock, so much in one round; the rest follows in the next. */
export const KEPT_AT_ONCE_MAX = 200;
/** tlog-tiles entry bundles carry a 16-bit length, but an entry of ours is a 32-byte commitment; this bounds the fact. */
export const FACT_BYTES_MAX = 256 * 1024;
export const EVIDENCE_ITEMS_MAX = 10_000;
export const PAGE_ITEMS_MAX = 500;
export const HTTP_BODY_BYTES_MAX = 1024 * 1024;
export const OUTBOX_ATTEMPTS_MAX = 12;
export const TIMELINE_ENTRIES_MAX = 5_000;
export const TITLE_LENGTH_MAX = 200;
export const TEXT_LENGTH_MAX = 10_000;
export const FEEDS_PER_ASSET_MAX = 64;
export const FEED_LINE_CHARS_MAX = 4_096;
/** Intake of alarms (nouns/sentinels): what one request, one source and one log may hold of them. */
export const ALARMS_PER_BATCH_MAX = 500;
export const ALARM_SOURCES_MAX = 50;
export const ALARM_GROUPS_MAX = 400;
export const ALARMS_LISTED_MAX = 1_000;
export const ALARM_LABELS_MAX = 32;
export const MAINTENANCE_WINDOWS_MAX = 200;
