// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";

/// @notice A price source of one asset.
interface IPriceSource {
    function latestAnswer() external view returns (int256);
}

/// @title A price that an operator sets, for tests and demonstrations.
contract DemoPriceSource is IPriceSource {
    int256 public latestAnswer;

    constructor(int256 answer) {
        latestAnswer = answer;
    }
}

/// @title A price oracle for tests and demonstrations with the names of an Aave-style one.
/// @notice Holders of `SOURCE_ROLE` choose where an asset's price comes from.
contract DemoPriceOracle is AccessControl {
    bytes32 public constant SOURCE_ROLE = keccak256("SOURCE_ROLE");
    mapping(address asset => address) public getSourceOfAsset;

    event AssetSourceUpdated(address indexed asset, address indexed source);

    error LengthsDiffer(uint256 assets, uint256 sources);
    error NoSource(address asset);

    constructor(address admin) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(SOURCE_ROLE, admin);
    }

    function setAssetSources(address[] calldata assets, address[] calldata sources) external onlyRole(SOURCE_ROLE) {
        if (assets.length != sources.length) revert LengthsDiffer(assets.length, sources.length);
        for (uint256 i = 0; i < assets.length; i++) {
            getSourceOfAsset[assets[i]] = sources[i];
            emit AssetSourceUpdated(assets[i], sources[i]);
        }
    }

    function getAssetPrice(address asset) external view returns (uint256) {
        address source = getSourceOfAsset[asset];
        if (source == address(0)) revert NoSource(asset);
        int256 answer = IPriceSource(source).latestAnswer();
        return answer > 0 ? uint256(answer) : 0;
    }
}
