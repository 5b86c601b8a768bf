/** The one list of modules, in noun order. */
import { authority } from '../nouns/authority/index.ts';
import { comms } from '../nouns/comms/index.ts';
import { custody } from '../nouns/custody/index.ts';
import { incidents } from '../nouns/incidents/index.ts';
import { instruments } from '../nouns/instruments/index.ts';
import { ledger } from '../nouns/ledger/index.ts';
import { peg } from '../nouns/peg/index.ts';
import { people } from '../nouns/people/index.ts';
import { plans } from '../nouns/plans/index.ts';
import { prices } from '../nouns/prices/index.ts';
import { reports } from '../nouns/reports/index.ts';
import { reserves } from '../nouns/reserves/index.ts';
import { sentinels } from '../nouns/sentinels/index.ts';
import { buildRegistry, type Registry } from './registry.ts';

export const MODULES = [
  people,
  instruments,
  ledger,
  custody,
  reserves,
  prices,
  peg,
  sentinels,
  incidents,
  authority,
  comms,
  reports,
  plans,
] as const;

export const registry: Registry = buildRegistry(MODULES);
