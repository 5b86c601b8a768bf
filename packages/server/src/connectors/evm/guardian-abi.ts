/**
 * The interface of TimeBoxedGuardian and its adapters, and the typed data that guardians sign, as this connector uses
 * them. Written out, so that a running server needs no compiled contract; a test compares it to the compiled ones.
 */
import { parseAbi } from 'viem';

const STOP_ORDER =
  'struct StopOrder { bytes32 switchId; bytes args; bytes32 power; bytes32 action; bytes32 reason; uint64 until; uint64 validBefore; }';
const RESUME_ORDER =
  'struct ResumeOrder { bytes32 stop; bytes32 power; bytes32 action; bytes32 reason; uint64 validBefore; }';
const EXTEND_ORDER =
  'struct ExtendOrder { bytes32 stop; uint64 until; bytes32 power; bytes32 action; bytes32 reason; uint64 validBefore; }';
const CHANGE_ORDER =
  'struct ChangeOrder { bytes change; bytes32 power; bytes32 action; bytes32 reason; uint64 validBefore; }';
const STOP_RECORD =
  'struct StopRecord { uint8 state; uint64 from; uint64 until; uint64 endedAt; bytes32 switchId; bytes32 subject; bytes32 power; bytes32 reason; bytes args; bytes saved; }';
const SWITCH =
  'struct Switch { address target; address adapter; bytes4 stopSelector; bytes4 resumeSelector; uint32 live; }';
const SCHEDULED =
  'struct Scheduled { uint8 kind; uint8 state; uint64 readyAt; uint64 deadline; uint64 until; uint64 epoch; bytes32 stop; bytes change; }';
const SETTINGS =
  'struct Settings { uint16 quorum; uint16 largeQuorum; uint64 delay; uint64 maxStop; uint64 window; uint64 cap; uint64 executionWindow; }';

/** TimeBoxedGuardian (contracts/src/TimeBoxedGuardian.sol), without its constants. */
export const GUARDIAN_ABI = parseAbi([
  STOP_ORDER,
  RESUME_ORDER,
  EXTEND_ORDER,
  CHANGE_ORDER,
  STOP_RECORD,
  SWITCH,
  SCHEDULED,
  SETTINGS,
  'function stop(StopOrder order, address[] signers, bytes[] signatures)',
  'function scheduleResume(ResumeOrder order, address[] signers, bytes[] signatures)',
  'function scheduleExtend(ExtendOrder order, address[] signers, bytes[] signatures)',
  'function scheduleChange(ChangeOrder order, address[] signers, bytes[] signatures)',
  'function execute(bytes32 action)',
  'function lapse(bytes32 stopId)',
  'function cancel(bytes32 action, address signer, bytes signature)',
  'function stops(bytes32 action) view returns (StopRecord)',
  'function scheduled(bytes32 action) view returns (Scheduled)',
  'function stopped(bytes32 switchId) view returns (bool)',
  'function liveStop(bytes32 switchId, bytes args) view returns (bytes32)',
  'function switches(bytes32 switchId) view returns (Switch)',
  'function switchIds() view returns (bytes32[])',
  'function settings() view returns (Settings)',
  'function stoppedTimeLeft(bytes32 switchId) view returns (uint64)',
  'function stoppedTimeLeftOf(bytes32 switchId, bytes args) view returns (uint64)',
  'function usedAction(bytes32 action) view returns (bool)',
  'function guardians() view returns (address[])',
  'function isGuardian(address guardian) view returns (bool)',
  'function epoch() view returns (uint64)',
  'event Stopped(bytes32 indexed action, bytes32 indexed switchId, bytes32 indexed power, bytes32 reason, uint64 until, address[] guardians)',
  'event Lapsed(bytes32 indexed stop, bytes32 indexed switchId, address by, bool called)',
  'event ResumeScheduled(bytes32 indexed action, bytes32 indexed stop, bytes32 indexed power, bytes32 reason, uint64 readyAt, uint64 deadline, address[] guardians)',
  'event ExtendScheduled(bytes32 indexed action, bytes32 indexed stop, bytes32 indexed power, bytes32 reason, uint64 until, uint64 readyAt, uint64 deadline, address[] guardians)',
  'event ChangeScheduled(bytes32 indexed action, bytes32 indexed power, bytes32 reason, bytes change, uint64 readyAt, uint64 deadline, address[] guardians)',
  'event Resumed(bytes32 indexed action, bytes32 indexed stop, bytes32 indexed switchId, bool called)',
  'event Extended(bytes32 indexed action, bytes32 indexed stop, bytes32 indexed switchId, uint64 until)',
  'event Changed(bytes32 indexed action, uint8 indexed kind, bytes payload)',
  'event Cancelled(bytes32 indexed action, address indexed guardian)',
  'error ZeroAction()',
  'error ActionUsed(bytes32 action)',
  'error OrderExpired(uint64 validBefore)',
  'error UnknownSwitch(bytes32 switchId)',
  'error SwitchExists(bytes32 switchId)',
  'error SwitchInUse(bytes32 switchId, uint256 live)',
  'error TooManySwitches(uint256 max)',
  'error ZeroSwitchId()',
  'error NoCode(address where)',
  'error TargetIsThisContract()',
  'error ZeroSelector(address adapter)',
  'error ForbiddenSelector(bytes4 selector)',
  'error UnexpectedSelector(bytes4 selector, bytes4 registered)',
  'error TimingOutOfBounds(string what, uint64 value, uint64 min, uint64 max)',
  'error UntilNotAhead(uint64 until, uint64 nowSeconds)',
  'error UntilTooFar(uint64 until, uint64 latest)',
  'error AlreadyStopped(bytes32 stop)',
  'error StoppedByAnother(bytes32 switchId)',
  'error TooManyLiveStops(bytes32 switchId, uint256 max)',
  'error StopHadNoEffect(bytes32 switchId)',
  'error ResumeHadNoEffect(bytes32 switchId)',
  'error TargetCallFailed(address target, bytes4 selector, bytes reason)',
  'error StopNotInForce(bytes32 stop)',
  'error StopNotOver(bytes32 stop, uint64 until)',
  'error StopOver(bytes32 stop, uint64 until)',
  'error ExtensionNotLonger(uint64 until, uint64 present)',
  'error NotScheduled(bytes32 action)',
  'error DelayNotOver(bytes32 action, uint64 readyAt)',
  'error ExecutionDeadlinePassed(bytes32 action, uint64 deadline)',
  'error GuardiansChangedSince(bytes32 action)',
  'error UnknownChange(uint8 kind)',
  'error GuardianCountOutOfBounds(uint256 count, uint256 min, uint256 max)',
  'error GuardiansNotAscending(address guardian)',
  'error GuardianIsThisContract()',
  'error QuorumTooSmall(uint256 quorum, uint256 min)',
  'error LargeQuorumNotLarger(uint256 largeQuorum, uint256 quorum)',
  'error QuorumUnreachable(uint256 largeQuorum, uint256 guardians)',
  'error SignatureCountMismatch(uint256 signers, uint256 signatures)',
  'error QuorumNotReached(uint256 signers, uint256 needed)',
  'error SignersNotAscending(address signer)',
  'error NotAGuardian(address signer)',
  'error BadSignature(address signer)',
  'error TooManyStops(uint256 count)',
  'error StoppedTimeCapExceeded(uint256 total, uint256 cap)',
  'error ReentrancyGuardReentrantCall()',
  'error InvalidShortString()',
  'error StringTooLong(string str)',
]);

