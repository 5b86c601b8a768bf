/** What the guardian can never do: move value, take value, call anything else, be entered twice; and who may sign. */
import { type Abi, encodeFunctionData, type Hex, keccak256, toFunctionSelector, toHex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  guardianArguments,
  readBuilt,
  switchIdOf,
} from '../../packages/server/src/connectors/evm/demo-chain.ts';
import {
  addSwitchChange,
  carryOut,
  change,
  execute,
  guardiansChange,
  handIn,
  lapse,
  readGuardian,
  refusal,
  stop,
  worked,
} from './guardian-orders.ts';
import { HOUR, openStage, STAGE_TIMING, type Stage } from './guardian-stage.ts';

let stage: Stage;
let mark: unknown;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  mark = await stage.evm.request('evm_snapshot');
});
afterEach(() => stage.evm.request('evm_revert', [mark]));
afterAll(() => stage?.close());

const NEW_SWITCH = switchIdOf('new');
const pauseSelector = toFunctionSelector('pause()');
const unpauseSelector = toFunctionSelector('unpause()');

describe('value', () => {
  test('no function takes ether, and none is received', async () => {
    const { abi } = readBuilt('TimeBoxedGuardian');
    const payable = abi.filter((item) => 'stateMutability' in item && item.stateMutability === 'payable');
    expect(payable).toEqual([]);
    expect(abi.filter(({ type }) => type === 'receive' || type === 'fallback')).toEqual([]);
    const paid = stage.evm.request('eth_sendTransaction', [
      { from: stage.owner.address, to: stage.demo.guardian, value: '0x1', gas: '0x186a0' },
    ]);
    await paid.catch(() => undefined);
    expect(await stage.evm.request('eth_getBalance', [stage.demo.guardian, 'latest'])).toBe('0x0');
  });

  test('the code delegates to nobody and destroys nothing', () => {
    const { deployedBytecode } = readBuilt('TimeBoxedGuardian') as unknown as { deployedBytecode: Hex };
    const operations = operationsOf(deployedBytecode);
    expect(operations.has(0xf1)).toBe(true); // CALL, which proves that the walk reads code
    for (const forbidden of [0xf2, 0xf4, 0xff, 0xf0, 0xf5]) expect(operations.has(forbidden)).toBe(false);
  });

  test('tokens sent to it stay where they are: no selector that moves them can be registered', async () => {
    const token = stage.demo.fiatToken;
    worked(
      await stage.send(stage.owner.address, 'DemoFiatToken', token, 'mint', [stage.demo.guardian, 1_000n]),
    );
    const moving = [
      'transfer(address,uint256)',
      'transferFrom(address,address,uint256)',
      'approve(address,uint256)',
      'increaseAllowance(address,uint256)',
      'mint(address,uint256)',
      'burn(uint256)',
      'burnFrom(address,uint256)',
      'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)',
      'transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)',
      'withdraw(uint256)',
      'rescueERC20(address,address,uint256)',
      'transferOwnership(address)',
      'renounceOwnership()',
      'upgradeTo(address)',
      'upgradeToAndCall(address,bytes)',
      'grantRole(bytes32,address)',
      'updatePauser(address)',
      'updateMasterMinter(address)',
      'configureMinter(address,uint256)',
      'multicall(bytes[])',
      'execute(address,uint256,bytes)',
      'setApprovalForAll(address,bool)',
    ].map((signature) => [signature, toFunctionSelector(signature)] as const);
    for (const [signature, selector] of moving) {
      for (const pair of [[selector, unpauseSelector] as const, [pauseSelector, selector] as const]) {
        const adapter = await stage.deploy('HostileAdapter', [...pair, selector]);
        const { mined } = await change(stage, addSwitchChange(NEW_SWITCH, token, adapter));
        expect(mined, signature).toMatchObject({ error: 'ForbiddenSelector', args: [selector] });
      }
    }
    expect(await stage.read('DemoFiatToken', token, 'balanceOf', [stage.demo.guardian])).toBe(1_000n);
  });

  test('an adapter that says pause and writes transfer is stopped at the call', async () => {
    const token = stage.demo.fiatToken;
    worked(
      await stage.send(stage.owner.address, 'DemoFiatToken', token, 'mint', [stage.demo.guardian, 1_000n]),
    );
    const data = encodeFunctionData({
      abi: readBuilt('DemoFiatToken').abi as Abi,
      functionName: 'transfer',
      args: [stage.stranger.address, 1_000n],
    });
    const adapter = await stage.deploy('HostileAdapter', [pauseSelector, unpauseSelector, data]);
    await carryOut(stage, change(stage, addSwitchChange(NEW_SWITCH, token, adapter)));
    const until = BigInt((await stage.now()) + HOUR);
    const { mined } = await handIn(stage, 'Stop', { switchId: NEW_SWITCH, args: '0x', until }, {});
    expect(mined).toMatchObject({ error: 'UnexpectedSelector', args: [data.slice(0, 10), pauseSelector] });
    expect(await stage.read('DemoFiatToken', token, 'balanceOf', [stage.demo.guardian])).toBe(1_000n);
  });

  test('an adapter without selectors is refused', async () => {
    const adapter = await stage.deploy('HostileAdapter', ['0x00000000', unpauseSelector, '0x']);
    const { mined } = await change(stage, addSwitchChange(NEW_SWITCH, stage.demo.fiatToken, adapter));
    expect(refusal(mined)).toBe('ZeroSelector');
  });
});

