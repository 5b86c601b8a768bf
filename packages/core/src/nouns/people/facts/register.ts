/**
 * Who the people are, and how that came about. A firm is founded by several people at once, each of whom signs the same
 * charter; there is no first administrator. Later changes carry the use of a power that other people approved.
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { sealedSchema } from '../../../log/seal.ts';

export const isoTime = z.iso.datetime();
export const bilingual = z
  .object({ en: z.string().min(1).max(500), ja: z.string().min(1).max(500) })
  .strict();
/** Ids are pseudonyms: names stand sealed in `people.PrincipalNamed`. */
export const personId = z.string().regex(/^[a-z0-9][a-z0-9:_-]{0,39}$/, 'use 1 to 40 of a-z 0-9 : _ -');
export const hash32 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
const base64 = z.base64();

const credentialBase = { id: personId };
const passkeySchema = z
  .object({
    ...credentialBase,
    kind: z.literal('passkey'),
    handle: z.base64url().min(16).max(1_400),
    algorithm: z.enum(['ES256', 'EdDSA']),
    publicKey: base64.max(100),
    rpId: z.string().min(1).max(253),
    origins: z.array(z.url().max(300)).min(1).max(5),
  })
  .strict();
export const credentialSchema = z.discriminatedUnion('kind', [
  z.object({ ...credentialBase, kind: z.literal('ed25519'), publicKey: base64.length(44) }).strict(),
  z
    .object({
      ...credentialBase,
      kind: z.literal('evm'),
      address: z.string().regex(/^0x[0-9a-f]{40}$/, 'must be 0x and 40 lower-case hex digits'),
    })
    .strict(),
  passkeySchema,
]);
export const proofSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ed25519'), signature: base64.length(88) }).strict(),
  z.object({ kind: z.literal('evm'), signature: z.string().regex(/^0x[0-9a-f]{130}$/) }).strict(),
  z
    .object({
      kind: z.literal('passkey'),
      // Small, so that a fact with many approvals stays within FACT_BYTES_MAX.
      authenticatorData: z.base64().max(1_500),
      clientDataJSON: z.base64().max(2_000),
      signature: z.base64().max(200),
    })
    .strict(),
]);
export const signedBy = { principal: personId, credential: personId, proof: proofSchema };

/** `holders` in order: the first `seats` of them who are present act, the rest are deputies. */
export const roleSchema = z
  .object({
    id: personId,
    says: bilingual,
    seats: z.int().min(1).max(50),
    holders: z.array(personId).max(50),
  })
  .strict()
  .refine((role) => new Set(role.holders).size === role.holders.length, 'a person holds a role once');
export type Role = z.infer<typeof roleSchema>;

export const principalSchema = z
  .object({ id: personId, credentials: z.array(credentialSchema).min(1).max(10) })
  .strict();
export const livenessSchema = z
  .object({
    /** How often signers are asked for a signature. */
    everyMs: z.int().positive(),
    answerWithinMs: z.int().positive(),
    /** At least this many stay counted, however few answer. */
    floor: z.int().min(2),
  })
  .strict();

export const CHARTER_FORMAT = 'sonae/charter/v1';
export const FOUNDERS_MIN = 3;
/** What every founder signs. `powers` and `policy` are the concern of authority. */
export const charterSchema = z
  .object({
    format: z.literal(CHARTER_FORMAT),
    /** Origin of the log that this charter founds. */
    origin: z.string().min(3).max(100),
    /** True for a firm that exists on this machine only, to show how it works. */
    demonstration: z.boolean(),
    principals: z.array(principalSchema).min(FOUNDERS_MIN).max(50),
    roles: z.array(roleSchema).min(1).max(50),
    liveness: livenessSchema,
    powers: z.array(z.json()).max(100),
    policy: z.json(),
  })
  .strict();
export type Charter = z.infer<typeof charterSchema>;

const use = z.string().min(1).max(40);

export const founded = defineFact({
  name: 'people.Founded',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      founding: hash32,
      charter: charterSchema,
      signatures: z.array(z.object(signedBy).strict()).min(FOUNDERS_MIN),
    })
    .strict(),
  says: {
    en: 'The firm was founded: every founder signed the same charter; public.',
    ja: '創設: 創設者全員が同一の憲章に署名した(公開)。',
  },
});

export const principalEnrolled = defineFact({
  name: 'people.PrincipalEnrolled',
  version: 1,
  disclosed: true,
  schema: z.object({ principal: principalSchema, use }).strict(),
  says: {
    en: 'A person was enrolled by other people; public.',
    ja: '他者の承認により人が登録された(公開)。',
  },
});

export const credentialAdded = defineFact({
  name: 'people.CredentialAdded',
  version: 1,
  disclosed: true,
  schema: z.object({ principal: personId, credential: credentialSchema, use }).strict(),
  says: { en: 'A credential was bound to a person; public.', ja: '人に認証手段が紐付けられた(公開)。' },
});

