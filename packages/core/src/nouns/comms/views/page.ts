/** What operators see of communications in one answer; joined from the views by whoever serves it. */
import type { Channel } from '../facts/desk.ts';
import type { ApprovalFunction } from '../facts/words.ts';
import type { Board } from './board.ts';
import type { Briefing, Desk, Rumour } from './desk.ts';
import type { Draft } from './notice.ts';
import type { KnownTemplate } from './templates.ts';
import type { ThreadSummary } from './threads.ts';

/** GET /api/comms : drafts, templates, board, threads (open first seen), desk, rumours. Internal. */
export type CommsPage = {
  readonly now: string;
  readonly drafts: readonly Draft[];
  readonly templates: readonly KnownTemplate[];
  readonly board: Board;
  /** Newest first. */
  readonly threads: readonly ThreadSummary[];
  readonly desk: Desk | null;
  readonly channels: readonly Channel[];
  readonly rumours: readonly Rumour[];
  readonly briefings: readonly Briefing[];
  readonly subscribers: number;
  /** For which functions the caller may approve: anywhere, and in the incidents of the drafts. */
  readonly functions: {
    readonly standing: readonly ApprovalFunction[];
    readonly inIncidents: Readonly<Record<string, readonly ApprovalFunction[]>>;
  };
};
