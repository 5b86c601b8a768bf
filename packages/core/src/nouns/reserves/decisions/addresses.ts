/**
 * Proof that an address is ours. The text is issued here, with a block nobody could know earlier and a nonce, so that a
 * signature of another day, firm or epoch is worth nothing. The signature is verified where it is taken in, by the node.
 */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { CLAIMS_MAX, controlChallenged, controlProved, doubleClaimDetected } from '../facts/coin.ts';
import { shortText, slug } from '../facts/words.ts';
import { addresses } from '../views/coin.ts';
import { reservesSetup } from '../views/setup.ts';
import { policyOf, reservesFact, SAYS } from './checks.ts';

/** Letters of EVM addresses are no matter of identity; those of Bitcoin base58 are. */
export const addressKey = (address: string): string =>
  /^0x[0-9a-fA-F]{40}$/.test(address) || /^(bc|tb|bcrt)1/i.test(address) ? address.toLowerCase() : address;

export const challengeAddress = defineCommand({
  name: 'reserves.ChallengeAddress',
  says: {
    en: 'Issue the text that the holder of an address signs to prove control.',
    ja: 'アドレスの支配を証明するために署名すべき文を発行する。',
  },
  input: z
    .object({
      source: slug,
      chain: z.enum(['evm', 'bitcoin']),
      address: z
        .string()
        .regex(/^(0x[0-9a-fA-F]{40}|[a-zA-Z0-9]{20,90})$/, 'an address as the chain writes it'),
      epoch: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'up to 40 of A-Z a-z 0-9 -'),
      blockHash: z.string().regex(/^(0x)?[0-9a-f]{64}$/, 'the hash of a recent block'),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: { 'no-policy': SAYS.policy, 'no-source': SAYS.source },
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
    const address = addressKey(input.address);
    const text = [
      `${policy.exchange} proves control of an address`,
      `address: ${address}`,
      `epoch: ${input.epoch}`,
      `block: ${input.blockHash}`,
      `nonce: ${id}`,
    ].join('\n');
    return {
      facts: [reservesFact(controlChallenged, `address/${address}`, { ...input, address, id, text })],
      result: { challenge: id, text },
    };
  },
});

export const recordControlProof = defineCommand({
  name: 'reserves.RecordControlProof',
  says: { en: 'Record a verified proof of control.', ja: '検証済みの支配の証明を記録する。' },
  input: z
    .object({
      challenge: z.string().max(40),
      scheme: z.enum(['eip-191', 'bip-322', 'bitcoin-message']),
      signature: z.string().min(1).max(2_000),
    })
    .strict(),
  // Only the node, which has verified the signature.
  by: ['system'],
  refusals: {
    'no-challenge': {
      en: 'The text was not issued, or a newer one was.',
      ja: '発行済みの最新の文ではない。',
    },
  },
  reads: () => ({ known: ref(addresses, 'all') }),
  decide: ({ challenge, scheme, signature }, { known }) => {
    const one = known.addresses.find(({ id }) => id === challenge);
    if (one === undefined)
      return refuse('no-challenge', `challenge: ${challenge} is not open`, 'reserves.ChallengeAddress');
    if (one.provedAt !== null) return { facts: [] };
    const body = { id: challenge, address: one.address, scheme, signature };
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
