// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title A pausable target for tests that calls back into its caller, or refuses, or does nothing.
contract ReenteringToken {
    bool public paused;
    bool public deaf;
    bytes public callback;
    bool public callbackWorked;

    error Refused();

    function prepare(bytes calldata callback_, bool deaf_) external {
        callback = callback_;
        deaf = deaf_;
    }

    function pause() external {
        _callBack();
        if (!deaf) paused = true;
    }

    function unpause() external {
        if (deaf) revert Refused();
        _callBack();
        paused = false;
    }

    function _callBack() private {
        if (callback.length > 0) (callbackWorked,) = msg.sender.call(callback);
    }
}
