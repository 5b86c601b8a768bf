/**
 * The founding: several people sign one charter that names them, their credentials, their roles and the first powers.
 * Nobody is there before them, so nobody can be an administrator; what they sign is what exists.
 */
import { type Credential, proofProblem, statementDigest } from '@sonae/proof/approval';
import { toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import {
  type Charter,
  charterSchema,
  FOUNDERS_MIN,
  founded,
  PEOPLE_STREAM,
  signedBy,
} from '../../people/facts/register.ts';
import { type People, peopleRegister } from '../../people/views/register.ts';
import { type Policy, type Power, policyHash, policySchema, powerSchema } from '../facts/power.ts';
import { POWERS_STREAM, policyAdopted, powerAdopted } from '../facts/rules.ts';
import { isSameKey, powerProblem } from './changes.ts';

/** 64 hex digits: what every founder signs, and what every later action carries. */
export function charterHash(charter: Charter): string {
  return toHex(statementDigest({ says: 'found', body: charter as unknown as JsonValue }));
}

export const found = defineCommand({
  name: 'authority.Found',
  says: {
    en: 'Found the firm: one charter, signed by every founder. Public, once.',
    ja: '創設する。一つの憲章に創設者全員が署名する。公開、一度限り。',
  },
  input: z
    .object({ charter: charterSchema, signatures: z.array(z.object(signedBy).strict()).max(50) })
    .strict(),
  by: ['operator'],
  refusals: {
    'founded-already': { en: 'The firm has been founded.', ja: '創設済みである。' },
    'not-signed': { en: 'Not every founder signed this charter.', ja: '憲章に署名していない創設者がいる。' },
    'bad-charter': { en: 'The charter contradicts itself.', ja: '憲章に矛盾がある。' },
  },
  reads: () => ({ people: ref(peopleRegister, 'all') }),
  decide: ({ charter, signatures }, { people }) => {
    if (people.founding !== '')
      return refuse(
        'founded-already',
        `charter ${people.founding} stands`,
        'change it by the powers over the rules',
      );
    const content = readContent(charter);
    if ('refused' in content) return content;
    for (const { id, credentials } of charter.principals) {
      const own = signatures.find((signature) => signature.principal === id);
      const credential = credentials.find((one) => one.id === own?.credential);
      if (own === undefined || credential === undefined)
        return refuse(
          'not-signed',
          `${id} has not signed`,
          'every founder signs with one of their own credentials',
        );
      const body = charter as unknown as JsonValue;
      const problem = proofProblem({ says: 'found', body }, credential as Credential, own.proof);
      if (problem !== null) return refuse('not-signed', `${id}: ${problem}`, 'sign exactly this charter');
    }
    const founding = charterHash(charter);
    const facts: NewFact[] = [
      newFact(founded, PEOPLE_STREAM, { founding, charter, signatures }),
      newFact(policyAdopted, POWERS_STREAM, { ...content.adopted, use: null }),
      ...content.powers.map((power) =>
        newFact(powerAdopted, POWERS_STREAM, { power, hash: policyHash(power), use: null }),
      ),
    ];
    return { facts, result: { founding } };
  },
});

/** What keeps a charter of the right shape from being founded, or null. */
export function charterProblem(charter: Charter): string | null {
  const content = readContent(charter);
  return 'refused' in content ? content.message : null;
}

type Content = { readonly powers: Power[]; readonly adopted: { policy: Policy; hash: string } };

const bad = (message: string): Refused =>
  refuse('bad-charter', message, 'correct the charter and have everybody sign it anew');

function readContent(charter: Charter): Content | Refused {
  const people = peopleOf(charter);
  const problem = principalsProblem(charter);
  if (problem !== null) return bad(problem);
  const policy = policySchema.safeParse(charter.policy);
  if (!policy.success)
    return bad(`policy.${policy.error.issues[0]?.path.join('.')}: ${policy.error.issues[0]?.message}`);
  const powers: Power[] = [];
  for (const [n, raw] of charter.powers.entries()) {
    const parsed = powerSchema.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return bad(`powers.${n}.${issue?.path.join('.')}: ${issue?.message}`);
    }
    const unusable = powerProblem(parsed.data, people);
    if (unusable !== null) return bad(unusable);
    if (powers.some(({ id }) => id === parsed.data.id)) return bad(`power ${parsed.data.id} stands twice`);
    powers.push(parsed.data);
  }
  for (const governs of ['tighten', 'loosen'] as const)
    if (!powers.some((power) => power.governs === governs))
      return bad(`no power governs ${governs}: the firm could never change its rules`);
  return { powers, adopted: { policy: policy.data, hash: policyHash(policy.data) } };
}

function principalsProblem({ principals, roles, liveness }: Charter): string | null {
  const ids = principals.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) return 'principals: ids must differ';
  const keys = principals.flatMap(({ credentials }) => credentials as Credential[]);
  const doubled = keys.some((a, n) => keys.slice(n + 1).some((b) => isSameKey(a, b)));
  if (doubled) return 'principals: one key stands for one person, once';
  const clash = principals.find(({ credentials: c }) => new Set(c.map(({ id }) => id)).size !== c.length);
  if (clash !== undefined) return `principals: ${clash.id} has two credentials of one id`;
  if (new Set(roles.map(({ id }) => id)).size !== roles.length) return 'roles: ids must differ';
  const stranger = roles.flatMap(({ holders }) => holders).find((id) => !ids.includes(id));
  if (stranger !== undefined) return `roles: ${stranger} is not a founder`;
  if (liveness.floor > ids.length)
    return `liveness.floor: there are only ${ids.length} founders (at least ${FOUNDERS_MIN})`;
  return null;
}

/** The register as the charter would make it: for judging powers before anything is recorded. */
function peopleOf(charter: Charter): People {
  const fact = { type: founded.type, recordedAt: '', body: { founding: '', charter, signatures: [] } };
  return peopleRegister.apply(peopleRegister.initial('all'), fact as never, 'all');
}
