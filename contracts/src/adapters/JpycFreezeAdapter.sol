// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccountFreezeAdapter} from "./AccountFreezeAdapter.sol";

/// @notice The freezing of JPYC-family tokens.
interface IBlocklistingToken {
    function blocklist(address account) external;
    function unBlocklist(address account) external;
    function isBlocklisted(address account) external view returns (bool);
}

/// @title Freezes one account of a JPYC-family token. `args` are abi.encode(address account).
contract JpycFreezeAdapter is AccountFreezeAdapter {
    function stopSelector() public pure override returns (bytes4) {
        return IBlocklistingToken.blocklist.selector;
    }

    function resumeSelector() public pure override returns (bytes4) {
        return IBlocklistingToken.unBlocklist.selector;
    }

    function isStopped(address target, bytes calldata args) external view override returns (bool) {
        return IBlocklistingToken(target).isBlocklisted(_account(args));
    }
}