/** What an adapter refuses passes through the guardian unchanged, so its errors are read with these. */
export const ADAPTER_ABI = parseAbi([
  'function stopSelector() view returns (bytes4)',
  'function resumeSelector() view returns (bytes4)',
  'function subject(bytes args) view returns (bytes32)',
  'function stopCall(bytes args) view returns (bytes)',
  'function resumeCall(bytes args, bytes saved) view returns (bytes)',
  'function save(address target, bytes args) view returns (bytes)',
  'function isStopped(address target, bytes args) view returns (bool)',
  'error MalformedArgs(uint256 length, uint256 expected)',
  'error ZeroAccount()',
  'error LimitOutOfBounds(uint256 limit, uint256 lowest, uint256 highest)',
  'error LimitNotLower(uint256 limit, uint256 present)',
]);

/** EIP-712 types of the orders, as wallets are asked to sign them. */
export const ORDER_TYPES = {
  Stop: [
    { name: 'switchId', type: 'bytes32' },
    { name: 'args', type: 'bytes' },
    { name: 'power', type: 'bytes32' },
    { name: 'action', type: 'bytes32' },
    { name: 'reason', type: 'bytes32' },
    { name: 'until', type: 'uint64' },
    { name: 'validBefore', type: 'uint64' },
  ],
  Resume: [
    { name: 'stop', type: 'bytes32' },
    { name: 'power', type: 'bytes32' },
    { name: 'action', type: 'bytes32' },
    { name: 'reason', type: 'bytes32' },
    { name: 'validBefore', type: 'uint64' },
  ],
  Extend: [
    { name: 'stop', type: 'bytes32' },
    { name: 'until', type: 'uint64' },
    { name: 'power', type: 'bytes32' },
    { name: 'action', type: 'bytes32' },
    { name: 'reason', type: 'bytes32' },
    { name: 'validBefore', type: 'uint64' },
  ],
  Change: [
    { name: 'change', type: 'bytes' },
    { name: 'power', type: 'bytes32' },
    { name: 'action', type: 'bytes32' },
    { name: 'reason', type: 'bytes32' },
    { name: 'validBefore', type: 'uint64' },
  ],
  Cancel: [{ name: 'action', type: 'bytes32' }],
} as const;

export type GuardianDomain = {
  readonly name: 'TimeBoxedGuardian';
  readonly version: '1';
  readonly chainId: number;
  readonly verifyingContract: `0x${string}`;
};

/** The EIP-712 domain of one guardian on one chain. */
export function guardianDomain(chainId: number, guardian: `0x${string}`): GuardianDomain {
  return { name: 'TimeBoxedGuardian', version: '1', chainId, verifyingContract: guardian };
}
