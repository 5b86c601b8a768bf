/**
 * The tree of sonae/private-liabilities/v1: hidden amounts that add up. An entry is tag (32), commitment C (32) and handle
 * D (32); a node is digest (32), C, D. C and D of a node are the sums of its children's, points of ristretto255, and its
 * digest covers both children whole. The shape is RFC 6962's, as in open mode.
 */
import { ristretto255 } from '@noble/curves/ed25519.js';
import { concatBytes, toHex, utf8Encode } from './bytes.ts';
import { canonicalBytes } from './canonical-json.ts';
import { customerBytes, isAssetName, isPublicName, MAX_CUSTOMER_BYTES } from './liabilities.ts';
import { createHmac } from './liabilities-tree.ts';
import { HASH_BYTES, isSize, plainSha256, type Sha256 } from './merkle.ts';
import {
  CIPHER_BYTES,
  KEY_BYTES,
  MAX_PRIVATE_LEAVES,
  PRIVATE_LIABILITIES_FORMAT,
} from './private-liabilities.ts';
import { demand, ProofError } from './proof-error.ts';

/** Which tree: every leaf and tag commits to all of it. */
export type PrivateTreeName = {
  readonly exchange: string;
  readonly epoch: string;
  readonly asset: string;
  readonly leaves: number;
  /** ElGamal key of the epoch, 32 bytes. */
  readonly key: Uint8Array;
};

export const PRIVATE_NODE_BYTES = HASH_BYTES + CIPHER_BYTES;
const POINT_BYTES = 32;
const TREE_DOMAIN = utf8Encode('sonae/private-liabilities/v1 tree\n');
const TAG_DOMAIN = utf8Encode('sonae/private-liabilities/v1 tag\n');
const LEAF_DOMAIN = utf8Encode('sonae/private-liabilities/v1 leaf\n');
const NODE_DOMAIN = utf8Encode('sonae/private-liabilities/v1 node\n');
const { Point } = ristretto255;
type CurvePoint = InstanceType<typeof Point>;
type Cipher = { readonly c: CurvePoint; readonly d: CurvePoint };

/** 32 bytes that stand for the tree. Throws `bad-argument`. */
export function privateTreeId(tree: PrivateTreeName, sha256: Sha256 = plainSha256): Uint8Array {
  const { exchange, epoch, asset, leaves, key } = tree;
  const isNamed = isPublicName(exchange) && isPublicName(epoch) && isAssetName(asset);
  demand(
    isNamed && key.length === KEY_BYTES,
    'bad-argument',
    'a tree is named by exchange, epoch, asset and key',
  );
  const isCount = isSize(leaves) && leaves >= 1 && leaves <= MAX_PRIVATE_LEAVES;
  demand(isCount, 'bad-argument', `a private tree has 1 to ${MAX_PRIVATE_LEAVES} leaves`);
  const name = { format: PRIVATE_LIABILITIES_FORMAT, exchange, epoch, asset, leaves, key: toHex(key) };
  return Uint8Array.from(sha256(concatBytes(TREE_DOMAIN, canonicalBytes(name))));
}

/**
 * Tag of a customer's leaf: HMAC-SHA-256(secret, "sonae/private-liabilities/v1 tag\n" || treeId || uint32(0) || customer).
 * A customer has one leaf in a tree.
 */
export function createPrivateTagger(id: Uint8Array, sha256: Sha256 = plainSha256) {
  const hmac = createHmac(concatBytes(TAG_DOMAIN, id), MAX_CUSTOMER_BYTES, sha256);
  return (secret: Uint8Array, customer: string): Uint8Array =>
    Uint8Array.from(hmac(secret, 0, customerBytes(customer)));
}

/** Node of one entry (96 bytes) at `index`. */
export function privateLeaf(
  id: Uint8Array,
  entry: Uint8Array,
  index: number,
  sha256: Sha256 = plainSha256,
): Uint8Array {
  demand(entry.length === PRIVATE_NODE_BYTES, 'bad-argument', `an entry has ${PRIVATE_NODE_BYTES} bytes`);
  const place = new Uint8Array(8);
  new DataView(place.buffer).setBigUint64(0, BigInt(index));
  const node = Uint8Array.from(entry);
  node.set(sha256(concatBytes(LEAF_DOMAIN, id, place, entry)));
  return node;
}

/**
 * All levels over `nodes` (96 bytes each), themselves first, the last with one node. Over a run of 2^k leaves that begins
 * at a multiple of its length these are the levels of the whole tree there. Throws `bad-liabilities` for bytes that are
 * no points.
 */
