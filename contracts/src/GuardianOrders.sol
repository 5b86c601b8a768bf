// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice What guardians sign. `power` is keccak256 of the power's id, `reason` the hash of the reason's words,
/// `action` the hash of the control plane's action: unique per use, so it is nonce and, of a stop, its id.
/// An order counts only before `validBefore` (unix seconds).
struct StopOrder {
    bytes32 switchId;
    bytes args;
    bytes32 power;
    bytes32 action;
    bytes32 reason;
    uint64 until;
    uint64 validBefore;
}

/// @notice Ends the stop `stop` before its time.
struct ResumeOrder {
    bytes32 stop;
    bytes32 power;
    bytes32 action;
    bytes32 reason;
    uint64 validBefore;
}

/// @notice Lets the stop `stop` end later, at `until`.
struct ExtendOrder {
    bytes32 stop;
    uint64 until;
    bytes32 power;
    bytes32 action;
    bytes32 reason;
    uint64 validBefore;
}

/// @notice Changes the guardian itself; `change` is abi.encode(uint8 kind, bytes payload), see TimeBoxedGuardian.
struct ChangeOrder {
    bytes change;
    bytes32 power;
    bytes32 action;
    bytes32 reason;
    uint64 validBefore;
}

/// @title EIP-712 struct hashes of the orders.
/// @dev The type strings are an interface: people sign them in wallets and software computes the same digests.
library OrderHash {
    bytes32 internal constant STOP = keccak256(
        "Stop(bytes32 switchId,bytes args,bytes32 power,bytes32 action,bytes32 reason,uint64 until,uint64 validBefore)"
    );
    bytes32 internal constant RESUME =
        keccak256("Resume(bytes32 stop,bytes32 power,bytes32 action,bytes32 reason,uint64 validBefore)");
    bytes32 internal constant EXTEND =
        keccak256("Extend(bytes32 stop,uint64 until,bytes32 power,bytes32 action,bytes32 reason,uint64 validBefore)");
    bytes32 internal constant CHANGE =
        keccak256("Change(bytes change,bytes32 power,bytes32 action,bytes32 reason,uint64 validBefore)");
    bytes32 internal constant CANCEL = keccak256("Cancel(bytes32 action)");

    function ofStop(StopOrder calldata o) internal pure returns (bytes32) {
        bytes32 args = keccak256(o.args);
        return keccak256(abi.encode(STOP, o.switchId, args, o.power, o.action, o.reason, o.until, o.validBefore));
    }

    function ofResume(ResumeOrder calldata o) internal pure returns (bytes32) {
        return keccak256(abi.encode(RESUME, o.stop, o.power, o.action, o.reason, o.validBefore));
    }

    function ofExtend(ExtendOrder calldata o) internal pure returns (bytes32) {
        return keccak256(abi.encode(EXTEND, o.stop, o.until, o.power, o.action, o.reason, o.validBefore));
    }

    function ofChange(ChangeOrder calldata o) internal pure returns (bytes32) {
        return keccak256(abi.encode(CHANGE, keccak256(o.change), o.power, o.action, o.reason, o.validBefore));
    }

    function ofCancel(bytes32 action) internal pure returns (bytes32) {
        return keccak256(abi.encode(CANCEL, action));
    }
}
