/** A proof of control on its way into the log: the newest challenge is looked up, the signature verified, then recorded. */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import type { Addresses } from '@sonae/core/nouns/reserves/views/coin.ts';
import { type ControlScheme, isControlProved } from './verify-control.ts';

const NODE = { id: 'system:reserves', kind: 'system' } as const;

/** Null where the challenge is not open or the signature does not fit it. */
export async function takeControlProof(
  app: App,
  challenge: string,
  scheme: ControlScheme,
  signature: string,
): Promise<Outcome | null> {
  const text = await app.ports.store.view('reserves.addresses', 'all');
  const known = text === undefined ? [] : (JSON.parse(text) as Addresses).addresses;
  const one = known.find(({ id }) => id === challenge);
  if (one === undefined || (one.chain === 'evm') !== (scheme === 'eip-191')) return null;
  if (!(await isControlProved({ scheme, address: one.address, text: one.text, signature }))) return null;
  const input = { challenge, scheme, signature };
  return app.submit({ command: 'reserves.RecordControlProof', input, actor: NODE });
}
