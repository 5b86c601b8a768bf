/**
 * The drand beacon `quicknet`, checked offline: whoever has the signature of a round needs to trust no server for it.
 * Unchained, signatures on G1, message SHA-256 of the round as 8 bytes big-endian (scheme bls-unchained-g1-rfc9380,
 * https://docs.drand.love). Alone in its file because of the size of the curve.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { fromHex } from './bytes.ts';
import { plainSha256 } from './merkle.ts';
import { demand } from './proof-error.ts';

/** Public key of the chain 52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971. */
const QUICKNET_KEY = fromHex(
  '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451' +
    '0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
);
const QUICKNET_DOMAIN = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
const SIGNATURE_BYTES = 48;

/**
 * The 32 random bytes of a round of quicknet, from its signature (48 bytes). Throws `bad-signature` when the network did
 * not sign that round so, `bad-argument` for a round that is none.
 */
export function openQuicknetRound(round: number, signature: Uint8Array): Uint8Array {
  demand(Number.isSafeInteger(round) && round >= 1, 'bad-argument', `${round} is not a round from 1`);
  demand(isSigned(round, signature), 'bad-signature', `quicknet did not sign round ${round} so`);
  return plainSha256(signature);
}

function isSigned(round: number, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(round));
  const { shortSignatures } = bls12_381;
  try {
    const message = shortSignatures.hash(plainSha256(bytes), QUICKNET_DOMAIN);
    return shortSignatures.verify(signature, message, QUICKNET_KEY);
  } catch {
    return false;
  }
}
