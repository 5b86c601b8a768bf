// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IStopAdapter, MalformedArgs} from "../IStopAdapter.sol";

/// @notice The part of an Aave-style price oracle that names the source of each asset's price.
interface IAssetSources {
    function setAssetSources(address[] calldata assets, address[] calldata sources) external;
    function getSourceOfAsset(address asset) external view returns (address);
}

/// @title Switches one asset's price to one source agreed on beforehand, and back. `args` are empty.
/// @notice Asset and source are fixed when the adapter is deployed: guardians choose when, never what.
contract OracleSourceAdapter is IStopAdapter {
    address public immutable asset;
    address public immutable source;

    error ZeroAsset();
    error SourceWithoutCode(address source);

    constructor(address asset_, address source_) {
        if (asset_ == address(0)) revert ZeroAsset();
        if (source_.code.length == 0) revert SourceWithoutCode(source_);
        asset = asset_;
        source = source_;
    }

    function stopSelector() external pure returns (bytes4) {
        return IAssetSources.setAssetSources.selector;
    }

    function resumeSelector() external pure returns (bytes4) {
        return IAssetSources.setAssetSources.selector;
    }

    function subject(bytes calldata args) external view returns (bytes32) {
        if (args.length != 0) revert MalformedArgs(args.length, 0);
        return bytes32(uint256(uint160(asset)));
    }

    function stopCall(bytes calldata) external view returns (bytes memory) {
        return _sourceCall(source);
    }

    function resumeCall(bytes calldata, bytes calldata saved) external view returns (bytes memory) {
        return _sourceCall(abi.decode(saved, (address)));
    }

    function save(address target, bytes calldata) external view returns (bytes memory) {
        return abi.encode(IAssetSources(target).getSourceOfAsset(asset));
    }

    function isStopped(address target, bytes calldata) external view returns (bool) {
        return IAssetSources(target).getSourceOfAsset(asset) == source;
    }

    function _sourceCall(address to) private view returns (bytes memory) {
        address[] memory assets = new address[](1);
        address[] memory sources = new address[](1);
        assets[0] = asset;
        sources[0] = to;
        return abi.encodeCall(IAssetSources.setAssetSources, (assets, sources));
    }
}
