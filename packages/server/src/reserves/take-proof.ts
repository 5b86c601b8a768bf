/**
 * A proof of control on its way into the log: the newest challenge is looked up, the signature checked as everybody can check
 * it (@sonae/proof), or asked of the contract on its chain; then it is recorded. What does not fit is said by name.
 */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import type { SeenOnChain } from '@sonae/core/nouns/reserves/facts/coin.ts';
import type { Addresses, Proving } from '@sonae/core/nouns/reserves/views/coin.ts';
import { bitcoinNetworkOf } from '@sonae/proof/reserves-bitcoin';
import { CONTROL_PROBLEMS, type ControlScheme, controlProblem } from '@sonae/proof/reserves-control';
import {
  type ContractRefusal,
  readContractSignature,
} from '../connectors/evm-signatures/contract-signature.ts';
import type { WatchedChain } from './reserves-config.ts';

const NODE = { id: 'system:reserves', kind: 'system' } as const;
/** What each kind of chain takes. */
const SCHEMES: Readonly<Record<'evm' | 'bitcoin', readonly ControlScheme[]>> = {
  evm: ['eip-191', 'eip-1271'],
  bitcoin: ['bip-322', 'bitcoin-message'],
};
const SIGN_AGAIN = 'sign the text of reserves.ChallengeAddress as it is';

/** What is wrong, by field, and what to do. */
export type ProofProblem = {
  readonly field: 'challenge' | 'scheme' | 'signature';
  readonly message: string;
  readonly hint: string;
};
export type ProofSent = {
  readonly challenge: string;
  readonly scheme: ControlScheme;
  readonly signature: string;
};

/** Throws `input.invalid` where a contract has to be asked and its chain has fewer than two different nodes. */
export async function takeControlProof(
  app: App,
  chains: readonly WatchedChain[],
  sent: ProofSent,
): Promise<Outcome | { readonly problem: ProofProblem }> {
  const text = await app.ports.store.view('reserves.addresses', 'all');
  const known = text === undefined ? [] : (JSON.parse(text) as Addresses).addresses;
  const one = known.find(({ id }) => id === sent.challenge);
  if (one === undefined) {
    const hint = 'issue one with reserves.ChallengeAddress; a newer one for the address replaces it';
    return { problem: { field: 'challenge', message: `${sent.challenge} is not open`, hint } };
  }
  const kind = one.chain === 'evm' ? 'evm' : 'bitcoin';
  if (!SCHEMES[kind].includes(sent.scheme)) {
    const message = `${sent.scheme} is not for an address on ${one.chain}`;
    return { problem: { field: 'scheme', message, hint: `send one of ${SCHEMES[kind].join(', ')}` } };
  }
  // Capitals of hex are no matter; what is recorded is the one form that everybody reads.
  const signature = kind === 'evm' ? sent.signature.toLowerCase() : sent.signature;
  const found =
    sent.scheme === 'eip-1271' ? await askContract(one, signature, chains) : check(one, sent, signature);
  if ('problem' in found) return found;
  const input = { challenge: one.id, scheme: sent.scheme, signature, seen: found.seen };
  return app.submit({ command: 'reserves.RecordControlProof', input, actor: NODE });
}

type Found = { readonly seen: SeenOnChain | null } | { readonly problem: ProofProblem };

function check({ address, chain, text }: Proving, { scheme }: ProofSent, signature: string): Found {
  const problem = controlProblem({ scheme, address, text, signature, network: bitcoinNetworkOf(chain) });
  if (problem === null) return { seen: null };
  const message = `${problem}: ${CONTROL_PROBLEMS[problem].en}`;
  return { problem: { field: 'signature', message, hint: SIGN_AGAIN } };
}

const CONTRACT_HINTS: Readonly<Record<ContractRefusal, string>> = {
  'not-hex': 'send 0x and hex, as the wallet of the contract gives it',
  disputed: 'look why the nodes disagree, and send it again',
  'node-silent': 'check the nodes of the source in reserves.chains, and send it again',
  'no-code': 'an account without code signs by eip-191; a contract must stand on the chain of the source',
  reverted: 'let the owners sign the text again; a Safe needs its CompatibilityFallbackHandler',
  'not-accepted': 'let as many owners as are needed sign the message of the contract',
};

async function askContract(
  { source, address, text }: Proving,
  signature: string,
  chains: readonly WatchedChain[],
): Promise<Found> {
  const chain = chains.find((candidate) => candidate.source === source);
  if (chain?.kind !== 'evm') {
    const message = `${source} is no EVM chain that this node reads`;
    const hint = 'name the chain with two nodes in reserves.chains of the configuration';
    return { problem: { field: 'challenge', message, hint } };
  }
  const read = await readContractSignature(chain, address, text, signature);
  if ('refused' in read) {
    const { refused, message } = read;
    const hint = CONTRACT_HINTS[refused];
    return { problem: { field: 'signature', message: `${refused}: ${message}`, hint } };
  }
  return { seen: { chainId: chain.chainId, block: read.block, rpcs: [...read.rpcs] } };
}
