// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Who the guardians are, and whether enough of them signed.
/// @notice Two quorums: the small one stops (being wrong costs a bounded time), the large one does what outlives a
/// stop. Both are reachable at all times: every set that breaks this is refused.
abstract contract GuardianSet is EIP712 {
    uint256 public constant MIN_GUARDIANS = 3;
    /// @notice Bounds the gas of a rotation, which writes every guardian.
    uint256 public constant MAX_GUARDIANS = 32;
    /// @notice One person alone never stops.
    uint256 public constant MIN_QUORUM = 2;

    address[] private _guardians;
    mapping(address guardian => bool) public isGuardian;
    uint16 internal _quorum;
    uint16 internal _largeQuorum;
    /// @notice Counts rotations: what was scheduled under an earlier set of guardians is void.
    uint64 public epoch;

    error GuardianCountOutOfBounds(uint256 count, uint256 min, uint256 max);
    error GuardiansNotAscending(address guardian);
    error GuardianIsThisContract();
    error QuorumTooSmall(uint256 quorum, uint256 min);
    error LargeQuorumNotLarger(uint256 largeQuorum, uint256 quorum);
    error QuorumUnreachable(uint256 largeQuorum, uint256 guardians);
    error SignatureCountMismatch(uint256 signers, uint256 signatures);
    error QuorumNotReached(uint256 signers, uint256 needed);
    error SignersNotAscending(address signer);
    error NotAGuardian(address signer);
    error BadSignature(address signer);

    /// @notice All guardians, ascending.
    function guardians() external view returns (address[] memory) {
        return _guardians;
    }

    /// @dev Refuses a set that could not act, or in which one person could.
    function _checkGuardians(address[] memory set, uint16 quorum, uint16 largeQuorum) internal view {
        if (set.length < MIN_GUARDIANS || set.length > MAX_GUARDIANS) {
            revert GuardianCountOutOfBounds(set.length, MIN_GUARDIANS, MAX_GUARDIANS);
        }
        if (quorum < MIN_QUORUM) revert QuorumTooSmall(quorum, MIN_QUORUM);
        if (largeQuorum <= quorum) revert LargeQuorumNotLarger(largeQuorum, quorum);
        if (largeQuorum > set.length) revert QuorumUnreachable(largeQuorum, set.length);
        address last = address(0);
        for (uint256 i = 0; i < set.length; i++) {
            if (set[i] <= last) revert GuardiansNotAscending(set[i]);
            if (set[i] == address(this)) revert GuardianIsThisContract();
            last = set[i];
        }
    }

    function _setGuardians(address[] memory set, uint16 quorum, uint16 largeQuorum) internal {
        _checkGuardians(set, quorum, largeQuorum);
        for (uint256 i = 0; i < _guardians.length; i++) isGuardian[_guardians[i]] = false;
        for (uint256 i = 0; i < set.length; i++) isGuardian[set[i]] = true;
        _guardians = set;
        _quorum = quorum;
        _largeQuorum = largeQuorum;
        epoch++;
    }

    /// @dev Strictly ascending signers make a duplicate impossible without a second loop.
    function _requireQuorum(
        bytes32 structHash,
        uint256 needed,
        address[] calldata signers,
        bytes[] calldata signatures
    ) internal view {
        if (signers.length != signatures.length) revert SignatureCountMismatch(signers.length, signatures.length);
        if (signers.length < needed) revert QuorumNotReached(signers.length, needed);
        bytes32 digest = _hashTypedDataV4(structHash);
        address last = address(0);
        for (uint256 i = 0; i < signers.length; i++) {
            if (signers[i] <= last) revert SignersNotAscending(signers[i]);
            _requireSignature(digest, signers[i], signatures[i]);
            last = signers[i];
        }
    }

    /// @dev The key of an account counts even where the account carries delegated code (EIP-7702): whoever holds it
    /// owns the account. A contract has no key, so its ERC-1271 answer decides.
    function _requireSignature(bytes32 digest, address signer, bytes calldata signature) internal view {
        if (!isGuardian[signer]) revert NotAGuardian(signer);
        (address recovered, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (problem == ECDSA.RecoverError.NoError && recovered == signer) return;
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) revert BadSignature(signer);
    }
}
