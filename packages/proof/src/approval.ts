/**
 * Approvals and other signed statements: who signed what with which credential. Three kinds of credential, one digest:
 * a passkey's challenge is the digest, an Ed25519 key signs it under a domain, an EVM wallet signs typed data that names
 * it (or, for a guardian contract, the contract's own order, which carries the action's hash).
 */
import { type Action, actionHash, type GuardianAct } from './action.ts';
import { concatBytes, equalBytes, fromBase64, toHex, utf8Encode } from './bytes.ts';
import { canonicalBytes, type JsonValue } from './canonical-json.ts';
import {
  bytesOfHex,
  keccak256,
  recoverAddress,
  type TypedData,
  type TypedField,
  typedDataDigest,
} from './eip712.ts';
import { plainSha256, type Sha256 } from './merkle.ts';
import { verifyEd25519 } from './signed-note.ts';
import { type PasskeyCredential, type PasskeyProof, passkeyProblem } from './webauthn.ts';

export type Credential =
  /** `publicKey`: base64 of 32 bytes. */
  | { readonly id: string; readonly kind: 'ed25519'; readonly publicKey: string }
  /** `address`: 0x and 40 lower-case hex digits. */
  | { readonly id: string; readonly kind: 'evm'; readonly address: string }
  /** `handle`: the credential id of the authenticator, base64url. */
  | ({ readonly id: string; readonly kind: 'passkey'; readonly handle: string } & PasskeyCredential);
export type CredentialKind = Credential['kind'];

export type Proof =
  | { readonly kind: 'ed25519'; readonly signature: string }
  /** 0x and 130 hex digits. */
  | { readonly kind: 'evm'; readonly signature: string }
  | ({ readonly kind: 'passkey' } & PasskeyProof);

export const VERDICTS = ['approve', 'refuse', 'cancel'] as const;
export type Verdict = (typeof VERDICTS)[number];
/** What else people sign. `found`: the charter; `bind`: a new credential, by itself; `answer`: a liveness challenge. */
export type Purpose = 'found' | 'bind' | 'answer' | 'sign-in';
export type Statement =
  | { readonly says: Verdict; readonly action: Action }
  | { readonly says: Purpose; readonly body: JsonValue };

const SIGNATURE_DOMAIN = utf8Encode('sonae/signature/v1\n');
const ISO_SECOND_MS = 1_000;

/**
 * The 32 bytes that stand for a statement. An approval's digest is the action's hash itself; every other statement has a
 * domain of its own, so that none can be taken for another.
 */
export function statementDigest(statement: Statement, sha256: Sha256 = plainSha256): Uint8Array {
  if ('action' in statement) {
    const hash = actionHash(statement.action, sha256);
    return statement.says === 'approve' ? hash : sha256(concatBytes(domain(statement.says), hash));
  }
  return sha256(concatBytes(domain(statement.says), canonicalBytes(statement.body)));
}

const domain = (says: string): Uint8Array => utf8Encode(`sonae/${says}/v1\n`);

/** What an Ed25519 key signs for a statement. */
export function ed25519Message(statement: Statement, sha256: Sha256 = plainSha256): Uint8Array {
  return concatBytes(SIGNATURE_DOMAIN, statementDigest(statement, sha256));
}

/** What a wallet shows and signs for a statement. */
export function typedDataOf(statement: Statement, sha256: Sha256 = plainSha256): TypedData {
  if ('action' in statement && statement.action.act.kind === 'evm.guardian' && statement.says === 'approve')
    return guardianOrder(statement.action, statement.action.act, sha256);
  if ('action' in statement && statement.action.act.kind === 'evm.guardian' && statement.says === 'cancel')
    return guardianCancel(statement.action, statement.action.act, sha256);
  const digest = `0x${toHex(statementDigest(statement, sha256))}`;
  const base = { domain: { name: 'Sonae', version: '1' } };
  if (!('action' in statement)) {
    const fields: TypedField[] = [
      { name: 'says', type: 'string' },
      { name: 'digest', type: 'bytes32' },
    ];
    return {
      ...base,
      types: { Statement: fields },
      primaryType: 'Statement',
      message: { says: statement.says, digest },
    };
  }
  const { power, target, step, until, validBefore, use } = statement.action;
  const message = {
    verdict: statement.says,
    power,
    target,
    step,
    use,
    until: until ?? '',
    validBefore,
    digest,
  };
  const fields = Object.keys(message).map(
    (name): TypedField => ({ name, type: name === 'digest' ? 'bytes32' : 'string' }),
  );
  return { ...base, types: { Verdict: fields }, primaryType: 'Verdict', message };
}

