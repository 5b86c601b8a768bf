/** Writes docs/reference from the registry. `npm run reference` writes; test/docs.test.ts compares. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { referencePages } from './reference.ts';

const dir = fileURLToPath(new URL('../docs/reference/', import.meta.url));
mkdirSync(dir, { recursive: true });
for (const [name, text] of Object.entries(referencePages())) writeFileSync(`${dir}${name}`, text);
