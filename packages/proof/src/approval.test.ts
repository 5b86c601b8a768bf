/** Signed statements, held against the libraries that others use: viem for EIP-712, SimpleWebAuthn for passkeys. */
import { createHash, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import fc from 'fast-check';
import { hashTypedData, recoverTypedDataAddress, type TypedDataDefinition } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { createSoftwarePasskey, type PasskeyOptions } from '../../../test/support/software-passkey.ts';
import { type Action, actionHash, parseAction } from './action.ts';
import {
  type Credential,
  ed25519Message,
  type Proof,
  proofProblem,
  type Statement,
  statementDigest,
  typedDataOf,
  VERDICTS,
} from './approval.ts';
import { toBase64, toHex } from './bytes.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import { bytesOfHex, recoverAddress, typedDataDigest } from './eip712.ts';

const H = (n: number): string => n.toString(16).padStart(64, '0');
const guardian = `0x${'ab'.repeat(20)}`;
const ACTION: Action = {
  format: 'sonae/action/v1',
  founding: H(1),
  use: '01GV7BA5X0E484XEKDE56AD7TF',
  power: 'pause-token',
  policy: H(2),
  target: 'dusd',
  step: 'stop',
  reason: H(3),
  until: '2026-04-02T00:00:00Z',
  validBefore: '2026-04-01T01:00:00Z',
  act: { kind: 'evm.guardian', chainId: 1, guardian, call: 'stop', switchId: `0x${H(4)}`, args: '0x' },
};
const exchange = (subject: string): Action => ({
  ...ACTION,
  act: { kind: 'exchange', system: 'main', operation: 'halt-withdrawals', subject, limit: null },
});
const STATEMENTS: readonly Statement[] = [
  ...VERDICTS.map((says): Statement => ({ says, action: ACTION })),
  ...VERDICTS.map((says): Statement => ({ says, action: exchange('BTC') })),
  ...(['resume', 'extend'] as const).map(
    (call): Statement => ({
      says: 'approve',
      action: {
        ...ACTION,
        step: call,
        act: { kind: 'evm.guardian', chainId: 1, guardian, call, stop: `0x${H(5)}` },
      },
    }),
  ),
  ...(['found', 'bind', 'answer', 'sign-in'] as const).map((says): Statement => ({ says, body: { a: 1 } })),
];
const account = privateKeyToAccount(`0x${H(77)}`);
const wallet: Credential = { id: 'w', kind: 'evm', address: account.address.toLowerCase() };

/** The typed data as viem takes it. */
const forViem = (statement: Statement): TypedDataDefinition =>
  typedDataOf(statement) as unknown as TypedDataDefinition;

describe('EIP-712', () => {
  test.each(STATEMENTS.map((s, n) => [n, s.says, s] as const))(
    'statement %i (%s) has viem’s digest',
    (_, __, s) => {
      expect(`0x${toHex(typedDataDigest(typedDataOf(s)))}`).toBe(hashTypedData(forViem(s)));
    },
  );

  test('a wallet’s signature is recovered as viem recovers it, and counts for this statement only', async () => {
    for (const s of STATEMENTS) {
      const signature = await account.signTypedData(forViem(s));
      expect(await recoverTypedDataAddress({ ...forViem(s), signature })).toBe(account.address);
      expect(proofProblem(s, wallet, { kind: 'evm', signature })).toBeNull();
      for (const other of STATEMENTS)
        if (other !== s) expect(proofProblem(other, wallet, { kind: 'evm', signature })).not.toBeNull();
    }
  });

  test('another chain, contract, until or policy is another digest', () => {
    const act = ACTION.act as Extract<Action['act'], { call: 'stop' }>;
    const altered: Action[] = [
      { ...ACTION, act: { ...act, chainId: 10 } },
      { ...ACTION, act: { ...act, guardian: `0x${'ac'.repeat(20)}` } },
      { ...ACTION, until: '2026-04-02T00:00:01Z' },
      { ...ACTION, policy: H(9) },
      { ...ACTION, founding: H(9) },
      { ...ACTION, use: 'other' },
    ];
    const digests = [ACTION, ...altered].map((action) =>
      toHex(typedDataDigest(typedDataOf({ says: 'approve', action }))),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('the other form of the same signature (high s) is refused', async () => {
    const statement = STATEMENTS[0] as Statement;
    const signature = bytesOfHex(await account.signTypedData(forViem(statement)));
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = order - BigInt(`0x${toHex(signature.subarray(32, 64))}`);
    const twin = bytesOfHex(
      `0x${toHex(signature.subarray(0, 32))}${s.toString(16).padStart(64, '0')}${signature[64] === 27 ? '1c' : '1b'}`,
    );
    expect(recoverAddress(typedDataDigest(typedDataOf(statement)), twin)).toBeNull();
  });

  test('any flipped bit of a signature is refused', async () => {
    const statement = STATEMENTS[0] as Statement;
    const signature = bytesOfHex(await account.signTypedData(forViem(statement)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 64 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const bent = Uint8Array.from(signature);
        bent[at] = (bent[at] ?? 0) ^ (1 << bit);
        return proofProblem(statement, wallet, { kind: 'evm', signature: `0x${toHex(bent)}` }) !== null;
      }),
    );
  });
});

describe('passkeys', () => {
  const origin = 'https://console.example';
  const digest = statementDigest({ says: 'approve', action: ACTION });

  test('an approval’s challenge is the action’s hash', () => {
    expect(digest).toEqual(actionHash(ACTION));
  });

  test.each(['ES256', 'EdDSA'] as const)(
    '%s assertions hold, here and in SimpleWebAuthn',
    async (algorithm) => {
      const passkey = createSoftwarePasskey('p', 'phone', origin, algorithm);
      const proof = passkey.assert(digest);
      expect(proofProblem({ says: 'approve', action: ACTION }, passkey.credential, proof)).toBeNull();
      expect(await byLibrary(passkey, proof)).toBe(true);
    },
  );

  const WRONG: readonly [string, PasskeyOptions][] = [
    ['another origin', { origin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['without user verification', { userVerified: false }],
    ['without presence', { userPresent: false }],
    ['a registration instead of an assertion', { type: 'webauthn.create' }],
  ];
  test.each(WRONG)('%s is refused, here and in SimpleWebAuthn', async (_, options) => {
    const passkey = createSoftwarePasskey('p', 'phone', origin);
    const proof = passkey.assert(digest, options);
    expect(proofProblem({ says: 'approve', action: ACTION }, passkey.credential, proof)).not.toBeNull();
    expect(await byLibrary(passkey, proof)).toBe(false);
  });

  test('another challenge, key or a frame of another site is refused', () => {
    const [passkey, other] = ['a', 'b'].map((id) => createSoftwarePasskey('p', id, origin));
    const credential = passkey!.credential;
    const statement: Statement = { says: 'approve', action: ACTION };
    expect(proofProblem(statement, credential, passkey!.assert(new Uint8Array(32)))).toContain('challenge');
    expect(proofProblem(statement, credential, other!.assert(digest))).toContain('signature');
    expect(proofProblem(statement, credential, passkey!.assert(digest, { crossOrigin: true }))).toContain(
      'frame',
    );
  });

  test('nothing that is sent instead of a proof throws', () => {
    const { credential } = createSoftwarePasskey('p', 'phone', origin);
    const part = fc.oneof(fc.string(), fc.base64String());
    fc.assert(
      fc.property(part, part, part, (authenticatorData, clientDataJSON, signature) => {
        const proof: Proof = { kind: 'passkey', authenticatorData, clientDataJSON, signature };
        return proofProblem({ says: 'approve', action: ACTION }, credential, proof) !== null;
      }),
    );
  });

  async function byLibrary(
    passkey: ReturnType<typeof createSoftwarePasskey>,
    proof: Extract<Proof, { kind: 'passkey' }>,
  ): Promise<boolean> {
    const url = (text: string): string => Buffer.from(text, 'base64').toString('base64url');
    const id = passkey.credential.handle;
    const { authenticatorData, clientDataJSON, signature } = proof;
    const answer = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          authenticatorData: url(authenticatorData),
          clientDataJSON: url(clientDataJSON),
          signature: url(signature),
        },
      },
      expectedChallenge: Buffer.from(digest).toString('base64url'),
      expectedOrigin: origin,
      expectedRPID: 'console.example',
      credential: { id, publicKey: coseOf(passkey.credential), counter: 0 },
      requireUserVerification: true,
    }).catch(() => ({ verified: false }));
    return answer.verified;
  }
});

/** The key as authenticators encode it (RFC 9052): a small CBOR map. */
function coseOf(credential: Extract<Credential, { kind: 'passkey' }>): Uint8Array<ArrayBuffer> {
  const key = Buffer.from(credential.publicKey, 'base64');
  const bytes = (part: Uint8Array): Buffer => Buffer.concat([Buffer.of(0x58, part.length), part]);
  const parts =
    credential.algorithm === 'EdDSA'
      ? [Buffer.from('a401010327200621', 'hex'), bytes(key)]
      : [
          Buffer.from('a5010203262001', 'hex'),
          Buffer.of(0x21),
          bytes(key.subarray(1, 33)),
          Buffer.of(0x22),
          bytes(key.subarray(33)),
        ];
  return new Uint8Array(Buffer.concat(parts));
}

describe('Ed25519', () => {
  test('is checked against node:crypto, under a domain of its own', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(12);
    const credential: Credential = { id: 'k', kind: 'ed25519', publicKey: toBase64(raw) };
    const statement: Statement = { says: 'approve', action: ACTION };
    const signature = toBase64(nodeSign(null, ed25519Message(statement), privateKey));
    expect(proofProblem(statement, credential, { kind: 'ed25519', signature })).toBeNull();
    expect(
      proofProblem({ says: 'refuse', action: ACTION }, credential, { kind: 'ed25519', signature }),
    ).not.toBeNull();
    const bare = toBase64(nodeSign(null, actionHash(ACTION), privateKey));
    expect(proofProblem(statement, credential, { kind: 'ed25519', signature: bare })).not.toBeNull();
  });
});

describe('an action’s text', () => {
  const text = canonicalJson(ACTION as unknown as JsonValue);

  test('comes back as it was, and hashes as documented', () => {
    expect(parseAction(text)).toEqual(ACTION);
    const expected = createHash('sha256').update(`sonae/action/v1\n${text}`).digest('hex');
    expect(toHex(actionHash(ACTION))).toBe(expected);
  });

  test.each<[string, Record<string, unknown>]>([
    ['an extra field', { extra: 1 }],
    ['another format', { format: 'sonae/action/v2' }],
    ['an hour that is not one', { validBefore: '2026-04-01T99:00:00Z' }],
    ['a fraction of a second', { until: '2026-04-01T01:00:00.5Z' }],
    ['a local time', { until: '2026-04-01T01:00:00+09:00' }],
    ['a short hash', { policy: 'ab' }],
    ['an unknown step', { step: 'destroy' }],
    ['an act without kind', { act: {} }],
  ])('is refused with %s', (_, change) => {
    expect(() => parseAction(canonicalJson({ ...ACTION, ...change } as unknown as JsonValue))).toThrow();
  });
});
