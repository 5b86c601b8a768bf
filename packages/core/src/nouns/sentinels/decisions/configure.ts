/** Which sources there are, as the configuration of the node that begins to listen has them. */
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { ALARM_SOURCES_MAX } from '../../../kernel/limits.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import {
  listeningStarted,
  type SourceRules,
  sourceConfigured,
  sourceRemoved,
  sourceRulesSchema,
} from '../facts.ts';
import { sourceList } from '../views/sources.ts';

const streamOfSource = (source: string): string => `sentinels/source/${source}`;
const textOfRules = (rules: SourceRules): string => canonicalJson(rules as unknown as JsonValue);

export const configureSources = defineCommand({
  name: 'sentinels.ConfigureSources',
  says: {
    en: 'Begin to listen to these sources and no others; silence counts from now.',
    ja: '指定した送信元のみの受信を開始する。沈黙は今から数える。',
  },
  input: z.object({ sources: z.array(sourceRulesSchema).max(ALARM_SOURCES_MAX) }).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ known: ref(sourceList, 'all') }),
  decide: ({ sources }, { known }) => {
    const before = new Map(known.sources.map(({ rules }) => [rules.source, textOfRules(rules)]));
    const changed = sources.filter((rules) => before.get(rules.source) !== textOfRules(rules));
    const removed = [...before.keys()].filter((id) => !sources.some(({ source }) => source === id));
    const facts: NewFact[] = [
      ...removed.map((source) => newFact(sourceRemoved, streamOfSource(source), { source })),
      ...changed.map((rules) => newFact(sourceConfigured, streamOfSource(rules.source), rules)),
    ];
    // Only where silence is judged does it matter since when somebody listens.
    const watched = sources.filter(({ heartbeatMs }) => heartbeatMs !== null).length;
    if (watched > 0) facts.push(newFact(listeningStarted, 'sentinels/sources', { sources: watched }));
    return { facts };
  },
});
