// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../interfaces/IChannels.sol";
import {Names} from "../lib/Names.sol";
import {Releases} from "./Releases.sol";

/// @title Movable labels that point to releases
/// @notice The manual is `IChannels`.
abstract contract Channels is Releases, IChannels {
    /// @inheritdoc IChannels
    function setChannel(ChannelMove calldata move) external returns (uint64 seq) {
        return _setChannel(move, msg.sender);
    }

    function _setChannel(ChannelMove calldata move, address actor) internal returns (uint64 seq) {
        _requireModelRole(move.model, actor, PUBLISH);
        if (!Names.isChannel(move.channel)) revert ChannelInvalid(move.channel);
        (, ReleaseRecord storage release) = _knownRelease(move.model, move.version);
        if (release.state.status() > Status.Deprecated) revert ChannelTargetWithdrawn(move.version);

        ChannelRecord storage record = _channels[move.model][move.channel];
        if (record.seq != move.seq) revert ChannelSeqMismatch(move.channel, move.seq, record.seq);
        if (move.seq == 0) _channelKeys[move.model][_models[move.model].channelCount++] = move.channel;
        seq = move.seq + 1;
        _channels[move.model][move.channel] = ChannelRecord(seq, uint64(block.number), release.number);
        emit ChannelMoved(move.model, move.channel, move.version, seq);
    }
}
