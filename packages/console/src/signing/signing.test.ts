/** What leaves this browser to be signed, and what comes back from outside. */
import type { Action } from '@sonae/proof/action';
import { typedDataOf } from '@sonae/proof/approval';
import { describe, expect, it } from 'vitest';
import { readApprovals, signingRequest } from './offline.ts';
import { signWithWallet, walletTypedData } from './wallet.ts';

const ADDRESS = `0x${'1'.repeat(40)}`;
const ACTION: Action = {
  format: 'sonae/action/v1',
  founding: 'a'.repeat(64),
  use: 'u1',
  power: 'pause',
  policy: 'b'.repeat(64),
  target: 't',
  step: 'stop',
  reason: 'c'.repeat(64),
  until: '2023-03-12T00:00:00Z',
  validBefore: '2023-03-11T09:00:00Z',
  act: {
    kind: 'evm.guardian',
    chainId: 5,
    guardian: ADDRESS,
    call: 'stop',
    switchId: `0x${'2'.repeat(64)}`,
    args: '0x',
  },
};
const statement = { says: 'approve', action: ACTION } as const;
const credential = { id: 'wallet', kind: 'evm', address: ADDRESS } as const;

describe('wallet', () => {
  it('is told the type of the domain, with exactly the fields that the domain has', () => {
    const typed = JSON.parse(walletTypedData(typedDataOf(statement)));
    expect(typed.types.EIP712Domain.map((field: { name: string }) => field.name)).toEqual([
      'name',
      'version',
      'chainId',
      'verifyingContract',
    ]);
    expect(typed).toMatchObject({ primaryType: 'Stop', domain: { chainId: 5, verifyingContract: ADDRESS } });
    const plain = JSON.parse(walletTypedData(typedDataOf({ says: 'sign-in', body: {} })));
    expect(plain.types.EIP712Domain).toHaveLength(2);
  });

  it('signs only with the address that is bound', async () => {
    const asked: string[] = [];
    const wallet = (accounts: string[], answer: unknown) => ({
      request: async ({ method }: { method: string }) => {
        asked.push(method);
        if (method === 'eth_chainId') return '0x1';
        return method === 'eth_requestAccounts' ? accounts : answer;
      },
    });
    const signature = `0x${'AB'.repeat(65)}`;
    expect(await signWithWallet(wallet([ADDRESS], signature), credential, statement)).toEqual({
      kind: 'evm',
      signature: signature.toLowerCase(),
    });
    // The order is for a contract on chain 5: the wallet goes there first.
    expect(asked).toEqual([
      'eth_requestAccounts',
      'eth_chainId',
      'wallet_switchEthereumChain',
      'eth_signTypedData_v4',
    ]);
    const other = wallet([`0x${'9'.repeat(40)}`], signature);
    await expect(signWithWallet(other, credential, statement)).rejects.toThrow('does not hold');
    await expect(signWithWallet(wallet([ADDRESS], '0x'), credential, statement)).rejects.toThrow(
      'no signature',
    );
  });
});

describe('files', () => {
  it('carry the action itself, in one form', () => {
    const text = signingRequest('u1', ACTION);
    expect(JSON.parse(text)).toEqual({ format: 'sonae/signing-request/v1', use: 'u1', action: ACTION });
    expect(text.startsWith('{"action":{"act":')).toBe(true);
  });

  it('are read only when they are approvals', () => {
    const approval = {
      use: 'u1',
      principal: 'a',
      credential: 'k',
      proof: { kind: 'ed25519', signature: 'x' },
    };
    const file = (approvals: unknown, format = 'sonae/approvals/v1') => JSON.stringify({ format, approvals });
    expect(readApprovals(file([approval]))).toEqual([approval]);
    for (const text of ['', '[]', file([]), file([{ ...approval, proof: null }]), file([approval], 'other')])
      expect(readApprovals(text)).toBeNull();
  });
});