describe('a hostile target', () => {
  const guard = async (): Promise<Hex> => {
    const token = await stage.deploy('ReenteringToken', []);
    const { adapter } = stage.demo.switches['fiat.pause'];
    await carryOut(stage, change(stage, addSwitchChange(NEW_SWITCH, token, adapter)));
    return token;
  };
  const prepare = async (token: Hex, callback: Hex, deaf: boolean): Promise<void> => {
    worked(await stage.send(stage.owner.address, 'ReenteringToken', token, 'prepare', [callback, deaf]));
  };
  const stopIt = async (): Promise<Awaited<ReturnType<typeof handIn>>> => {
    const until = BigInt((await stage.now()) + HOUR);
    return handIn(stage, 'Stop', { switchId: NEW_SWITCH, args: '0x', until }, {});
  };

  test('can not enter the guardian again while it is called', async () => {
    const token = await guard();
    const over = await stop(stage, { hours: 1 });
    await stage.goTo((await stage.now()) + HOUR + 60);
    const { abi } = readBuilt('TimeBoxedGuardian');
    const callback = encodeFunctionData({ abi, functionName: 'lapse', args: [over.action] });
    await prepare(token, callback, false);
    worked((await stopIt()).mined);
    expect(await stage.read('ReenteringToken', token, 'callbackWorked')).toBe(false);
    worked(await lapse(stage, over.action));
  });

  test('that ignores the stop is no stop', async () => {
    const token = await guard();
    await prepare(token, '0x', true);
    expect(refusal((await stopIt()).mined)).toBe('StopHadNoEffect');
    expect(await readGuardian(stage, 'stopped', [NEW_SWITCH])).toBe(false);
  });

  test('that refuses to run again keeps the record, to be tried again', async () => {
    const token = await guard();
    const { action } = await stopIt();
    await prepare(token, '0x', true);
    await stage.goTo((await stage.now()) + HOUR + 60);
    expect(refusal(await lapse(stage, action))).toBe('TargetCallFailed');
    await prepare(token, '0x', false);
    worked(await lapse(stage, action));
    expect(await stage.read('ReenteringToken', token, 'paused')).toBe(false);
  });
});

