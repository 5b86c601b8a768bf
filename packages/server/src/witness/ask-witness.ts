/** One question to one witness, as C2SP tlog-witness has it: cosign this checkpoint, here is how the log grew since. */
import { toBase64 } from '@sonae/proof/bytes';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import { witnessVerifier } from '@sonae/proof/cosignature';
import type { NoteVerifier } from '@sonae/proof/signed-note';
import type { Witness } from './witness-config.ts';

const TIMEOUT_MS = 10_000;
/** A signature line has about 150 characters. */
const ANSWER_BYTES_MAX = 4_096;

export type WitnessQuestion = {
  readonly old: number;
  /** From `old` to the checkpoint, 32 bytes each. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
  readonly log: NoteVerifier;
};
export type WitnessAnswer =
  /** Its signature lines, verified under its key. */
  | { readonly says: 'cosigned'; readonly lines: string }
  /** It knows the log at another size than `old`; the same size means another root. */
  | { readonly says: 'elsewhere'; readonly size: number }
  /** What it saw before is no beginning of this log. */
  | { readonly says: 'contradicts'; readonly detail: string }
  | { readonly says: 'silent'; readonly detail: string };

/** Never throws: a witness that cannot be understood has said nothing. */
export async function askWitness(
  { url, key }: Witness,
  { old, proof, checkpoint, log }: WitnessQuestion,
): Promise<WitnessAnswer> {
  const body = `${[`old ${old}`, ...proof.map(toBase64)].join('\n')}\n\n${checkpoint}`;
  let status: number;
  let text: string;
  try {
    const response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    ({ status } = response);
    text = await readText(response);
  } catch (error) {
    return { says: 'silent', detail: `no answer: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (status === 200) return cosigned(text, key, checkpoint, log);
  if (status === 409 && /^\d{1,15}\n?$/.test(text)) return { says: 'elsewhere', size: Number(text) };
  const detail = `${status} ${text.trim().slice(0, 150)}`.trim();
  return { says: status === 422 ? 'contradicts' : 'silent', detail };
}

function cosigned(lines: string, key: string, checkpoint: string, log: NoteVerifier): WitnessAnswer {
  const witness = witnessVerifier(key);
  try {
    const { witnesses } = openCheckpoint(`${checkpoint}${lines}`, log, [witness]);
    if (witnesses.includes(witness.name)) return { says: 'cosigned', lines };
    return { says: 'silent', detail: `answered without a cosignature of ${witness.name}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { says: 'silent', detail: `answered what does not verify: ${why}` };
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
