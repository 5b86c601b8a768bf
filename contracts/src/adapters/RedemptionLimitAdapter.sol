// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IStopAdapter, MalformedArgs} from "../IStopAdapter.sol";

/// @notice A redemption desk with a limit per day.
interface IRedemptionLimit {
    function setRedemptionLimit(uint256 limit) external;
    function redemptionLimit() external view returns (uint256);
}

/// @title Lowers a redemption limit for a time. `args` are abi.encode(uint256 limit), within bounds fixed at
/// deployment; the limit found before is restored.
contract RedemptionLimitAdapter is IStopAdapter {
    uint256 public immutable lowest;
    uint256 public immutable highest;

    error BoundsReversed(uint256 lowest, uint256 highest);
    error LimitOutOfBounds(uint256 limit, uint256 lowest, uint256 highest);
    error LimitNotLower(uint256 limit, uint256 present);

    constructor(uint256 lowest_, uint256 highest_) {
        if (lowest_ > highest_) revert BoundsReversed(lowest_, highest_);
        lowest = lowest_;
        highest = highest_;
    }

    function stopSelector() external pure returns (bytes4) {
        return IRedemptionLimit.setRedemptionLimit.selector;
    }

    function resumeSelector() external pure returns (bytes4) {
        return IRedemptionLimit.setRedemptionLimit.selector;
    }

    /// @dev One subject whatever the limit: two limits can not be in force at once.
    function subject(bytes calldata args) external view returns (bytes32) {
        _limit(args);
        return bytes32(0);
    }

    function stopCall(bytes calldata args) external view returns (bytes memory) {
        return abi.encodeCall(IRedemptionLimit.setRedemptionLimit, (_limit(args)));
    }

    function resumeCall(bytes calldata, bytes calldata saved) external pure returns (bytes memory) {
        return abi.encodeCall(IRedemptionLimit.setRedemptionLimit, (abi.decode(saved, (uint256))));
    }

    /// @dev A "stop" that would raise the limit is refused here.
    function save(address target, bytes calldata args) external view returns (bytes memory) {
        uint256 present = IRedemptionLimit(target).redemptionLimit();
        uint256 limit = _limit(args);
        if (limit >= present) revert LimitNotLower(limit, present);
        return abi.encode(present);
    }

    /// @dev Equal, not below: a limit that somebody else set meanwhile is theirs and stays.
    function isStopped(address target, bytes calldata args) external view returns (bool) {
        return IRedemptionLimit(target).redemptionLimit() == _limit(args);
    }

    function _limit(bytes calldata args) private view returns (uint256 limit) {
        if (args.length != 32) revert MalformedArgs(args.length, 32);
        limit = abi.decode(args, (uint256));
        if (limit < lowest || limit > highest) revert LimitOutOfBounds(limit, lowest, highest);
    }
}
