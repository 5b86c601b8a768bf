// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A contract guardian for tests: its signature is its owner's, until it is locked.
contract TestWallet is IERC1271 {
    address public immutable owner;
    bool public locked;

    constructor(address owner_) {
        owner = owner_;
    }

    function lock() external {
        locked = true;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bool ours = !locked && ECDSA.recover(hash, signature) == owner;
        return ours ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