describe('two switches to the same thing', () => {
  test('exclude each other and share one account of stopped time', async () => {
    const { target, adapter } = stage.demo.switches['fiat.pause'];
    await carryOut(stage, change(stage, addSwitchChange(NEW_SWITCH, target, adapter)));
    worked((await stop(stage, { hours: 10 })).mined);
    const until = BigInt((await stage.now()) + HOUR);
    const { mined } = await handIn(stage, 'Stop', { switchId: NEW_SWITCH, args: '0x', until }, {});
    expect(refusal(mined)).toBe('AlreadyStopped');
    expect(await readGuardian(stage, 'stoppedTimeLeft', [NEW_SWITCH])).toBe(BigInt(10 * HOUR));
  });
});

describe('a contract as guardian (ERC-1271)', () => {
  test('signs through its own rule, and no more once that says no', async () => {
    const [first, second, third] = stage.guardians;
    const wallet = await stage.deploy('TestWallet', [first!.address]);
    const set = [wallet, second!.address, third!.address].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    await carryOut(stage, change(stage, guardiansChange(set, 2, 3)));
    const until = BigInt((await stage.now()) + HOUR);
    const order = {
      switchId: stage.demo.switches['fiat.pause'].id,
      args: '0x',
      power: keccak256(toHex('p')),
      action: keccak256(toHex('by wallet')),
      reason: keccak256(toHex('r')),
      until,
      validBefore: until,
    };
    const [, [ofOwner]] = await stage.sign('Stop', order, [first!]);
    const [, [ofSecond]] = await stage.sign('Stop', order, [second!]);
    const signatures = set
      .filter((address) => address !== third!.address)
      .map((address) => (address === wallet ? ofOwner : ofSecond));
    const signers = set.filter((address) => address !== third!.address);
    const hand = () =>
      stage.send(stage.stranger.address, 'TimeBoxedGuardian', stage.demo.guardian, 'stop', [
        order,
        signers,
        signatures,
      ]);
    await stage.undone(async () => {
      worked(await stage.send(stage.owner.address, 'TestWallet', wallet, 'lock', []));
      expect(await hand()).toMatchObject({ error: 'BadSignature', args: [wallet] });
    });
    worked(await hand());
  });
});

describe('deployment', () => {
  test('is held to the same rules', async () => {
    const set = stage.guardians.map(({ address }) => address);
    const refused = async (quorum: number, largeQuorum: number, delaySeconds: number): Promise<boolean> =>
      stage
        .deploy(
          'TimeBoxedGuardian',
          guardianArguments(
            { guardians: set, quorum, largeQuorum, timing: { ...STAGE_TIMING, delaySeconds } },
            [],
          ),
        )
        .then(
          () => false,
          () => true,
        );
    expect(await refused(1, 3, 2 * HOUR)).toBe(true);
    expect(await refused(3, 3, 2 * HOUR)).toBe(true);
    expect(await refused(2, 6, 2 * HOUR)).toBe(true);
    expect(await refused(2, 3, HOUR - 1)).toBe(true);
    expect(await refused(2, 3, 2 * HOUR)).toBe(false);
  });

  test('no unknown order can be executed', async () => {
    expect(refusal(await execute(stage, keccak256(toHex('never scheduled'))))).toBe('NotScheduled');
  });
});

/**
 * The operations of a contract's code, without the data of PUSH. The compiler ends code with one INVALID; constants
 * follow it, which are no code because nothing jumps there (jumps only reach JUMPDEST).
 */
function operationsOf(code: Hex): Set<number> {
  const bytes = Buffer.from(code.slice(2), 'hex');
  const found = new Set<number>();
  for (let at = 0; at < bytes.length; at += 1) {
    const operation = bytes[at]!;
    if (operation === 0xfe) {
      expect(bytes.length - at).toBeLessThan(CONSTANT_BYTES_MAX);
      expect(bytes.subarray(at).includes(0x5b), 'the constants hold no JUMPDEST').toBe(false);
      break;
    }
    found.add(operation);
    if (operation >= 0x60 && operation <= 0x7f) at += operation - 0x5f;
  }
  return found;
}
const CONSTANT_BYTES_MAX = 128;
