/** The written-out interface is the compiled one: every function, event and error, with every name and type. */
import type { Abi } from 'viem';
import { toFunctionSelector, toFunctionSignature } from 'viem';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../../../../contracts/build.ts';
import { readBuilt } from './demo-chain.ts';
import { ADAPTER_ABI, GUARDIAN_ABI } from './guardian-abi.ts';

beforeAll(() => ensureBuilt());

type Parameter = {
  readonly name?: string;
  readonly type: string;
  readonly indexed?: boolean;
  readonly components?: readonly Parameter[];
};
type Item = {
  readonly type: string;
  readonly name?: string;
  readonly stateMutability?: string;
  readonly inputs?: readonly Parameter[];
  readonly outputs?: readonly Parameter[];
};

/** Everything that matters on the wire or to a reader; names of outputs do not. */
const plain = (one: Parameter, named: boolean): unknown => [
  named ? (one.name ?? '') : '',
  one.type,
  one.indexed ?? false,
  (one.components ?? []).map((part) => plain(part, true)),
];
const described = (abi: Abi): Map<string, unknown> =>
  new Map(
    (abi as readonly Item[]).map((item) => [
      `${item.type} ${item.name}`,
      [
        item.stateMutability ?? '',
        (item.inputs ?? []).map((one) => plain(one, true)),
        (item.outputs ?? []).map((one) => plain(one, false)),
      ],
    ]),
  );
/** A getter's argument and an event's are named by the source; unnamed there, unnamed here. */
const isConstant = (item: Item): boolean =>
  item.type === 'function' && /^[A-Z_]+$/.test(item.name ?? '') && (item.inputs ?? []).length === 0;

describe('the interface in use is the compiled one', () => {
  test('of the guardian, all of it but constants, constructor and EIP-5267', () => {
    const compiled = (readBuilt('TimeBoxedGuardian').abi as readonly Item[]).filter(
      (item) =>
        item.type !== 'constructor' &&
        !isConstant(item) &&
        !/^(eip712Domain|EIP712DomainChanged)$/.test(item.name ?? ''),
    );
    const [ours, theirs] = [described(GUARDIAN_ABI), described(compiled as unknown as Abi)];
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [name, what] of theirs) expect([name, ours.get(name)]).toEqual([name, what]);
  });

  test.each([
    'PauseAdapter',
    'FiatFreezeAdapter',
    'JpycFreezeAdapter',
    'OracleSourceAdapter',
    'RedemptionLimitAdapter',
  ])('of %s, all that is asked of it', (name) => {
    const selectors = (abi: Abi): string[] =>
      (abi as readonly Item[])
        .filter(({ type }) => type === 'function')
        .map((item) =>
          toFunctionSelector(toFunctionSignature(item as Parameters<typeof toFunctionSignature>[0])),
        );
    expect(selectors(readBuilt(name).abi)).toEqual(expect.arrayContaining(selectors(ADAPTER_ABI)));
    const ours = new Set(ADAPTER_ABI.filter(({ type }) => type === 'error').map((item) => item.name));
    const deployOnly = ['ZeroAsset', 'SourceWithoutCode', 'BoundsReversed'];
    const errors = (readBuilt(name).abi as readonly Item[]).filter(({ type }) => type === 'error');
    for (const { name: error = '' } of errors)
      if (!deployOnly.includes(error)) expect([...ours]).toContain(error);
  });
});
