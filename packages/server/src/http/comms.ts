/** What operators see of communications: drafts, templates, the board, the desk, and for which functions they may approve. */

import type { Principal } from '@sonae/core/log/define.ts';
import type { Board } from '@sonae/core/nouns/comms/views/board.ts';
import type { AgreedChannels, Briefings, PublicDesk, Rumours } from '@sonae/core/nouns/comms/views/desk.ts';
import { functionsOf } from '@sonae/core/nouns/comms/views/functions.ts';
import type { DraftList } from '@sonae/core/nouns/comms/views/notice.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import type { SubscriberCounts } from '@sonae/core/nouns/comms/views/subscribers.ts';
import type { Templates } from '@sonae/core/nouns/comms/views/templates.ts';
import type { ThreadIndex } from '@sonae/core/nouns/comms/views/threads.ts';
import type { Node } from '../node.ts';
import { readPeople } from './powers.ts';
import { incidentOf, readState } from './read-model.ts';

const THREADS_SHOWN = 50;
const BRIEFINGS_SHOWN = 10;

/** @param caller for whose functions it is asked */
export async function commsPage(node: Node, caller: Principal): Promise<CommsPage> {
  const { drafts } = await readState<DraftList>(node, 'comms.drafts', 'all');
  const { templates } = await readState<Templates>(node, 'comms.templates', 'all');
  const board = await readState<Board>(node, 'comms.board', 'all');
  const { threads } = await readState<ThreadIndex>(node, 'comms.threads', 'all');
  const { desk } = await readState<PublicDesk>(node, 'comms.desk', 'all');
  const { channels } = await readState<AgreedChannels>(node, 'comms.channels', 'all');
  const { rumours } = await readState<Rumours>(node, 'comms.rumours', 'all');
  const { briefings } = await readState<Briefings>(node, 'comms.briefings', 'all');
  const counts = await readState<SubscriberCounts>(node, 'comms.subscriber-counts', 'all');
  const { now } = node.clockState();
  const people = await readPeople(node);
  const incidents = [...new Set(drafts.flatMap(({ incident }) => incident ?? []))];
  const inIncidents = await Promise.all(
    incidents.map(
      async (id) => [id, functionsOf(people, await incidentOf(node, id), caller.id, now)] as const,
    ),
  );
  return {
    now,
    drafts,
    templates: Object.values(templates),
    board,
    threads: threads.slice(0, THREADS_SHOWN),
    desk,
    channels,
    rumours,
    briefings: briefings.slice(0, BRIEFINGS_SHOWN),
    subscribers: counts.confirmed - counts.ended,
    functions: {
      standing: functionsOf(people, null, caller.id, now),
      inIncidents: Object.fromEntries(inIncidents),
    },
  };
}
