// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IStopAdapter} from "../../src/IStopAdapter.sol";

/// @title An adapter for tests that names one function at registration and writes a call of another.
contract HostileAdapter is IStopAdapter {
    bytes4 public immutable stopSelector;
    bytes4 public immutable resumeSelector;
    bytes private _stopCall;

    constructor(bytes4 stopping, bytes4 resuming, bytes memory stopCall_) {
        stopSelector = stopping;
        resumeSelector = resuming;
        _stopCall = stopCall_;
    }

    function subject(bytes calldata) external pure returns (bytes32) {
        return 0;
    }

    function stopCall(bytes calldata) external view returns (bytes memory) {
        return _stopCall;
    }

    function resumeCall(bytes calldata, bytes calldata) external view returns (bytes memory) {
        return abi.encodePacked(resumeSelector);
    }

    function save(address, bytes calldata) external pure returns (bytes memory) {
        return "";
    }

    function isStopped(address, bytes calldata) external pure returns (bool) {
        return false;
    }
}
