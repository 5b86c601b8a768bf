/**
 * Proof that an address is ours. The text is issued here, with a block nobody could know earlier and a nonce, so that a
 * signature of another day, firm or epoch is worth nothing. The signature is verified where it is taken in, by the node.
 */
import { messagePsbt } from '@sonae/proof/bip-322';
import { bitcoinNetworkOf, decodeBitcoinAddress } from '@sonae/proof/reserves-bitcoin';
import { readEvmAddress } from '@sonae/proof/reserves-control';
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import {
  CLAIMS_MAX,
  CONTROL_CHAINS,
  controlChallenged,
  controlProved,
  controlScheme,
  controlSignature,
  doubleClaimDetected,
  seenOnChainSchema,
} from '../facts/coin.ts';
import { shortText, slug } from '../facts/words.ts';
import { addresses } from '../views/coin.ts';
import { reservesSetup } from '../views/setup.ts';
import { policyOf, reservesFact, SAYS } from './checks.ts';

/** Letters of EVM addresses are no matter of identity; those of Bitcoin base58 are. */
export const addressKey = (address: string): string =>
  /^0x[0-9a-fA-F]{40}$/.test(address) || /^(bc|tb|bcrt)1/i.test(address) ? address.toLowerCase() : address;

/** The address as statements write it, or null where the chain has none like it: checksums and networks are strict. */
function addressOn(chain: (typeof CONTROL_CHAINS)[number], text: string): string | null {
  if (chain === 'evm') return readEvmAddress(text);
  const address = addressKey(text);
  // Bech32 is spelt in small letters or in capitals, never in both.
  const isMixed = address !== text && text !== text.toUpperCase();
  const network = bitcoinNetworkOf(chain);
  const decoded = isMixed ? null : decodeBitcoinAddress(address);
  return network !== null && decoded?.networks.includes(network) ? address : null;
}

export const challengeAddress = defineCommand({
  name: 'reserves.ChallengeAddress',
  says: {
    en: 'Issue the text that the holder of an address signs to prove control.',
    ja: 'アドレスの支配を証明するために署名すべき文を発行する。',
  },
  input: z
    .object({
      source: slug,
      chain: z.enum(CONTROL_CHAINS),
      address: z
        .string()
        .regex(/^(0x[0-9a-fA-F]{40}|[a-zA-Z0-9]{20,90})$/, 'an address as the chain writes it'),
      epoch: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'up to 40 of A-Z a-z 0-9 -'),
      blockHash: z.string().regex(/^(0x)?[0-9a-f]{64}$/, 'the hash of a recent block'),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: {
    'no-policy': SAYS.policy,
    'no-source': SAYS.source,
    'bad-address': {
      en: 'It is no address of the chain: its checksum is wrong, or it is of another network or kind.',
      ja: '当該チェーンのアドレスではない（チェックサム、ネットワークまたは種類が異なる）。',
    },
  },
  reads: () => ({ setup: ref(reservesSetup, 'all') }),
  decide: (input, { setup }, ctx) => {
    const policy = policyOf(setup);
    if ('refused' in policy) return policy;
    if (!policy.sources.some(({ source }) => source === input.source))
      return refuse(
        'no-source',
        `source: the policy has no ${input.source}`,
        'list it in reserves.SetPolicy',
      );
    const id = ctx.newId();
    const address = addressOn(input.chain, input.address);
    if (address === null)
      return refuse(
        'bad-address',
        `address: ${input.address} is no address of ${input.chain}`,
        'copy it again from the wallet, and name the chain that it is of',
      );
    const text = [
      `${policy.exchange} proves control of an address`,
      `address: ${address}`,
      `epoch: ${input.epoch}`,
      `block: ${input.blockHash}`,
      `nonce: ${id}`,
    ].join('\n');
    return {
      facts: [reservesFact(controlChallenged, `address/${address}`, { ...input, address, id, text })],
      // Of Bitcoin also as a transaction, which every wallet that holds coin in several keys can sign.
      result: { challenge: id, text, psbt: input.chain === 'evm' ? null : messagePsbt(address, text) },
    };
  },
});

export const recordControlProof = defineCommand({
  name: 'reserves.RecordControlProof',
  says: { en: 'Record a verified proof of control.', ja: '検証済みの支配の証明を記録する。' },
  input: z
    .object({
      challenge: z.string().max(40),
      scheme: controlScheme,
      signature: controlSignature.min(1),
      /** Only of a contract, and always then. */
      seen: seenOnChainSchema.nullable().default(null),
    })
    .strict(),
  // Only the node, which has verified the signature.
  by: ['system'],
  refusals: {
    'no-challenge': {
      en: 'The text was not issued, or a newer one was.',
      ja: '発行済みの最新の文ではない。',
    },
    'not-seen': {
      en: 'A contract is proved by what the chain said at a block, and by nothing else.',
      ja: 'コントラクトは、ブロックを特定したチェーン上の確認によってのみ証明される。',
    },
  },
  reads: () => ({ known: ref(addresses, 'all') }),
  decide: ({ challenge, scheme, signature, seen }, { known }) => {
    const one = known.addresses.find(({ id }) => id === challenge);
    if (one === undefined)
      return refuse('no-challenge', `challenge: ${challenge} is not open`, 'reserves.ChallengeAddress');
    if ((scheme === 'eip-1271') !== (seen !== null))
      return refuse('not-seen', `seen: it does not fit ${scheme}`, 'name the block for eip-1271 alone');
    if (one.provedAt !== null) return { facts: [] };
    const body = { id: challenge, address: one.address, scheme, signature, seen };
    return { facts: [reservesFact(controlProved, `address/${one.address}`, body)] };
  },
});

export const recordForeignClaims = defineCommand({
  name: 'reserves.RecordForeignClaims',
  says: {
    en: 'Compare the addresses of another firm’s published statement with ours.',
    ja: '他社が開示したアドレスを自社のものと突き合わせる。',
  },
  input: z
    .object({
      exchange: shortText,
      statement: shortText,
      addresses: z.array(z.string().min(20).max(100)).min(1).max(CLAIMS_MAX),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: {},
  reads: () => ({ known: ref(addresses, 'all') }),
  decide: ({ exchange, statement, addresses: claimed }, { known }) => {
    const theirs = new Set(claimed.map(addressKey));
    const both = known.addresses.filter(
      ({ address, claimedBy }) => theirs.has(address) && claimedBy !== exchange,
    );
    return {
      facts: both
        .slice(0, DOUBLE_CLAIMS_AT_ONCE)
        .map(({ address }) =>
          reservesFact(doubleClaimDetected, `address/${address}`, { address, exchange, statement }),
        ),
      result: { compared: theirs.size, found: both.length },
    };
  },
});
/** Facts of one command; sent again, the rest follows. */
const DOUBLE_CLAIMS_AT_ONCE = 500;
