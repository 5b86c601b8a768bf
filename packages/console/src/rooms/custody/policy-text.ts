/** A policy as text that somebody edits: read with the server's own schema, so that a fault is named before it is sent. */
import { type Policy, policySchema } from '@sonae/core/nouns/custody/facts/policy.ts';

const PROBLEMS_SHOWN = 5;

/** Where a firm without a policy can begin: listed addresses, and a second and third pair of eyes. */
export const FIRST_POLICY = {
  rules: [
    {
      id: 'listed',
      says: { en: 'To listed addresses and own wallets', ja: '登録済みの宛先と自社ウォレットへ' },
      effect: 'allow',
      destination: ['listed', 'own'],
    },
  ],
  limits: [],
  bands: [
    { upTo: '1000000', quorum: 2, callBack: false },
    { upTo: null, quorum: 3, callBack: true },
  ],
} as const;

/** As it is shown: fields in the order of the schema, not of the store. */
export const policyText = (policy: Policy | null): string =>
  JSON.stringify(policy === null ? FIRST_POLICY : policySchema.parse(policy), null, 2);

/** The policy with every default filled in, or the first few faults as `path: what is wrong`. */
export function readPolicyText(
  text: string,
): { readonly policy: Policy } | { readonly problems: readonly string[] } {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    return { problems: [(error as Error).message] };
  }
  const read = policySchema.safeParse(written);
  if (read.success) return { policy: read.data };
  const problems = read.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`,
  );
  return { problems: problems.slice(0, PROBLEMS_SHOWN) };
}