export const credentialRevoked = defineFact({
  name: 'people.CredentialRevoked',
  version: 1,
  disclosed: true,
  schema: z.object({ principal: personId, credential: personId, use }).strict(),
  says: { en: 'A credential was revoked; public.', ja: '認証手段が失効した(公開)。' },
});

export const principalOffboarded = defineFact({
  name: 'people.PrincipalOffboarded',
  version: 1,
  disclosed: true,
  schema: z.object({ principal: personId, use }).strict(),
  says: { en: 'A person left; all credentials are void; public.', ja: '離任。認証手段はすべて無効(公開)。' },
});

export const roleAssigned = defineFact({
  name: 'people.RoleAssigned',
  version: 1,
  disclosed: true,
  schema: z.object({ role: roleSchema, use }).strict(),
  says: {
    en: 'Holders and deputies of a role were set; public.',
    ja: '役割の担当と代行順が定められた(公開)。',
  },
});

export const roleMoved = defineFact({
  name: 'people.RoleMoved',
  version: 1,
  schema: z
    .object({ role: personId, from: z.array(personId), to: z.array(personId), because: personId })
    .strict(),
  says: { en: 'A role moved to a deputy, or back.', ja: '役割が代行者へ移った、または戻った。' },
});

export const principalNamed = defineFact({
  name: 'people.PrincipalNamed',
  version: 1,
  schema: z.object({ principal: personId, name: sealedSchema, routes: sealedSchema }).strict(),
  says: {
    en: 'Name and contact routes of a person, sealed under that person’s key.',
    ja: '氏名と連絡経路(本人の鍵で封緘)。',
  },
});

export const absenceDeclared = defineFact({
  name: 'people.AbsenceDeclared',
  version: 1,
  schema: z.object({ principal: personId, until: isoTime }).strict(),
  says: { en: 'A person is away; deputies act.', ja: '不在。代行者が務める。' },
});

export const absenceEnded = defineFact({
  name: 'people.AbsenceEnded',
  version: 1,
  schema: z.object({ principal: personId }).strict(),
  says: { en: 'A person is back.', ja: '復帰。' },
});

export const livenessChallenged = defineFact({
  name: 'people.LivenessChallenged',
  version: 1,
  schema: z.object({ challenge: use, principals: z.array(personId).max(50), due: isoTime }).strict(),
  says: { en: 'Signers were asked to show that they can sign.', ja: '署名者に応答確認を求めた。' },
});

export const livenessAnswered = defineFact({
  name: 'people.LivenessAnswered',
  version: 1,
  schema: z.object({ challenge: use, ...signedBy }).strict(),
  says: { en: 'A signer answered with a signature.', ja: '署名者が署名で応答した。' },
});

export const livenessMissed = defineFact({
  name: 'people.LivenessMissed',
  version: 1,
  schema: z
    .object({
      challenge: use,
      /** No longer counted until they answer. */
      dropped: z.array(personId).max(50),
      /** Silent as well, kept because of the floor. */
      kept: z.array(personId).max(50),
    })
    .strict(),
  says: {
    en: 'Signers did not answer in time and fall out of the quorum, down to the floor.',
    ja: '期限内に応答しない署名者が定足数から外れた(下限あり)。',
  },
});

export const tokenIssued = defineFact({
  name: 'people.TokenIssued',
  version: 1,
  schema: z
    .object({
      token: use,
      principal: personId,
      scopes: z.array(z.string().max(60)).max(50),
      /** Hex SHA-256 of the secret. */
      digest: hash32,
      expiresAt: isoTime,
    })
    .strict(),
  says: { en: 'A scoped, expiring API token was issued.', ja: '範囲と期限のある API トークンが発行された。' },
});

export const tokenRevoked = defineFact({
  name: 'people.TokenRevoked',
  version: 1,
  schema: z.object({ token: use, reason: z.string().max(TEXT_LENGTH_MAX) }).strict(),
  says: { en: 'An API token was revoked.', ja: 'API トークンが失効した。' },
});

export const signInAccepted = defineFact({
  name: 'people.SignInAccepted',
  version: 1,
  schema: z.object({ principal: personId, credential: personId }).strict(),
  says: { en: 'A person signed in with a credential.', ja: '認証手段によるサインイン。' },
});

export const providerSignInAccepted = defineFact({
  name: 'people.ProviderSignInAccepted',
  version: 1,
  schema: z.object({ principal: personId, issuer: z.string().max(500) }).strict(),
  says: {
    en: 'A person signed in through the firm’s identity provider.',
    ja: '社内の認証基盤によるサインイン。',
  },
});

export const PEOPLE_FACTS = [
  founded,
  principalEnrolled,
  credentialAdded,
  credentialRevoked,
  principalOffboarded,
  roleAssigned,
  roleMoved,
  principalNamed,
  absenceDeclared,
  absenceEnded,
  livenessChallenged,
  livenessAnswered,
  livenessMissed,
  tokenIssued,
  tokenRevoked,
  signInAccepted,
  providerSignInAccepted,
] as const;
/** All facts of people stand in one stream. */
export const PEOPLE_STREAM = 'people';
