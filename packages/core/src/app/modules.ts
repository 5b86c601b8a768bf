/** The one list of modules, in noun order. */
import { authority } from '../nouns/authority/index.ts';
import { incidents } from '../nouns/incidents/index.ts';
import { peg } from '../nouns/peg/index.ts';
import { people } from '../nouns/people/index.ts';
import { prices } from '../nouns/prices/index.ts';
import { buildRegistry, type Registry } from './registry.ts';

export const MODULES = [people, prices, peg, incidents, authority] as const;

export const registry: Registry = buildRegistry(MODULES);
