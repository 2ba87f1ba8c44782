// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Movable labels that point to releases
/// @notice Channel: `[a-z][a-z0-9-]{0,30}`; as bytes32 it is padded with zeros on the right. A channel whose release is
/// withdrawn still points to it: readers fail rather than take the one before.
interface IChannels {
    /// @notice Where a channel points.
    /// @param seq how often the channel was set, from 1; a reader refuses one lower than it has seen
    /// @param changedBlock block in which it was last set
    struct ChannelInfo {
        bytes32 channel;
        bytes32 version;
        uint64 seq;
        uint64 changedBlock;
    }

    /// @notice Where a channel is to point.
    /// @param seq the channel's seq that the author has seen; 0 for a channel that does not exist
    struct ChannelMove {
        bytes32 model;
        bytes32 channel;
        bytes32 version;
        uint64 seq;
    }

    /// @notice A channel was created (`seq` 1) or set again.
    event ChannelMoved(bytes32 indexed model, bytes32 indexed channel, bytes32 indexed version, uint64 seq);

    /// @notice Outside the grammar above.
    error ChannelInvalid(bytes32 channel);
    /// @notice The channel was never set.
    error ChannelUnknown(bytes32 model, bytes32 channel);
    /// @notice Somebody moved the channel since the caller read it.
    error ChannelSeqMismatch(bytes32 channel, uint64 expected, uint64 actual);
    /// @notice A channel can't be set to a Yanked or Revoked release.
    error ChannelTargetWithdrawn(bytes32 version);

    /// @notice Points a channel to a version. The owner, or PUBLISH.
    function setChannel(ChannelMove calldata move) external returns (uint64 seq);
}
