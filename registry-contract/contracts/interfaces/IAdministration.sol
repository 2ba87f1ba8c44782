// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the administrators of the registry can do, and all they can do
/// @notice Who they are, and after which delay each of these calls takes effect, an OpenZeppelin AccessManager says: they call
/// its `execute`, and it calls the registry. Without one (authority zero) there are none, for ever. They can't change or
/// remove a record, move a channel, take a namespace, act for its owner, or stop a read.
interface IAdministration {
    /// @notice The registry began; who stands behind it never changes. Zero: nobody.
    event AuthoritySet(address indexed authority);

    /// @notice From now on clients may move to another registry, knowingly; this one goes on.
    event SuccessorAnnounced(address indexed successor);

    /// @notice The authority calls each function by itself, since it decides by function who may and when.
    error MulticallRefused(address caller);
    /// @notice Only the AccessManager may do this, in the name of whoever it lets.
    error NotAuthority(address caller);
    /// @notice A successor was announced already; it stays.
    error SuccessorStands(address successor);
    /// @notice A successor is a contract, and another one than this.
    error SuccessorInvalid(address successor);

    /// @notice Refuses new namespaces, models, segments (new logs of old ones too), pages and releases, until `unpause`. Status,
    /// channels, attestations, grants and transfers go on, so that damage can be found and contained.
    function pause() external;

    /// @notice Undoes `pause`.
    function unpause() external;

    /// @notice Keeps a free label for `holder`, who takes it by `acceptNamespace`. Where that is this contract, nobody can take
    /// it; zero frees it.
    function reserveNamespace(string calldata label, address holder) external;

    /// @notice Names the registry that comes after this one, once and for ever. Clients don't follow by themselves.
    function announceSuccessor(address successor) external;

    /// @notice The AccessManager; zero: no administrators, for ever.
    function authority() external view returns (address);

    /// @notice Whether `pause` holds.
    function paused() external view returns (bool);
}
