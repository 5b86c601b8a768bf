/**
 * Signatures under a charter as files, one of each founder, the same as `sonae charter sign` writes: reading them, and
 * judging each against the charter on this screen. Pure.
 */
import './no-eval.ts';
import { type Charter, signedBy } from '@sonae/core/nouns/people/facts/register.ts';
import { type Credential, type Proof, proofProblem } from '@sonae/proof/approval';
import { foundStatement } from './charter-reading.ts';

export type SignatureFile = {
  readonly principal: string;
  readonly credential: string;
  readonly proof: Proof;
};
/** By person; only such as hold. */
export type Collected = Readonly<Record<string, SignatureFile>>;
/** `unreadable`: no signature file; `stranger`: of nobody in this charter; otherwise in the words of the check. */
export type SignatureProblem = 'unreadable' | 'stranger' | { readonly said: string };

export const signatureText = ({ principal, credential, proof }: SignatureFile): string =>
  `${JSON.stringify({ principal, credential, proof })}\n`;

export function readSignature(text: string): SignatureFile | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if (Object.keys(value).sort().join() !== Object.keys(signedBy).sort().join()) return null;
  const given = value as Record<keyof typeof signedBy, unknown>;
  const principal = signedBy.principal.safeParse(given.principal);
  const credential = signedBy.credential.safeParse(given.credential);
  const proof = signedBy.proof.safeParse(given.proof);
  if (!principal.success || !credential.success || !proof.success) return null;
  return { principal: principal.data, credential: credential.data, proof: proof.data };
}

/** Null where this signature of a founder holds over exactly this charter. */
export function signatureProblem(charter: Charter, signature: SignatureFile | null): SignatureProblem | null {
  if (signature === null) return 'unreadable';
  const person = charter.principals.find(({ id }) => id === signature.principal);
  const credential = person?.credentials.find(({ id }) => id === signature.credential);
  if (credential === undefined) return 'stranger';
  const said = proofProblem(foundStatement(charter), credential as Credential, signature.proof);
  return said === null ? null : { said };
}

export type Refusal = { readonly name: string; readonly problem: SignatureProblem };

/** Adds what holds; says of everything else why not. */
export function collect(
  charter: Charter,
  have: Collected,
  files: readonly { readonly name: string; readonly text: string }[],
): { readonly collected: Collected; readonly refused: readonly Refusal[] } {
  const collected: Record<string, SignatureFile> = { ...have };
  const refused: Refusal[] = [];
  for (const { name, text } of files) {
    const signature = readSignature(text);
    const problem = signatureProblem(charter, signature);
    if (problem !== null) refused.push({ name, problem });
    else if (signature !== null) collected[signature.principal] = signature;
  }
  return { collected, refused };
}

export const missingOf = (charter: Charter, have: Collected): string[] =>
  charter.principals.map(({ id }) => id).filter((id) => have[id] === undefined);
