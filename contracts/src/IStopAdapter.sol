// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title How one kind of system is stopped and let run again.
/// @notice Writes calldata and reads state; never acts. The guardian calls the target itself, and only with the two
/// selectors that the adapter named when its switch was registered. An adapter keeps no state besides immutables.
interface IStopAdapter {
    /// @notice The function of the target that stops.
    function stopSelector() external view returns (bytes4);

    /// @notice The function of the target that lets it run again.
    function resumeSelector() external view returns (bytes4);

    /// @notice What `args` are about, and a revert for malformed ones. Stops of the same target, selector and subject
    /// exclude each other and share one account of stopped time, however their `args` differ.
    function subject(bytes calldata args) external view returns (bytes32);

    /// @notice Calldata that stops.
    function stopCall(bytes calldata args) external view returns (bytes memory);

    /// @notice Calldata that undoes the stop. @param saved what `save` answered before the stop.
    function resumeCall(bytes calldata args, bytes calldata saved) external view returns (bytes memory);

    /// @notice What a resume has to restore, read before the stop; reverts where the stop would not tighten anything.
    function save(address target, bytes calldata args) external view returns (bytes memory);

    /// @notice Whether the target is in exactly the state that `stopCall` brings about.
    function isStopped(address target, bytes calldata args) external view returns (bool);
}

/// @notice `args` do not have the form that this adapter takes.
error MalformedArgs(uint256 length, uint256 expected);
