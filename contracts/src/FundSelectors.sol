// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title Functions that no switch may ever call.
/// @notice Everything that moves or creates value, lets another move it, or hands over control. A switch names two
/// functions of its target; this list refuses them at registration and again at each call, so that a mistaken or
/// malicious adapter can not turn the power to stop into the power to take.
library FundSelectors {
    function forbidden(bytes4 s) internal pure returns (bool) {
        return movesTokens(s) || movesByPermission(s) || takesOut(s) || handsOverControl(s) || callsAnything(s);
    }

    function movesTokens(bytes4 s) internal pure returns (bool) {
        return s == bytes4(keccak256("transfer(address,uint256)"))
            || s == bytes4(keccak256("transferFrom(address,address,uint256)"))
            || s == bytes4(keccak256("safeTransferFrom(address,address,uint256)"))
            || s == bytes4(keccak256("safeTransferFrom(address,address,uint256,bytes)"))
            || s == bytes4(keccak256("safeTransferFrom(address,address,uint256,uint256,bytes)"))
            || s == bytes4(keccak256("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)"))
            || s == bytes4(keccak256("transferAndCall(address,uint256)"))
            || s == bytes4(keccak256("transferAndCall(address,uint256,bytes)"))
            || s == bytes4(keccak256("transferFromAndCall(address,address,uint256)"))
            || s == bytes4(keccak256("send(address,uint256,bytes)"))
            || s == bytes4(keccak256("operatorSend(address,address,uint256,bytes,bytes)"))
            || s == bytes4(keccak256("mint(address,uint256)")) || s == bytes4(keccak256("mint(uint256)"))
            || s == bytes4(keccak256("burn(uint256)")) || s == bytes4(keccak256("burn(address,uint256)"))
            || s == bytes4(keccak256("burnFrom(address,uint256)"));
    }

    function movesByPermission(bytes4 s) internal pure returns (bool) {
        return s == bytes4(keccak256("approve(address,uint256)"))
            || s == bytes4(keccak256("increaseAllowance(address,uint256)"))
            || s == bytes4(keccak256("decreaseAllowance(address,uint256)"))
            || s == bytes4(keccak256("approveAndCall(address,uint256)"))
            || s == bytes4(keccak256("approveAndCall(address,uint256,bytes)"))
            || s == bytes4(keccak256("setApprovalForAll(address,bool)"))
            || s == bytes4(keccak256("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"))
            || s == bytes4(keccak256("permit(address,address,uint256,uint256,bytes)"))
            || s == bytes4(keccak256("transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"))
            || s == bytes4(keccak256("transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"))
            || s == bytes4(keccak256("receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"))
            || s == bytes4(keccak256("receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"));
    }

    function takesOut(bytes4 s) internal pure returns (bool) {
        return s == bytes4(keccak256("withdraw(uint256)")) || s == bytes4(keccak256("withdraw(address,uint256)"))
            || s == bytes4(keccak256("withdraw(address,uint256,address)"))
            || s == bytes4(keccak256("withdraw(uint256,address,address)"))
            || s == bytes4(keccak256("withdrawTo(address,uint256)"))
            || s == bytes4(keccak256("redeem(uint256)")) || s == bytes4(keccak256("redeem(uint256,address,address)"))
            || s == bytes4(keccak256("sweep(address)"))
            || s == bytes4(keccak256("rescueERC20(address,address,uint256)"))
            || s == bytes4(keccak256("seize(address,address,uint256)"))
            || s == bytes4(keccak256("wipeFrozenAddress(address)"));
    }

    function handsOverControl(bytes4 s) internal pure returns (bool) {
        return s == bytes4(keccak256("transferOwnership(address)")) || s == bytes4(keccak256("renounceOwnership()"))
            || s == bytes4(keccak256("acceptOwnership()"))
            || s == bytes4(keccak256("upgradeTo(address)")) || s == bytes4(keccak256("upgradeToAndCall(address,bytes)"))
            || s == bytes4(keccak256("changeAdmin(address)"))
            || s == bytes4(keccak256("grantRole(bytes32,address)"))
            || s == bytes4(keccak256("revokeRole(bytes32,address)"))
            || s == bytes4(keccak256("renounceRole(bytes32,address)"))
            || s == bytes4(keccak256("configureMinter(address,uint256)"))
            || s == bytes4(keccak256("updateMasterMinter(address)"))
            || s == bytes4(keccak256("updateMinterAdmin(address)"))
            || s == bytes4(keccak256("updatePauser(address)")) || s == bytes4(keccak256("updateBlacklister(address)"))
            || s == bytes4(keccak256("updateBlocklister(address)"))
            || s == bytes4(keccak256("updateRescuer(address)"));
    }

    function callsAnything(bytes4 s) internal pure returns (bool) {
        return s == bytes4(keccak256("execute(address,uint256,bytes)"))
            || s == bytes4(keccak256("execute(address,bytes)"))
            || s == bytes4(keccak256("multicall(bytes[])"))
            || s == bytes4(keccak256("execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)"))
            || s == bytes4(keccak256("execTransactionFromModule(address,uint256,bytes,uint8)"));
    }
}