export function privateLevels(nodes: Uint8Array, sha256: Sha256 = plainSha256): Uint8Array[] {
  const count = nodes.length / PRIVATE_NODE_BYTES;
  demand(isSize(count) && count >= 1, 'bad-argument', `nodes have ${PRIVATE_NODE_BYTES} bytes each`);
  const levels = [nodes];
  // Points are kept from level to level: decoding one costs as much as ten additions.
  let points = Array.from({ length: count }, (_, n) => cipherOf(nodeAt(nodes, n)));
  while (points.length > 1) {
    const below = levels.at(-1)!;
    const above = new Uint8Array(Math.ceil(points.length / 2) * PRIVATE_NODE_BYTES);
    const sums: Cipher[] = [];
    for (let n = 0; 2 * n < points.length; n++) {
      const left = points[2 * n]!;
      const right = points[2 * n + 1];
      const leftNode = nodeAt(below, 2 * n);
      const sum = right === undefined ? left : addCiphers(left, right);
      const node = right === undefined ? leftNode : pairNode(leftNode, nodeAt(below, 2 * n + 1), sum, sha256);
      above.set(node, n * PRIVATE_NODE_BYTES);
      sums.push(sum);
    }
    points = sums;
    levels.push(above);
  }
  return levels;
}

/** A sibling and where it stands: level 0 are the leaves. */
export type SiblingPlace = { readonly level: number; readonly index: number };

/** Places of the siblings of the leaf at `index`, lowest first. Throws `bad-argument`. */
export function siblingPlaces(index: number, leaves: number): SiblingPlace[] {
  demand(isSize(index) && index < leaves, 'bad-argument', `no leaf ${index} in a tree of ${leaves}`);
  const places: SiblingPlace[] = [];
  let at = index;
  for (let level = 0, count = leaves; count > 1; level++, count = Math.ceil(count / 2)) {
    if (at % 2 === 1) places.push({ level, index: at - 1 });
    else if (at + 1 < count) places.push({ level, index: at + 1 });
    at = Math.floor(at / 2);
  }
  return places;
}

/**
 * Root node that a leaf's node and its siblings (96 bytes each, lowest first) lead to. Throws `liabilities-root` when the
 * number of siblings is not that of the leaf's place, `bad-liabilities` for bytes that are no points.
 */
export function privateClimb(
  node: Uint8Array,
  index: number,
  leaves: number,
  path: readonly Uint8Array[],
  sha256: Sha256 = plainSha256,
): Uint8Array {
  demand(isSize(index) && index < leaves, 'liabilities-root', `no leaf ${index} in a tree of ${leaves}`);
  const places = siblingPlaces(index, leaves);
  const isWhole = places.length === path.length;
  demand(
    isWhole,
    'liabilities-root',
    `the path has ${path.length} nodes, the place of the leaf ${places.length}`,
  );
  let current = node;
  let sum = cipherOf(node);
  for (const [n, sibling] of path.entries()) {
    sum = addCiphers(sum, cipherOf(sibling));
    const isLeft = places[n]!.index % 2 === 0;
    current = isLeft ? pairNode(sibling, current, sum, sha256) : pairNode(current, sibling, sum, sha256);
  }
  return current;
}

/** `cipher` with `amount` taken out: holds 0 exactly when `cipher` holds `amount`. Throws `bad-liabilities`. */
export function withoutAmount(cipher: Uint8Array, amount: bigint): Uint8Array {
  const commitment = pointOf(cipher.subarray(0, POINT_BYTES));
  // Amounts checked here are public; noble refuses to multiply by zero.
  const rest = amount === 0n ? commitment : commitment.subtract(Point.BASE.multiply(amount));
  return concatBytes(rest.toBytes(), cipher.subarray(POINT_BYTES));
}

/** C and D of a node or entry. */
export function cipherBytes(node: Uint8Array): Uint8Array {
  return node.slice(HASH_BYTES);
}

function pairNode(left: Uint8Array, right: Uint8Array, { c, d }: Cipher, sha256: Sha256): Uint8Array {
  const digest = sha256(concatBytes(NODE_DOMAIN, left, right));
  return concatBytes(digest, c.toBytes(), d.toBytes());
}

function addCiphers(a: Cipher, b: Cipher): Cipher {
  return { c: a.c.add(b.c), d: a.d.add(b.d) };
}

function cipherOf(node: Uint8Array): Cipher {
  demand(node.length === PRIVATE_NODE_BYTES, 'bad-argument', `a node has ${PRIVATE_NODE_BYTES} bytes`);
  return {
    c: pointOf(node.subarray(HASH_BYTES, HASH_BYTES + POINT_BYTES)),
    d: pointOf(node.subarray(HASH_BYTES + POINT_BYTES)),
  };
}

/** Canonical encodings only (RFC 9496 section 4.3.1): a point has one form. */
function pointOf(bytes: Uint8Array): CurvePoint {
  try {
    return Point.fromBytes(bytes);
  } catch {
    throw new ProofError('bad-liabilities', 'a ciphertext is not two points of ristretto255');
  }
}

function nodeAt(nodes: Uint8Array, n: number): Uint8Array {
  return nodes.subarray(n * PRIVATE_NODE_BYTES, (n + 1) * PRIVATE_NODE_BYTES);
}
