// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IStopAdapter, MalformedArgs} from "../IStopAdapter.sol";

/// @title What freezing one account has in common, whatever the token calls it.
/// @notice Each account is a subject of its own: stops of different accounts are independent.
abstract contract AccountFreezeAdapter is IStopAdapter {
    error ZeroAccount();

    function stopSelector() public pure virtual returns (bytes4);

    function resumeSelector() public pure virtual returns (bytes4);

    function isStopped(address target, bytes calldata args) external view virtual returns (bool);

    function subject(bytes calldata args) external pure returns (bytes32) {
        return bytes32(uint256(uint160(_account(args))));
    }

    function stopCall(bytes calldata args) external pure returns (bytes memory) {
        return abi.encodeWithSelector(stopSelector(), _account(args));
    }

    function resumeCall(bytes calldata args, bytes calldata) external pure returns (bytes memory) {
        return abi.encodeWithSelector(resumeSelector(), _account(args));
    }

    function save(address, bytes calldata) external pure returns (bytes memory) {
        return "";
    }

    function _account(bytes calldata args) internal pure returns (address account) {
        if (args.length != 32) revert MalformedArgs(args.length, 32);
        account = abi.decode(args, (address));
        if (account == address(0)) revert ZeroAccount();
    }
}
