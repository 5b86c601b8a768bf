// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";

/// @title Counts redemptions per day against a limit, for tests and demonstrations.
/// @notice Holders of `LIMIT_ROLE` set the limit. Pays nothing out: redeeming is only counted.
contract DemoRedemptionDesk is AccessControl {
    bytes32 public constant LIMIT_ROLE = keccak256("LIMIT_ROLE");
    uint256 public redemptionLimit;
    mapping(uint256 day => uint256) public redeemedOn;

    event RedemptionLimitSet(uint256 limit);
    event Redeemed(address indexed holder, uint256 amount);

    error LimitReached(uint256 asked, uint256 left);

    constructor(address admin, uint256 limit) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(LIMIT_ROLE, admin);
        redemptionLimit = limit;
    }

    function setRedemptionLimit(uint256 limit) external onlyRole(LIMIT_ROLE) {
        redemptionLimit = limit;
        emit RedemptionLimitSet(limit);
    }

    function requestRedemption(uint256 amount) external {
        uint256 used = redeemedOn[block.timestamp / 1 days];
        uint256 left = used < redemptionLimit ? redemptionLimit - used : 0;
        if (amount > left) revert LimitReached(amount, left);
        redeemedOn[block.timestamp / 1 days] = used + amount;
        emit Redeemed(msg.sender, amount);
    }
}
