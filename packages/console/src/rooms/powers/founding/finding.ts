/** Something to say about a charter, as a key of the dictionaries and what is put into it. */
import type { Key } from '../../../i18n/en.ts';
import type { Values } from '../../../i18n/language.ts';

export type Finding = { readonly says: Key; readonly values: Values };
