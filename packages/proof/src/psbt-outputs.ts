/**
 * Where a PSBT sends money, read from the unsigned transaction inside it (BIP-174 version 0, no library shared with the
 * code that builds PSBTs). Scripts are shown as hex: an address is only another spelling of them.
 */
import { fromBase64, toHex } from './bytes.ts';
import { demand } from './proof-error.ts';

export type PsbtOutput = { readonly amountSat: bigint; readonly script: string };

const MAGIC = '70736274ff';
const UNSIGNED_TX = 0x00;
const PSBT_CHARS_MAX = 400_000;
const PARTS_MAX = 1_000;

/** Throws `bad-action` or `bad-encoding`. */
export function psbtOutputs(base64: string): { inputs: number; outputs: PsbtOutput[] } {
  demand(base64.length <= PSBT_CHARS_MAX, 'bad-action', `a PSBT has up to ${PSBT_CHARS_MAX} characters`);
  const reader = createReader(fromBase64(base64));
  demand(toHex(reader.take(5)) === MAGIC, 'bad-action', 'this is not a PSBT');
  for (let n = 0; n < PARTS_MAX; n += 1) {
    const keyLength = reader.compactSize();
    if (keyLength === 0) break;
    const key = reader.take(keyLength);
    const value = reader.take(reader.compactSize());
    if (key.length === 1 && key[0] === UNSIGNED_TX) return readTransaction(value);
  }
  demand(false, 'bad-action', 'the PSBT carries no unsigned transaction (only version 0 is read)');
}

function readTransaction(bytes: Uint8Array): { inputs: number; outputs: PsbtOutput[] } {
  const reader = createReader(bytes);
  reader.take(4);
  const inputs = reader.compactSize();
  demand(inputs > 0 && inputs <= PARTS_MAX, 'bad-action', `a transaction has 1 to ${PARTS_MAX} inputs`);
  for (let n = 0; n < inputs; n += 1) {
    reader.take(36);
    reader.take(reader.compactSize());
    reader.take(4);
  }
  const count = reader.compactSize();
  demand(count > 0 && count <= PARTS_MAX, 'bad-action', `a transaction has 1 to ${PARTS_MAX} outputs`);
  const outputs: PsbtOutput[] = [];
  for (let n = 0; n < count; n += 1) {
    const amountSat = littleEndian(reader.take(8));
    outputs.push({ amountSat, script: toHex(reader.take(reader.compactSize())) });
  }
  reader.take(4);
  demand(reader.left() === 0, 'bad-action', 'the transaction has bytes beyond its end');
  return { inputs, outputs };
}

type Reader = { take(count: number): Uint8Array; compactSize(): number; left(): number };

function createReader(bytes: Uint8Array): Reader {
  let at = 0;
  const take = (count: number): Uint8Array => {
    demand(at + count <= bytes.length, 'bad-action', 'the PSBT is cut short');
    at += count;
    return bytes.subarray(at - count, at);
  };
  return {
    take,
    left: () => bytes.length - at,
    compactSize: () => {
      const first = take(1)[0] ?? 0;
      if (first < 0xfd) return first;
      const size = littleEndian(take(first === 0xfd ? 2 : first === 0xfe ? 4 : 8));
      demand(size <= BigInt(bytes.length), 'bad-action', 'the PSBT is cut short');
      return Number(size);
    },
  };
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
