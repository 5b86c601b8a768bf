/** A charter is read as the server reads it: the same hash, and nothing that the founding would be refused for is missed. */
import { charterHash } from '@sonae/core/nouns/authority/decisions/found.ts';
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import { describe, expect, it } from 'vitest';
import {
  charter,
  HALT,
  KEYS,
  LOOSEN,
  power,
  signCharter,
  TIGHTEN,
} from '../../../../../../test/support/firm.ts';
import { actWords } from './act-words.ts';
import { type ReadCharter, readCharter } from './charter-reading.ts';
import { collect, missingOf, readSignature, signatureText } from './signature-files.ts';

const SITE = { log: 'test.sonae.invalid', page: 'https://sonae.example' };
const GOOD = charter();
const read = (of: unknown, site = SITE): ReadCharter => {
  const reading = readCharter(JSON.stringify(of), site);
  if ('unreadable' in reading) throw new Error(reading.unreadable);
  return reading;
};
const problemsOf = (change: Partial<Charter>): string[] =>
  read({ ...GOOD, ...change }).problems.map(({ says }) => says.replace('founding.problem.', ''));
const withPowers = (...powers: Power[]): Partial<Charter> => ({
  powers: powers as unknown as Charter['powers'],
});

describe('a charter', () => {
  it('has the hash that the server gives it, and no problem', () => {
    const { hash, problems, powers } = read(GOOD);
    expect(hash).toBe(charterHash(GOOD));
    expect(problems).toEqual([]);
    expect(powers.map(({ id }) => id)).toEqual(['halt-withdrawals', 'tighten-rules', 'loosen-rules']);
  });

  it.each(['', '[]', '{"format":"sonae/charter/v2"}', JSON.stringify({ ...GOOD, extra: 1 })])(
    'is not read from %.40s',
    (text) => {
      expect(readCharter(text, SITE)).toHaveProperty('unreadable');
    },
  );

  const [north, east, ...others] = GOOD.principals;
  const [guardian, ...roles] = GOOD.roles;
  it.each([
    ['power', withPowers({ ...HALT, quorum: 1 }, TIGHTEN, LOOSEN)],
    ['policy', { policy: { allow: [] } }],
    ['powerTwice', withPowers(HALT, HALT, TIGHTEN, LOOSEN)],
    ['no-tighten', withPowers(HALT, LOOSEN)],
    ['no-loosen', withPowers(HALT, TIGHTEN)],
    [
      'personTwice',
      {
        principals: [
          ...GOOD.principals,
          { ...north!, credentials: [{ ...KEYS.north.credential, publicKey: `${'A'.repeat(43)}=` }] },
        ] as never,
      },
    ],
    ['keyTwice', { principals: [north!, { ...east!, credentials: north!.credentials }, ...others] }],
    [
      'credentialTwice',
      {
        principals: [
          { ...north!, credentials: north!.credentials.map((one) => ({ ...one, id: 'x' })) },
          east!,
          ...others,
        ],
      },
    ],
    ['roleTwice', { roles: [...GOOD.roles, roles[0]!] }],
    ['stranger', { roles: [{ ...guardian!, holders: [...guardian!.holders, 'nobody'] }, ...roles] }],
    ['floor', { liveness: { ...GOOD.liveness, floor: 7 } }],
    ['noRole', withPowers({ ...HALT, roles: { ...HALT.roles, review: ['nothing'] } }, TIGHTEN, LOOSEN)],
    ['governs', withPowers({ ...HALT, governs: 'tighten' }, TIGHTEN, LOOSEN)],
    ['onlyWallets', withPowers(HALT, TIGHTEN, LOOSEN, onChain(['evm', 'passkey']))],
    ['tooFew', withPowers({ ...HALT, resumeQuorum: 5 }, TIGHTEN, LOOSEN)],
  ] satisfies [string, Partial<Charter>][])('that would be refused is said to be so: %s', (name, change) => {
    expect(problemsOf(change)).toEqual([name]);
  });

  it('is worth a thought before signing', () => {
    const lax = { ...HALT, allows: ['value' as const], resumeQuorum: 4 };
    const said = read(
      { ...GOOD, ...withPowers(lax, TIGHTEN, LOOSEN, onChain(['evm'])) },
      { ...SITE, log: 'other.example' },
    );
    expect(said.problems).toEqual([]);
    expect(said.warnings.map(({ says }) => says.replace('founding.warn.', ''))).toEqual([
      'demonstration',
      'origin',
      'noSlack',
      'allows',
    ]);
  });

  it('says what a target does in the words of the decoder, where nothing is left open', () => {
    const [btc, account] = HALT.targets;
    expect(actWords(btc!, 'halt', read(GOOD).hash)?.title.en).toBe('Halt withdrawals of BTC');
    expect(actWords(account!, 'halt', read(GOOD).hash)).toBeNull();
  });
});

function onChain(credentials: Power['credentials']): Power {
  const act = {
    kind: 'evm.guardian',
    chainId: 5,
    guardian: `0x${'1'.repeat(40)}`,
    call: 'stop',
    switchId: `0x${'2'.repeat(64)}`,
    args: '0x',
  } as const;
  const says = { en: 'Token', ja: 'トークン' };
  return power({ id: 'pause', credentials, targets: [{ id: 'token', says, act, resume: null, open: [] }] });
}

describe('signature files', () => {
  type File = Parameters<typeof collect>[2][number];
  const signed = signCharter(GOOD) as unknown as { principal: string; credential: string; proof: unknown }[];
  const file = (value: unknown, name = 'x.sig'): File => ({ name, text: JSON.stringify(value) });

  it('are the same as the command line makes, and are collected until nobody is missing', () => {
    const first = collect(
      GOOD,
      {},
      signed.slice(0, 4).map((one) => file(one)),
    );
    expect(first.refused).toEqual([]);
    expect(missingOf(GOOD, first.collected)).toEqual(['watch', 'audit']);
    const all = collect(
      GOOD,
      first.collected,
      signed.slice(4).map((one) => file(one)),
    );
    expect(missingOf(GOOD, all.collected)).toEqual([]);
    const [one] = Object.values(all.collected);
    expect(readSignature(signatureText(one!))).toEqual(one);
  });

  it('count only for this charter, this person and this key; what holds is never replaced by what does not', () => {
    const [north, east] = signed;
    const have = collect(GOOD, {}, [file(north)]).collected;
    const other = signCharter({ ...GOOD, origin: 'other.example' }) as unknown as typeof signed;
    const { collected, refused } = collect(GOOD, have, [
      file(other[0], 'other-charter'),
      file({ ...east, principal: 'west' }, 'another-person'),
      file({ ...east, principal: 'nobody' }, 'stranger'),
      file({ ...east, credential: 'lost' }, 'unknown-credential'),
      file({ ...east, more: 1 }, 'more'),
      file('x', 'text'),
      { name: 'broken', text: '{' },
    ]);
    expect(collected).toEqual(have);
    const wrong = { said: expect.stringContaining('does not belong') };
    expect(refused).toEqual([
      { name: 'other-charter', problem: wrong },
      { name: 'another-person', problem: wrong },
      { name: 'stranger', problem: 'stranger' },
      { name: 'unknown-credential', problem: 'stranger' },
      { name: 'more', problem: 'unreadable' },
      { name: 'text', problem: 'unreadable' },
      { name: 'broken', problem: 'unreadable' },
    ]);
  });
});
