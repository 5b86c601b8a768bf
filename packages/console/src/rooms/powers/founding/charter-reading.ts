/**
 * A charter from a file, read by the same schemas as the server's: what it says, the hash that every founder signs, what
 * the founding would be refused for, and what founders should think about before they sign.
 */
import './no-eval.ts';
import {
  type Policy,
  type Power,
  policySchema,
  powerSchema,
} from '@sonae/core/nouns/authority/facts/power.ts';
import { type Charter, charterSchema } from '@sonae/core/nouns/people/facts/register.ts';
import { type Statement, statementDigest } from '@sonae/proof/approval';
import { toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { charterProblems } from './charter-problems.ts';
import { charterWarnings, type Site } from './charter-warnings.ts';
import type { Finding } from './finding.ts';

export type ReadCharter = {
  readonly charter: Charter;
  readonly powers: readonly Power[];
  readonly policy: Policy;
  /** 64 hex digits: the id of the firm for as long as it exists. */
  readonly hash: string;
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
};
export type CharterReading = ReadCharter | { readonly unreadable: string };
type Issues = {
  readonly error: { readonly issues: readonly { path: readonly PropertyKey[]; message: string }[] };
};

/** What every founder signs. */
export const foundStatement = (charter: Charter): Statement => ({
  says: 'found',
  body: charter as unknown as JsonValue,
});

export function readCharter(text: string, site: Site): CharterReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
  const parsed = charterSchema.safeParse(value);
  if (!parsed.success) return { unreadable: issueOf(parsed) };
  const charter = parsed.data;
  const problems: Finding[] = [];
  const powers: Power[] = [];
  for (const [index, raw] of charter.powers.entries()) {
    const power = powerSchema.safeParse(raw);
    if (power.success) powers.push(power.data);
    else
      problems.push({ says: 'founding.problem.power', values: { index: index + 1, said: issueOf(power) } });
  }
  const policy = policySchema.safeParse(charter.policy);
  if (!policy.success) problems.push({ says: 'founding.problem.policy', values: { said: issueOf(policy) } });
  problems.push(...charterProblems(charter, powers));
  return {
    charter,
    powers,
    policy: policy.success ? policy.data : { forbid: [] },
    hash: toHex(statementDigest(foundStatement(charter))),
    problems,
    warnings: charterWarnings(charter, powers, site),
  };
}

function issueOf({ error }: Issues): string {
  const [issue] = error.issues;
  return `${issue?.path.map(String).join('.')}: ${issue?.message}`;
}
