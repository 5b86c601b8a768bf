/** A use is believed only when everything about it holds: every way to cheat fails at the step where it lies. */
import { createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto';
import { type Action, actionHash, textHash } from '@sonae/proof/action';
import { ed25519Message, type Statement, statementDigest } from '@sonae/proof/approval';
import { concatBytes, toBase64, toHex, utf8Encode } from '@sonae/proof/bytes';
import { canonicalBytes, type JsonValue } from '@sonae/proof/canonical-json';
import { formatCheckpoint } from '@sonae/proof/checkpoint';
import { factCommitment, formatDisclosure } from '@sonae/proof/disclosure';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  inclusionProof,
  leafHash,
  plainSha256,
} from '@sonae/proof/merkle';
import { ed25519Signer, formatVerifierKey, signNote } from '@sonae/proof/signed-note';
import { parseTilePath } from '@sonae/proof/tiles';
import { formatTlogProof } from '@sonae/proof/tlog-proof';
import { describe, expect, it } from 'vitest';
import { type UseCheck, verifyUse } from './verify-use.ts';

const ORIGIN = 'log.example';
const AT = '2023-03-11T03:24:00.000Z';

function keyOf(seed: number) {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = Buffer.concat([prefix, Buffer.alloc(32, seed)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(12));
  return { publicKey, sign: (message: Uint8Array) => new Uint8Array(signBytes(null, message, key)) };
}

const LOG_KEY = keyOf(99);
const PEOPLE = ['ai', 'ro', 'mi', 'ne'] as const;
type PersonId = (typeof PEOPLE)[number];
const KEYS = Object.fromEntries(PEOPLE.map((id, n) => [id, keyOf(n + 1)])) as Record<
  PersonId,
  ReturnType<typeof keyOf>
>;
const credentialOf = (id: PersonId) => ({
  id: 'key',
  kind: 'ed25519',
  publicKey: toBase64(KEYS[id].publicKey),
});
const signedBy = (id: PersonId, statement: Statement) => ({
  principal: id as string,
  credential: 'key',
  proof: { kind: 'ed25519', signature: toBase64(KEYS[id].sign(ed25519Message(statement))) },
});

const CHARTER = {
  principals: PEOPLE.map((id) => ({ id, credentials: [credentialOf(id)] })),
  // `ne` founds, but approves nothing.
  roles: [{ id: 'guardian', holders: ['ai', 'ro', 'mi'] }],
} as unknown as JsonValue;
const POWER = {
  id: 'halt',
  quorum: 2,
  resumeQuorum: 3,
  credentials: ['ed25519'],
  roles: { approve: ['guardian'] },
} as unknown as JsonValue;
const hashOfPower = (power: JsonValue): string =>
  toHex(plainSha256(concatBytes(utf8Encode('sonae/power/v1\n'), canonicalBytes(power))));

const ACTION: Action = {
  format: 'sonae/action/v1',
  founding: toHex(statementDigest({ says: 'found', body: CHARTER })),
  use: 'use-1',
  power: 'halt',
  policy: hashOfPower(POWER),
  target: 'withdrawals',
  step: 'stop',
  reason: textHash('because'),
  until: '2023-03-12T00:00:00Z',
  validBefore: '2023-03-11T09:00:00Z',
  act: {
    kind: 'exchange',
    system: 'exchange',
    operation: 'halt-withdrawals',
    subject: 'USDC',
    limit: null,
  },
};
const approvalBy = (id: PersonId, action = ACTION) => signedBy(id, { says: 'approve', action });

type Told = { readonly type: string; readonly body: unknown };
const founded = (signers: readonly PersonId[] = PEOPLE): Told => ({
  type: 'people.Founded@1',
  body: { charter: CHARTER, signatures: signers.map((id) => signedBy(id, { says: 'found', body: CHARTER })) },
});
const adopted = (power: JsonValue = POWER): Told => ({ type: 'authority.PowerAdopted@1', body: { power } });
const activated = (approvals: unknown[], action = ACTION): Told => ({
  type: 'authority.Activated@1',
  body: { use: action.use, action, hash: toHex(actionHash(action)), approvals },
});
const GOOD = [founded(), adopted(), activated([approvalBy('ai'), approvalBy('ro')])];

/** A log that holds exactly these facts, all disclosed; the use is checked at its last fact. */
function checkOf(told: readonly Told[], change: Partial<UseCheck> = {}): UseCheck {
  const facts = told.map(
    ({ type, body }, seq) => ({ seq, type, recordedAt: AT, body }) as unknown as JsonValue,
  );
  const saltOf = (seq: number) => plainSha256(utf8Encode(`salt ${seq}`));
  const leaves = facts.map((fact, seq) => leafHash(factCommitment(saltOf(seq), canonicalBytes(fact))));
  const nodes = new Map<string, Uint8Array>();
  const frontier = appendLeaves(emptyFrontier, leaves, (level, index, hash) => {
    nodes.set(`${level}/${index}`, hash);
  });
  const size = facts.length;
  const note = signNote(
    formatCheckpoint({ origin: ORIGIN, size, root: frontierRoot(frontier), extensions: [] }),
    [ed25519Signer({ name: ORIGIN, publicKey: LOG_KEY.publicKey, sign: LOG_KEY.sign })],
  );
  const node = (level: number, index: number) => nodes.get(`${level}/${index}`) ?? new Uint8Array(32);
  return {
    use: ACTION.use,
    hash: toHex(actionHash(ACTION)),
    seq: size - 1,
    verifierKey: formatVerifierKey(ORIGIN, LOG_KEY.publicKey),
    seen: null,
    sha256: plainSha256,
    readLog: async (path) => {
      const tile = parseTilePath(path);
      if (tile.kind !== 'tile') throw new Error(`${path}: 404`);
      return concatBytes(...Array.from({ length: tile.width }, (_, i) => node(tile.level * 8, i)));
    },
    readDisclosure: async (seq) => {
      const proof = inclusionProof(seq, size, node);
      const tlogProof = formatTlogProof({ index: seq, proof, checkpoint: note });
      return formatDisclosure({
        index: seq,
        salt: toBase64(saltOf(seq)),
        fact: facts[seq] ?? null,
        tlogProof,
      });
    },
    listDisclosed: async (before) =>
      told
        .map(({ type }, seq) => ({ seq, type, recordedAt: AT, incident: null }))
        .filter(({ seq }) => seq < before)
        .reverse()
        .slice(0, 2),
    ...change,
  };
}

const failing = async (told: readonly Told[], change: Partial<UseCheck> = {}): Promise<string> => {
  const { good, steps } = await verifyUse(checkOf(told, change));
  const failed = steps.find(({ outcome }) => outcome === 'fail');
  expect(good).toBe(failed === undefined);
  return failed === undefined ? 'none' : `${failed.name}: ${failed.reason}`;
};

const altered = { ...ACTION, act: { ...ACTION.act, subject: 'BTC' } } as Action;
const resume = { ...ACTION, step: 'resume', until: null } as Action;
const hashOf = (action: Action): string => toHex(actionHash(action));

describe('verifyUse', () => {
  it('passes every step for an honest use and names who signed with what', async () => {
    const { good, steps, approvals } = await verifyUse(checkOf(GOOD));
    expect({ good, passed: steps.filter(({ outcome }) => outcome === 'pass').length }).toEqual({
      good: true,
      passed: 7,
    });
    expect(approvals.map(({ principal, kind, problem }) => [principal, kind, problem])).toEqual([
      ['ai', 'ed25519', null],
      ['ro', 'ed25519', null],
    ]);
  });

  it('fails at the signatures when one was tampered with, and names whose', async () => {
    const good = approvalBy('ro');
    const signature = `${good.proof.signature.startsWith('A') ? 'B' : 'A'}${good.proof.signature.slice(1)}`;
    const bad = { ...good, proof: { ...good.proof, signature } };
    const told = [founded(), adopted(), activated([approvalBy('ai'), bad])];
    expect(await failing(told)).toMatch(/^approvals: bad-approval: ro: the signature does not belong/);
    const { approvals } = await verifyUse(checkOf(told));
    expect(approvals.map(({ problem }) => problem === null)).toEqual([true, false]);
  });

  it.each([
    [
      'signatures over another action',
      [founded(), adopted(), activated([approvalBy('ai'), approvalBy('ro')], altered)],
      { hash: hashOf(altered) },
      /^approvals: .*ai: the signature does not belong/,
    ],
    ['a page that shows another hash', GOOD, { hash: hashOf(altered) }, /^action: .*this page says/],
    ['a page that shows another use', GOOD, { use: 'use-2' }, /^action: .*not use-2/],
    [
      'an action whose hash in the fact is another',
      [
        ...GOOD.slice(0, 2),
        { type: 'authority.Activated@1', body: { ...(GOOD[2]?.body as object), action: altered } },
      ],
      {},
      /^action: .*the fact says/,
    ],
    [
      'one person twice',
      [founded(), adopted(), activated([approvalBy('ai'), approvalBy('ai')])],
      {},
      /^quorum: .*1 different people signed, 2 are needed/,
    ],
    ['too few', [founded(), adopted(), activated([approvalBy('ai')])], {}, /^quorum: /],
    [
      'a resumption with the quorum of a stop',
      [founded(), adopted(), activated([approvalBy('ai', resume), approvalBy('ro', resume)], resume)],
      { hash: hashOf(resume) },
      /^quorum: .*2 different people signed, 3 are needed/,
    ],
    [
      'somebody without the role',
      [founded(), adopted(), activated([approvalBy('ai'), approvalBy('ne')])],
      {},
      /^approvals: .*ne: holds none of the approving roles guardian/,
    ],
    [
      'a weaker power under the same name',
      [founded(), adopted({ ...(POWER as object), quorum: 1 }), GOOD[2] as Told],
      {},
      /^power: .*does not hash/,
    ],
    [
      'a power that was changed before the use',
      [founded(), adopted(), adopted({ ...(POWER as object), quorum: 3 }), GOOD[2] as Told],
      {},
      /^power: /,
    ],
    [
      'a power that was withdrawn',
      [founded(), adopted(), { type: 'authority.PowerRevoked@1', body: { power: 'halt' } }, GOOD[2] as Told],
      {},
      /^power: /,
    ],
    [
      'a charter that a founder did not sign',
      [founded(['ai', 'ro', 'mi']), adopted(), GOOD[2] as Told],
      {},
      /^charter: .*founder ne has not signed/,
    ],
    ['no founding', [adopted(), GOOD[2] as Told], {}, /^charter: .*no founding/],
    [
      'a key that was revoked before',
      [
        founded(),
        adopted(),
        { type: 'people.CredentialRevoked@1', body: { principal: 'ro', credential: 'key' } },
        GOOD[2] as Told,
      ],
      {},
      /^approvals: .*ro: has no credential key/,
    ],
    [
      'a log signed by another key',
      GOOD,
      { verifierKey: formatVerifierKey(ORIGIN, keyOf(7).publicKey) },
      /^activation: .*signature/,
    ],
    ['a fact that is no activation', GOOD.slice(0, 2), {}, /^activation: .*fact 1 is authority.PowerAdopted/],
  ] satisfies [string, readonly Told[], Partial<UseCheck>, RegExp][])(
    '%s fails',
    async (_, told, change, says) => {
      expect(await failing(told, change)).toMatch(says);
    },
  );

  it('takes a role and a key that people were given after the founding', async () => {
    const role = { id: 'guardian', holders: ['ai', 'ne'] };
    const told = [
      founded(),
      adopted(),
      { type: 'people.RoleAssigned@1', body: { role } },
      activated([approvalBy('ai'), approvalBy('ne')]),
    ];
    expect(await failing(told)).toBe('none');
  });

  it('reads the list back to the founding and no further', async () => {
    const noise = Array.from({ length: 9 }, () => ({ type: 'peg.Noted@1', body: {} }));
    const told = [...noise, ...GOOD];
    const check = checkOf(told);
    const asked: number[] = [];
    const listDisclosed: UseCheck['listDisclosed'] = (before) => {
      asked.push(before);
      return check.listDisclosed(before);
    };
    expect(await failing(told, { listDisclosed })).toBe('none');
    expect(asked).toEqual([11]);
  });

  it('judges a use that was kept back by what stood when people signed', async () => {
    const approvals = [approvalBy('ai'), approvalBy('ro')].map((one) => ({
      ...one,
      at: '2023-03-11T03:00:00Z',
    }));
    const summary = { action: ACTION, hash: hashOf(ACTION), approvals, seen: null };
    const told = [
      founded(),
      adopted(),
      { type: 'people.CredentialRevoked@1', body: { principal: 'ro', credential: 'key' } },
      { type: 'authority.UsePublished@1', body: { use: 'use-1', summary } },
    ];
    const check = checkOf(told);
    const listDisclosed: UseCheck['listDisclosed'] = async (before) =>
      (await check.listDisclosed(before)).map((fact) => ({
        ...fact,
        recordedAt: fact.seq < 2 ? '2023-03-10T00:00:00Z' : AT,
      }));
    expect(await failing(told, { listDisclosed })).toBe('none');
  });
});