const ORDER_TAIL: readonly TypedField[] = [
  { name: 'power', type: 'bytes32' },
  { name: 'action', type: 'bytes32' },
  { name: 'reason', type: 'bytes32' },
];
const VALID_BEFORE: TypedField = { name: 'validBefore', type: 'uint64' };
const UNTIL: TypedField = { name: 'until', type: 'uint64' };

/** The guardian contract's own order: one signature counts here and on the chain. */
function guardianOrder(action: Action, act: GuardianAct, sha256: Sha256): TypedData {
  const contract = { chainId: act.chainId, verifyingContract: act.guardian };
  const base = { domain: { name: 'TimeBoxedGuardian', version: '1', ...contract } };
  const tail = {
    power: `0x${toHex(powerWord(action.power))}`,
    action: `0x${toHex(actionHash(action, sha256))}`,
    reason: `0x${action.reason}`,
  };
  const validBefore = secondsOf(action.validBefore);
  const until = secondsOf(action.until ?? action.validBefore);
  if (act.call === 'stop') {
    const head: TypedField[] = [
      { name: 'switchId', type: 'bytes32' },
      { name: 'args', type: 'bytes' },
    ];
    const message = { switchId: act.switchId, args: act.args, ...tail, until, validBefore };
    return {
      ...base,
      types: { Stop: [...head, ...ORDER_TAIL, UNTIL, VALID_BEFORE] },
      primaryType: 'Stop',
      message,
    };
  }
  const stop: TypedField = { name: 'stop', type: 'bytes32' };
  if (act.call === 'resume') {
    const message = { stop: act.stop, ...tail, validBefore };
    return {
      ...base,
      types: { Resume: [stop, ...ORDER_TAIL, VALID_BEFORE] },
      primaryType: 'Resume',
      message,
    };
  }
  const message = { stop: act.stop, until, ...tail, validBefore };
  return {
    ...base,
    types: { Extend: [stop, UNTIL, ...ORDER_TAIL, VALID_BEFORE] },
    primaryType: 'Extend',
    message,
  };
}

/** The contract's own cancellation: it strikes out what is scheduled there, too. */
function guardianCancel(action: Action, act: GuardianAct, sha256: Sha256): TypedData {
  return {
    domain: {
      name: 'TimeBoxedGuardian',
      version: '1',
      chainId: act.chainId,
      verifyingContract: act.guardian,
    },
    types: { Cancel: [{ name: 'action', type: 'bytes32' }] },
    primaryType: 'Cancel',
    message: { action: `0x${toHex(actionHash(action, sha256))}` },
  };
}

/** How a power's id stands on a chain: Keccak-256 of its UTF-8 bytes. */
export function powerWord(power: string): Uint8Array {
  return keccak256(utf8Encode(power));
}

function secondsOf(iso: string): string {
  return String(Math.floor(Date.parse(iso) / ISO_SECOND_MS));
}

/** Null when `credential` made `proof` over `statement`; otherwise what is wrong, for people. Never throws. */
export function proofProblem(
  statement: Statement,
  credential: Credential,
  proof: Proof,
  sha256: Sha256 = plainSha256,
): string | null {
  if (credential.kind !== proof.kind)
    return `credential ${credential.id} is ${credential.kind}, the proof ${proof.kind}`;
  try {
    if (credential.kind === 'passkey' && proof.kind === 'passkey')
      return passkeyProblem(credential, proof, statementDigest(statement, sha256), sha256);
    if (credential.kind === 'ed25519' && proof.kind === 'ed25519') {
      const message = ed25519Message(statement, sha256);
      const genuine = verifyEd25519(fromBase64(proof.signature), message, fromBase64(credential.publicKey));
      return genuine ? null : 'the signature does not belong to this key and statement';
    }
    if (credential.kind === 'evm' && proof.kind === 'evm') {
      const digest = typedDataDigest(typedDataOf(statement, sha256));
      const signer = recoverAddress(digest, bytesOfHex(proof.signature));
      if (signer !== null && equalBytes(bytesOfHex(signer), bytesOfHex(credential.address))) return null;
      return 'the signature does not belong to this address and statement';
    }
    return 'unknown kind of credential';
  } catch {
    return 'the proof is not well formed';
  }
}
