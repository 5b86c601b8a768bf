/** The one list of modules, in noun order. */
import { incidents } from '../nouns/incidents/index.ts';
import { peg } from '../nouns/peg/index.ts';
import { prices } from '../nouns/prices/index.ts';
import { buildRegistry, type Registry } from './registry.ts';

export const MODULES = [prices, peg, incidents] as const;

export const registry: Registry = buildRegistry(MODULES);
