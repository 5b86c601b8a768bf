// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {FundSelectors} from "./FundSelectors.sol";
import {ChangeOrder, ExtendOrder, OrderHash, ResumeOrder, StopOrder} from "./GuardianOrders.sol";
import {GuardianSet} from "./GuardianSet.sol";
import {IStopAdapter} from "./IStopAdapter.sol";
import {StoppedTime} from "./StoppedTime.sol";

/// @title Holds the emergency roles of tokens so that no stop can last without being renewed in the open.
/// @notice A small quorum of guardians stops at once, for a stated reason and time. When the time is over anybody lets
/// the target run again. Ending earlier, going on longer, and every change of these rules need the large quorum and a
/// public delay in which any one guardian can object. The time that can be ordered per subject is capped in every
/// rolling window. The contract can not move funds: it takes no ether, calls only two registered functions per switch
/// on one fixed target, never delegates, and refuses functions that move value or control (FundSelectors).
contract TimeBoxedGuardian is GuardianSet, ReentrancyGuard {
    using EnumerableSet for EnumerableSet.Bytes32Set;
    using StoppedTime for StoppedTime.History;

    /// @notice Shortest time for which a large-quorum order waits: time to notice and object.
    uint64 public constant MIN_DELAY = 1 hours;
    /// @notice How long a scheduled order can be executed after its delay; later it is void.
    uint64 public constant EXECUTION_WINDOW = 3 days;
    uint64 public constant MAX_STOP = 30 days;
    uint64 public constant MIN_WINDOW = 1 days;
    uint64 public constant MAX_WINDOW = StoppedTime.REMEMBERED;
    uint256 public constant MAX_SWITCHES = 64;
    /// @notice Bounds what a captured small quorum can freeze at a time through one switch.
    uint256 public constant MAX_LIVE_STOPS = 100;

    uint8 public constant CHANGE_GUARDIANS = 1;
    uint8 public constant CHANGE_TIMING = 2;
    uint8 public constant CHANGE_ADD_SWITCH = 3;
    uint8 public constant CHANGE_REMOVE_SWITCH = 4;

    /// @notice All rules in one answer; times in seconds.
    struct Settings {
        uint16 quorum;
        uint16 largeQuorum;
        uint64 delay;
        uint64 maxStop;
        uint64 window;
        uint64 cap;
        uint64 executionWindow;
    }

    /// @notice `delay` before large-quorum orders; `maxStop` most time a stop or extension may reach ahead; `cap` most
    /// ordered stop time of one subject in any `window`. Seconds.
    struct Timing {
        uint64 delay;
        uint64 maxStop;
        uint64 window;
        uint64 cap;
    }

    /// @notice Asked for at registration of a switch.
    struct SwitchSetup {
        bytes32 id;
        address target;
        address adapter;
    }

    /// @notice `live`: stops in force through this switch. `target` is zero where the switch is unknown.
    struct Switch {
        address target;
        address adapter;
        bytes4 stopSelector;
        bytes4 resumeSelector;
        uint32 live;
    }

    enum StopState {
        None,
        InForce,
        Lapsed,
        Resumed
    }

    /// @notice A stop. `until`: its ordered end; `endedAt`: when it was really ended (0 while in force).
    struct StopRecord {
        StopState state;
        uint64 from;
        uint64 until;
        uint64 endedAt;
        bytes32 switchId;
        bytes32 subject;
        bytes32 power;
        bytes32 reason;
        bytes args;
        bytes saved;
    }

    enum Kind {
        None,
        Resume,
        Extend,
        Change
    }

    enum ScheduledState {
        None,
        Waiting,
        Executed,
        Cancelled
    }

    /// @notice An order behind its delay: executable from `readyAt` until before `deadline`, by anybody.
    struct Scheduled {
        Kind kind;
        ScheduledState state;
        uint64 readyAt;
        uint64 deadline;
        uint64 until;
        uint64 epoch;
        bytes32 stop;
        bytes change;
    }

    Timing private _timing;
    EnumerableSet.Bytes32Set private _switchIds;
    mapping(bytes32 switchId => Switch) private _switches;
    mapping(bytes32 action => StopRecord) private _stops;
    mapping(bytes32 action => Scheduled) private _scheduled;
    /// @dev Lane: hash of target, stop selector and subject. Two switches to the same thing share a lane.
    mapping(bytes32 lane => bytes32 stop) private _liveStop;
    mapping(bytes32 lane => StoppedTime.History) private _history;
    /// @notice Whether an action hash was ever used, in an order of any kind.
    mapping(bytes32 action => bool) public usedAction;

    event Stopped(
        bytes32 indexed action,
        bytes32 indexed switchId,
        bytes32 indexed power,
        bytes32 reason,
        uint64 until,
        address[] guardians
    );
    /// @param called whether the target had to be called; false where somebody else had already let it run.
    event Lapsed(bytes32 indexed stop, bytes32 indexed switchId, address by, bool called);
    event ResumeScheduled(
        bytes32 indexed action,
        bytes32 indexed stop,
        bytes32 indexed power,
        bytes32 reason,
        uint64 readyAt,
        uint64 deadline,
        address[] guardians
    );
    event ExtendScheduled(
        bytes32 indexed action,
        bytes32 indexed stop,
        bytes32 indexed power,
        bytes32 reason,
        uint64 until,
        uint64 readyAt,
        uint64 deadline,
        address[] guardians
    );
    event ChangeScheduled(
        bytes32 indexed action,
        bytes32 indexed power,
        bytes32 reason,
        bytes change,
        uint64 readyAt,
        uint64 deadline,
        address[] guardians
    );
    /// @param called see {Lapsed}.
    event Resumed(bytes32 indexed action, bytes32 indexed stop, bytes32 indexed switchId, bool called);
    event Extended(bytes32 indexed action, bytes32 indexed stop, bytes32 indexed switchId, uint64 until);
    event Changed(bytes32 indexed action, uint8 indexed kind, bytes payload);
    event Cancelled(bytes32 indexed action, address indexed guardian);

    error ZeroAction();
    error ActionUsed(bytes32 action);
    error OrderExpired(uint64 validBefore);
    error UnknownSwitch(bytes32 switchId);
    error SwitchExists(bytes32 switchId);
    error SwitchInUse(bytes32 switchId, uint256 live);
    error TooManySwitches(uint256 max);
    error ZeroSwitchId();
    error NoCode(address where);
    error TargetIsThisContract();
    error ZeroSelector(address adapter);
    error ForbiddenSelector(bytes4 selector);
    error UnexpectedSelector(bytes4 selector, bytes4 registered);
    error TimingOutOfBounds(string what, uint64 value, uint64 min, uint64 max);
    error UntilNotAhead(uint64 until, uint64 nowSeconds);
    error UntilTooFar(uint64 until, uint64 latest);
    error AlreadyStopped(bytes32 stop);
    error StoppedByAnother(bytes32 switchId);
    error TooManyLiveStops(bytes32 switchId, uint256 max);
    error StopHadNoEffect(bytes32 switchId);
    error ResumeHadNoEffect(bytes32 switchId);
    error TargetCallFailed(address target, bytes4 selector, bytes reason);
    error StopNotInForce(bytes32 stop);
    error StopNotOver(bytes32 stop, uint64 until);
    error StopOver(bytes32 stop, uint64 until);
    error ExtensionNotLonger(uint64 until, uint64 present);
    error NotScheduled(bytes32 action);
    error DelayNotOver(bytes32 action, uint64 readyAt);
    error ExecutionDeadlinePassed(bytes32 action, uint64 deadline);
    error GuardiansChangedSince(bytes32 action);
    error UnknownChange(uint8 kind);

    /// @param set guardians, ascending. @param setups the first switches, without delay: nothing is guarded yet.
    constructor(
        address[] memory set,
        uint16 quorum,
        uint16 largeQuorum,
        Timing memory timing,
        SwitchSetup[] memory setups
    ) EIP712("TimeBoxedGuardian", "1") {
        _setGuardians(set, quorum, largeQuorum);
        _checkTiming(timing);
        _timing = timing;
        for (uint256 i = 0; i < setups.length; i++) _addSwitch(setups[i]);
    }

    /// @notice Stops at once. Needs the small quorum; anybody may hand the order in.
    function stop(StopOrder calldata order, address[] calldata signers, bytes[] calldata signatures)
        external
        nonReentrant
    {
        _useAction(order.action, order.validBefore);
        _requireQuorum(OrderHash.ofStop(order), _quorum, signers, signatures);
        _requireUntil(order.until);
        Switch storage s = _known(order.switchId);
        IStopAdapter adapter = IStopAdapter(s.adapter);
        bytes32 subject = adapter.subject(order.args);
        bytes32 lane = _laneOf(s, subject);
        if (_liveStop[lane] != 0) revert AlreadyStopped(_liveStop[lane]);
        // What the owner stopped is the owner's to resume: a stop on top would let it lapse.
        if (adapter.isStopped(s.target, order.args)) revert StoppedByAnother(order.switchId);
        if (s.live >= MAX_LIVE_STOPS) revert TooManyLiveStops(order.switchId, MAX_LIVE_STOPS);
        _history[lane].open(_now(), order.until, _timing.window, _timing.cap);
        _liveStop[lane] = order.action;
        s.live++;
        _stops[order.action] = StopRecord({
            state: StopState.InForce,
            from: _now(),
            until: order.until,
            endedAt: 0,
            switchId: order.switchId,
            subject: subject,
            power: order.power,
            reason: order.reason,
            args: order.args,
            saved: adapter.save(s.target, order.args)
        });
        emit Stopped(order.action, order.switchId, order.power, order.reason, order.until, signers);
        _callTarget(s.target, s.stopSelector, adapter.stopCall(order.args));
        if (!adapter.isStopped(s.target, order.args)) revert StopHadNoEffect(order.switchId);
    }

    /// @notice Schedules the early end of a stop. Needs the large quorum.
    function scheduleResume(ResumeOrder calldata order, address[] calldata signers, bytes[] calldata signatures)
        external
    {
        _useAction(order.action, order.validBefore);
        _requireQuorum(OrderHash.ofResume(order), _largeQuorum, signers, signatures);
        _inForce(order.stop);
        (uint64 readyAt, uint64 deadline) = _schedule(order.action, Kind.Resume, order.stop, 0, "");
        emit ResumeScheduled(order.action, order.stop, order.power, order.reason, readyAt, deadline, signers);
    }

    /// @notice Schedules a later end of a stop. Needs the large quorum.
    function scheduleExtend(ExtendOrder calldata order, address[] calldata signers, bytes[] calldata signatures)
        external
    {
        _useAction(order.action, order.validBefore);
        _requireQuorum(OrderHash.ofExtend(order), _largeQuorum, signers, signatures);
        StopRecord storage record = _inForce(order.stop);
        if (order.until <= record.until) revert ExtensionNotLonger(order.until, record.until);
        (uint64 readyAt, uint64 deadline) = _schedule(order.action, Kind.Extend, order.stop, order.until, "");
        // Without this the order could never be executed: by then the stop may be lapsed by anybody.
        if (readyAt >= record.until) revert StopOver(order.stop, record.until);
        emit ExtendScheduled(
            order.action, order.stop, order.power, order.reason, order.until, readyAt, deadline, signers
        );
    }

    /// @notice Schedules a change of guardians, timing or switches. Needs the large quorum. What could not be applied
    /// now is refused now, and checked again when it is executed.
    function scheduleChange(ChangeOrder calldata order, address[] calldata signers, bytes[] calldata signatures)
        external
    {
        _useAction(order.action, order.validBefore);
        _requireQuorum(OrderHash.ofChange(order), _largeQuorum, signers, signatures);
        _checkChange(order.change);
        (uint64 readyAt, uint64 deadline) = _schedule(order.action, Kind.Change, 0, 0, order.change);
        emit ChangeScheduled(
            order.action, order.power, order.reason, order.change, readyAt, deadline, signers
        );
    }

    /// @notice Carries out a scheduled order after its delay and before its deadline. Anybody may.
    function execute(bytes32 action) external nonReentrant {
        Scheduled storage order = _waiting(action);
        if (order.epoch != epoch) revert GuardiansChangedSince(action);
        if (_now() < order.readyAt) revert DelayNotOver(action, order.readyAt);
        if (_now() >= order.deadline) revert ExecutionDeadlinePassed(action, order.deadline);
        order.state = ScheduledState.Executed;
        if (order.kind == Kind.Resume) {
            StopRecord storage record = _inForce(order.stop);
            emit Resumed(action, order.stop, record.switchId, _end(record, StopState.Resumed));
        } else if (order.kind == Kind.Extend) {
            _extend(action, order.stop, order.until);
        } else {
            _applyChange(action, order.change);
        }
    }

    /// @notice Lets the target run again after the time of a stop is over. Anybody may; needs nobody of ours.
    /// @dev Reverts as a whole where the target refuses (the role was taken away), and can be tried again.
    function lapse(bytes32 stopId) external nonReentrant {
        StopRecord storage record = _inForce(stopId);
        if (_now() < record.until) revert StopNotOver(stopId, record.until);
        emit Lapsed(stopId, record.switchId, msg.sender, _end(record, StopState.Lapsed));
    }

    /// @notice Any one guardian strikes out a scheduled order. A stop in force can not be cancelled.
    function cancel(bytes32 action, address signer, bytes calldata signature) external {
        Scheduled storage order = _waiting(action);
        _requireSignature(_hashTypedDataV4(OrderHash.ofCancel(action)), signer, signature);
        order.state = ScheduledState.Cancelled;
        emit Cancelled(action, signer);
    }

    /// @notice The record of a stop; `state` None where there is none.
    function stops(bytes32 action) external view returns (StopRecord memory) {
        return _stops[action];
    }

    /// @notice A scheduled order; `kind` None where there is none.
    function scheduled(bytes32 action) external view returns (Scheduled memory) {
        return _scheduled[action];
    }

    /// @notice Whether any stop is in force through this switch.
    function stopped(bytes32 switchId) external view returns (bool) {
        return _switches[switchId].live > 0;
    }

    /// @notice The stop in force on what `args` are about; zero where there is none.
    function liveStop(bytes32 switchId, bytes calldata args) external view returns (bytes32) {
        return _liveStop[_laneOf(switchId, args)];
    }

    /// @notice A switch; `target` is zero where it is unknown.
    function switches(bytes32 switchId) external view returns (Switch memory) {
        return _switches[switchId];
    }

    function switchIds() external view returns (bytes32[] memory) {
        return _switchIds.values();
    }

    function settings() external view returns (Settings memory) {
        Timing memory t = _timing;
        return Settings(_quorum, _largeQuorum, t.delay, t.maxStop, t.window, t.cap, EXECUTION_WINDOW);
    }

    /// @notice The longest stop, in seconds, that could be ordered now through a switch that takes no args.
    function stoppedTimeLeft(bytes32 switchId) external view returns (uint64) {
        return _timeLeft(_laneOf(switchId, ""));
    }

    /// @notice The same for what `args` are about. With a stop in force: how much longer it could become.
    function stoppedTimeLeftOf(bytes32 switchId, bytes calldata args) external view returns (uint64) {
        return _timeLeft(_laneOf(switchId, args));
    }

    function _useAction(bytes32 action, uint64 validBefore) private {
        if (action == 0) revert ZeroAction();
        if (usedAction[action]) revert ActionUsed(action);
        if (_now() >= validBefore) revert OrderExpired(validBefore);
        usedAction[action] = true;
    }

    function _schedule(bytes32 action, Kind kind, bytes32 stopId, uint64 until, bytes memory change)
        private
        returns (uint64 readyAt, uint64 deadline)
    {
        readyAt = _now() + _timing.delay;
        deadline = readyAt + EXECUTION_WINDOW;
        _scheduled[action] =
            Scheduled(kind, ScheduledState.Waiting, readyAt, deadline, until, epoch, stopId, change);
    }

    function _extend(bytes32 action, bytes32 stopId, uint64 until) private {
        StopRecord storage record = _inForce(stopId);
        if (_now() >= record.until) revert StopOver(stopId, record.until);
        if (until <= record.until) revert ExtensionNotLonger(until, record.until);
        _requireUntil(until);
        Switch storage s = _switches[record.switchId];
        _history[_laneOf(s, record.subject)].extend(until, _timing.window, _timing.cap);
        record.until = until;
        emit Extended(action, stopId, record.switchId, until);
    }

    /// @dev Where somebody else already let the target run, only the record is closed.
    /// @return called whether the target was called.
    function _end(StopRecord storage record, StopState how) private returns (bool called) {
        Switch storage s = _switches[record.switchId];
        bytes32 lane = _laneOf(s, record.subject);
        record.state = how;
        record.endedAt = _now();
        s.live--;
        delete _liveStop[lane];
        _history[lane].close(_now());
        IStopAdapter adapter = IStopAdapter(s.adapter);
        called = adapter.isStopped(s.target, record.args);
        if (called) {
            _callTarget(s.target, s.resumeSelector, adapter.resumeCall(record.args, record.saved));
            if (adapter.isStopped(s.target, record.args)) revert ResumeHadNoEffect(record.switchId);
        }
    }

    function _callTarget(address target, bytes4 registered, bytes memory data) private {
        bytes4 selector = bytes4(data);
        if (selector != registered) revert UnexpectedSelector(selector, registered);
        if (FundSelectors.forbidden(selector)) revert ForbiddenSelector(selector);
        (bool ok, bytes memory answer) = target.call(data);
        if (!ok) revert TargetCallFailed(target, selector, answer);
    }

    function _checkChange(bytes memory change) private view {
        (uint8 kind, bytes memory payload) = abi.decode(change, (uint8, bytes));
        if (kind == CHANGE_GUARDIANS) {
            (address[] memory set, uint16 q, uint16 large) = abi.decode(payload, (address[], uint16, uint16));
            _checkGuardians(set, q, large);
        } else if (kind == CHANGE_TIMING) {
            _checkTiming(abi.decode(payload, (Timing)));
        } else if (kind == CHANGE_ADD_SWITCH) {
            _readSwitch(abi.decode(payload, (SwitchSetup)));
        } else if (kind == CHANGE_REMOVE_SWITCH) {
            _known(abi.decode(payload, (bytes32)));
        } else {
            revert UnknownChange(kind);
        }
    }

    function _applyChange(bytes32 action, bytes memory change) private {
        _checkChange(change);
        (uint8 kind, bytes memory payload) = abi.decode(change, (uint8, bytes));
        if (kind == CHANGE_GUARDIANS) {
            (address[] memory set, uint16 q, uint16 large) = abi.decode(payload, (address[], uint16, uint16));
            _setGuardians(set, q, large);
        } else if (kind == CHANGE_TIMING) {
            _timing = abi.decode(payload, (Timing));
        } else if (kind == CHANGE_ADD_SWITCH) {
            _addSwitch(abi.decode(payload, (SwitchSetup)));
        } else {
            _removeSwitch(abi.decode(payload, (bytes32)));
        }
        emit Changed(action, kind, payload);
    }

    /// @dev `delay` < `maxStop`: else no stop could be resumed early or extended. `cap` <= half of `window`: a target
    /// runs at least as long as it is stopped.
    function _checkTiming(Timing memory t) private pure {
        _bound("maxStop", t.maxStop, MIN_DELAY + 1, MAX_STOP);
        _bound("delay", t.delay, MIN_DELAY, t.maxStop - 1);
        _bound("window", t.window, MIN_WINDOW, MAX_WINDOW);
        _bound("cap", t.cap, t.maxStop, t.window / 2);
    }

    function _bound(string memory what, uint64 value, uint64 min, uint64 max) private pure {
        if (value < min || value > max) revert TimingOutOfBounds(what, value, min, max);
    }

    function _readSwitch(SwitchSetup memory setup) private view returns (Switch memory s) {
        if (setup.id == 0) revert ZeroSwitchId();
        if (_switches[setup.id].target != address(0)) revert SwitchExists(setup.id);
        if (_switchIds.length() >= MAX_SWITCHES) revert TooManySwitches(MAX_SWITCHES);
        if (setup.target == address(this)) revert TargetIsThisContract();
        if (setup.target.code.length == 0) revert NoCode(setup.target);
        if (setup.adapter.code.length == 0) revert NoCode(setup.adapter);
        bytes4 stopping = IStopAdapter(setup.adapter).stopSelector();
        bytes4 resuming = IStopAdapter(setup.adapter).resumeSelector();
        if (stopping == 0 || resuming == 0) revert ZeroSelector(setup.adapter);
        if (FundSelectors.forbidden(stopping)) revert ForbiddenSelector(stopping);
        if (FundSelectors.forbidden(resuming)) revert ForbiddenSelector(resuming);
        return Switch(setup.target, setup.adapter, stopping, resuming, 0);
    }

    function _addSwitch(SwitchSetup memory setup) private {
        _switches[setup.id] = _readSwitch(setup);
        _switchIds.add(setup.id);
    }

    function _removeSwitch(bytes32 switchId) private {
        uint256 live = _known(switchId).live;
        if (live > 0) revert SwitchInUse(switchId, live);
        delete _switches[switchId];
        _switchIds.remove(switchId);
    }

    function _requireUntil(uint64 until) private view {
        if (until <= _now()) revert UntilNotAhead(until, _now());
        if (until > _now() + _timing.maxStop) revert UntilTooFar(until, _now() + _timing.maxStop);
    }

    function _known(bytes32 switchId) private view returns (Switch storage s) {
        s = _switches[switchId];
        if (s.target == address(0)) revert UnknownSwitch(switchId);
    }

    function _inForce(bytes32 stopId) private view returns (StopRecord storage record) {
        record = _stops[stopId];
        if (record.state != StopState.InForce) revert StopNotInForce(stopId);
    }

    function _waiting(bytes32 action) private view returns (Scheduled storage order) {
        order = _scheduled[action];
        if (order.state != ScheduledState.Waiting) revert NotScheduled(action);
    }

    function _laneOf(bytes32 switchId, bytes memory args) private view returns (bytes32) {
        Switch storage s = _known(switchId);
        return _laneOf(s, IStopAdapter(s.adapter).subject(args));
    }

    function _laneOf(Switch storage s, bytes32 subject) private view returns (bytes32) {
        return keccak256(abi.encode(s.target, s.stopSelector, subject));
    }

    function _timeLeft(bytes32 lane) private view returns (uint64) {
        StoppedTime.History storage h = _history[lane];
        Timing memory t = _timing;
        bytes32 live = _liveStop[lane];
        if (live == 0) return h.longest(h.all.length, _now(), _now(), t.window, t.cap, t.maxStop);
        StopRecord storage record = _stops[live];
        return h.longest(h.all.length - 1, record.from, record.until, t.window, t.cap, t.maxStop);
    }

    function _now() private view returns (uint64) {
        return uint64(block.timestamp);
    }
}
