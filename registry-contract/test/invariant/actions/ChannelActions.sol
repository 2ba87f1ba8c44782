// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../../../contracts/interfaces/IChannels.sol";
import {IReleases} from "../../../contracts/interfaces/IReleases.sol";
import {Stage} from "./Stage.sol";

/// @notice Channels are created and moved.
abstract contract ChannelActions is Stage {
    bytes32 private constant TYPE = keccak256(
        "SetChannel(bytes32 model,bytes32 channel,bytes32 version,uint64 seq,uint256 nonce,uint256 deadline)"
    );

    function setChannel(uint256 seed) external drawing(seed) {
        IChannels.ChannelMove memory move;
        move.model = _model();
        bytes32[] storage known = modelGhosts[move.model].versions;
        move.version = known.length == 0 || _rarely() ? bytes32("10.0") : known[_draw(known.length)];
        move.channel = channelKeys[_rarely() ? 2 : _draw(2)];
        ChannelGhost storage ghost = channelGhosts[move.model][move.channel];
        move.seq = ghost.seq + (_rarely() ? 1 : 0);
        address actor = _likely(modelGhosts[move.model].namespace);
        if (!_move(move, actor, _mayMove(move, actor))) return;
        if (ghost.seq == 0) modelGhosts[move.model].channels.push(move.channel);
        (ghost.version, ghost.changedBlock) = (move.version, uint64(block.number));
        ghost.seq++;
    }

    function _move(IChannels.ChannelMove memory move, address actor, bool allowed) private returns (bool) {
        if (_draw(3) != 0) return _act(actor, abi.encodeCall(registry.setChannel, (move)), allowed);
        Draft memory draft = _draft(actor);
        bytes32 hash = keccak256(abi.encode(TYPE, move, draft.authorization.nonce, draft.authorization.deadline));
        return _actSigned(abi.encodeCall(registry.setChannelBySig, (move, _seal(draft, hash))), draft, allowed);
    }

    function _mayMove(IChannels.ChannelMove memory move, address actor) private view returns (bool) {
        ReleaseGhost storage release = releaseGhosts[_releaseId(move.model, move.version)];
        IReleases.Status status = release.record.status;
        bool offered = status == IReleases.Status.Active || status == IReleases.Status.Deprecated;
        return _has(move.model, actor, PUBLISH) && move.channel != channelKeys[2] && release.model != 0 && offered
            && move.seq == channelGhosts[move.model][move.channel].seq;
    }
}
