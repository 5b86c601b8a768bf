// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IStopAdapter, MalformedArgs} from "../IStopAdapter.sol";

/// @notice The pause of FiatToken-family and JPYC-family tokens, which share these names.
interface IPausableToken {
    function pause() external;
    function unpause() external;
    function paused() external view returns (bool);
}

/// @title Stops all transfers of a token. `args` are empty.
contract PauseAdapter is IStopAdapter {
    function stopSelector() external pure returns (bytes4) {
        return IPausableToken.pause.selector;
    }

    function resumeSelector() external pure returns (bytes4) {
        return IPausableToken.unpause.selector;
    }

    function subject(bytes calldata args) external pure returns (bytes32) {
        if (args.length != 0) revert MalformedArgs(args.length, 0);
        return bytes32(0);
    }

    function stopCall(bytes calldata) external pure returns (bytes memory) {
        return abi.encodeCall(IPausableToken.pause, ());
    }

    function resumeCall(bytes calldata, bytes calldata) external pure returns (bytes memory) {
        return abi.encodeCall(IPausableToken.unpause, ());
    }

    function save(address, bytes calldata) external pure returns (bytes memory) {
        return "";
    }

    function isStopped(address target, bytes calldata) external view returns (bool) {
        return IPausableToken(target).paused();
    }
}
