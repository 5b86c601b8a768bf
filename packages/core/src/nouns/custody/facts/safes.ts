/**
 * What can have happened to a Safe: its state or its nonce was read on chain and is another one than before, and that
 * reading goes on. A state that did not change leaves no fact.
 */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { evmAddress, isoTime, slug } from './words.ts';

export const SAFES_PER_COMMAND_MAX = 50;
/** Entries of a list of owners or modules that are read; a longer list is itself a finding. */
export const SAFE_LIST_MAX = 50;

/** The first 20 bytes of the Keccak-256 of a contract's code. */
const codeId = z.string().regex(/^[0-9a-f]{40}$/, '40 lower-case hex digits');
const list = z.array(evmAddress).max(SAFE_LIST_MAX);

/** Who can move what a Safe holds, and by which code: its storage, read without asking that code. */
export const safeStateSchema = z
  .object({
    /** Of the proxy at the address; null: there is no contract. */
    code: codeId.nullable(),
    /** Slot 0: the code that the proxy runs (implementation, master copy). */
    singleton: evmAddress,
    singletonCode: codeId.nullable(),
    /** What the singleton says that it is; null: it says nothing. */
    version: z
      .string()
      .regex(/^[\x20-\x7e]{1,20}$/, 'up to 20 printable characters')
      .nullable(),
    /** Ascending. */
    owners: list,
    threshold: z.int().nonnegative(),
    /** Ascending. */
    modules: list,
    guard: evmAddress.nullable(),
    moduleGuard: evmAddress.nullable(),
    fallbackHandler: evmAddress.nullable(),
    /** Whether both lists were read to their end. */
    whole: z.boolean(),
  })
  .strict();
export type SafeState = z.infer<typeof safeStateSchema>;

const of = { chain: slug, address: evmAddress };
const blockSchema = z.object({ height: z.int().nonnegative(), hash: z.string().min(1).max(100) }).strict();

export const safeObserved = defineFact({
  name: 'custody.SafeStateObserved',
  version: 1,
  schema: z
    .object({ ...of, wallet: slug, source: slug, block: blockSchema, at: isoTime, state: safeStateSchema })
    .strict(),
  says: {
    en: 'A Safe was read for the first time, or is not as it was read before.',
    ja: 'Safe の状態が初めて読み取られたか、前回から変化した。',
  },
});

export const safeNonceObserved = defineFact({
  name: 'custody.SafeNonceObserved',
  version: 1,
  schema: z.object({ ...of, nonce: z.int().nonnegative() }).strict(),
  says: {
    en: 'A Safe has executed a transaction: its nonce is another one.',
    ja: 'Safe が取引を実行し、ノンスが進んだ。',
  },
});

/** Written seldom, not each time: that somebody reads must be known, how often need not be. */
export const safesChecked = defineFact({
  name: 'custody.SafesChecked',
  version: 1,
  schema: z
    .object({
      source: slug,
      chain: slug,
      /** Time of the block. */
      at: isoTime,
      height: z.int().nonnegative(),
      addresses: z.array(evmAddress).min(1).max(SAFES_PER_COMMAND_MAX),
    })
    .strict(),
  says: { en: 'The state of Safes is being read.', ja: 'Safe の状態の読取りが続いている。' },
});

export const SAFE_FACTS = [safeObserved, safeNonceObserved, safesChecked] as const;
