// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccountFreezeAdapter} from "./AccountFreezeAdapter.sol";

/// @notice The freezing of FiatToken-family tokens.
interface IBlacklistingToken {
    function blacklist(address account) external;
    function unBlacklist(address account) external;
    function isBlacklisted(address account) external view returns (bool);
}

/// @title Freezes one account of a FiatToken-family token. `args` are abi.encode(address account).
contract FiatFreezeAdapter is AccountFreezeAdapter {
    function stopSelector() public pure override returns (bytes4) {
        return IBlacklistingToken.blacklist.selector;
    }

    function resumeSelector() public pure override returns (bytes4) {
        return IBlacklistingToken.unBlacklist.selector;
    }

    function isStopped(address target, bytes calldata args) external view override returns (bool) {
        return IBlacklistingToken(target).isBlacklisted(_account(args));
    }
}
