/** Sign-ins and API tokens: ways to be recognised, never ways to approve. */
import { proofProblem } from '@sonae/proof/approval';
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { DAY_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import {
  hash32,
  isoTime,
  PEOPLE_STREAM,
  personId,
  proofSchema,
  providerSignInAccepted,
  signedBy,
  signInAccepted,
  tokenIssued,
  tokenRevoked,
} from '../facts/register.ts';
import { activeCredential, isPresent } from '../views/register.ts';

import { BAD_PROOF, isHere, NOT_ENROLLED, notEnrolled, OUT_OF_RANGE, reads } from './self.ts';

const TOKEN_LIFE_MAX_MS = 90 * DAY_MS;
const TOKENS_MAX = 200;

export const issueToken = defineCommand({
  name: 'people.IssueToken',
  says: {
    en: 'Issue an API token of yours: scoped, expiring, never able to approve.',
    ja: '自分の API トークンを発行する(範囲・期限つき。承認はできない)。',
  },
  input: z
    .object({
      scopes: z
        .array(z.string().regex(/^(read|calendar|[a-z]+\.[A-Z][A-Za-z]+)$/))
        .min(1)
        .max(50),
      /** Hex SHA-256 of the secret, which only you hold. */
      digest: hash32,
      expiresAt: isoTime,
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'not-enrolled': NOT_ENROLLED,
    'out-of-range': OUT_OF_RANGE,
    'too-many': { en: 'Too many tokens are in use.', ja: 'トークンが多すぎる。' },
  },
  reads,
  decide: ({ scopes, digest, expiresAt }, { people }, ctx) => {
    if (!isPresent(people, ctx.actor.id, ctx.now)) return notEnrolled(ctx.actor.id);
    const lifeMs = parseTime(expiresAt) - parseTime(ctx.now);
    if (lifeMs <= 0 || lifeMs > TOKEN_LIFE_MAX_MS)
      return refuse(
        'out-of-range',
        `expiresAt ${expiresAt} is not within 90 days from now`,
        'give a nearer time',
      );
    if (Object.keys(people.tokens).length >= TOKENS_MAX)
      return refuse('too-many', `${TOKENS_MAX} tokens are in use`, 'revoke some first');
    const token = ctx.newId();
    const body = { token, principal: ctx.actor.id, scopes, digest, expiresAt };
    return { facts: [newFact(tokenIssued, PEOPLE_STREAM, body)], result: { token } };
  },
});

export const revokeToken = defineCommand({
  name: 'people.RevokeToken',
  says: {
    en: 'Revoke an API token; anybody enrolled may.',
    ja: 'API トークンを失効させる(登録者なら誰でも)。',
  },
  input: z
    .object({ token: z.string().max(40), reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX) })
    .strict(),
  by: ['operator'],
  refusals: {
    'not-enrolled': NOT_ENROLLED,
    'no-token': { en: 'There is no such token.', ja: 'そのトークンはない。' },
  },
  reads,
  decide: (input, { people }, ctx) => {
    if (!isHere(people, ctx.actor.id)) return notEnrolled(ctx.actor.id);
    if (people.tokens[input.token] === undefined)
      return refuse('no-token', `there is no token ${input.token}`, 'list the tokens first');
    return { facts: [newFact(tokenRevoked, PEOPLE_STREAM, input)] };
  },
});

/** What is signed to sign in: a fresh nonce of the server, bound to the log's origin. */
export function signInBody(origin: string, nonce: string) {
  return { nonce, origin };
}

export const signIn = defineCommand({
  name: 'people.SignIn',
  says: { en: 'Record a sign-in that the server has checked.', ja: 'サインインを記録する。' },
  input: z.object({ nonce: z.string().min(16).max(100), ...signedBy, proof: proofSchema }).strict(),
  by: ['system'],
  refusals: { 'bad-proof': BAD_PROOF },
  reads,
  decide: ({ nonce, principal, credential: id, proof }, { people }) => {
    const credential = activeCredential(people, principal, id);
    if (credential === null)
      return refuse('bad-proof', `${principal} has no active credential ${id}`, 'use a bound credential');
    const body = signInBody(people.origin, nonce);
    const problem = proofProblem({ says: 'sign-in', body }, credential, proof);
    if (problem !== null) return refuse('bad-proof', problem, 'sign the nonce that the server gave');
    return { facts: [newFact(signInAccepted, PEOPLE_STREAM, { principal, credential: id })] };
  },
});

export const signInByProvider = defineCommand({
  name: 'people.SignInByProvider',
  says: { en: 'Record a sign-in through the identity provider.', ja: '認証基盤によるサインインを記録する。' },
  input: z.object({ principal: personId, issuer: z.string().max(500) }).strict(),
  by: ['system'],
  refusals: { 'not-enrolled': NOT_ENROLLED },
  reads,
  decide: (input, { people }) =>
    isHere(people, input.principal)
      ? { facts: [newFact(providerSignInAccepted, PEOPLE_STREAM, input)] }
      : notEnrolled(input.principal),
});
