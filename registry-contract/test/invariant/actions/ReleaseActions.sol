// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReasons} from "../../../contracts/interfaces/IReasons.sol";
import {IReleases} from "../../../contracts/interfaces/IReleases.sol";
import {Publications} from "./Publications.sol";

/// @notice Versions are written, and their status changes.
abstract contract ReleaseActions is Publications {
    bytes32 private constant SET_STATUS = keccak256(
        "SetStatus(bytes32 model,bytes32 version,uint8 from,uint8 to,uint64 seq,uint8 reason,bytes32 reportDigest,uint256 nonce,uint256 deadline)"
    );

    function publish(uint256 seed) external drawing(seed) {
        Plan memory plan = _plan();
        address actor = _likely(plan.namespace);
        bool done = _mayPublish(plan, actor) && _isRecorded(plan);
        if (_draw(3) != 0) {
            done = _act(actor, abi.encodeCall(registry.publish, (plan.publication)), done);
        } else {
            Draft memory draft = _draft(actor);
            bytes32 hash = _hash(plan.publication, draft.authorization);
            bytes memory call = abi.encodeCall(registry.publishBySig, (plan.publication, _seal(draft, hash)));
            done = _actSigned(call, draft, done);
        }
        if (done) _published(plan, actor);
    }

    /// @dev What publishers do: all segments or pages and the release, together or not at all.
    function recordAndPublish(uint256 seed) external drawing(seed) {
        Plan memory plan = _plan();
        address actor = _likely(plan.namespace);
        if (_act(actor, abi.encodeCall(registry.multicall, (_calls(plan))), _mayPublish(plan, actor))) {
            _recorded(plan);
            _published(plan, actor);
        }
    }

    function setStatus(uint256 seed) external drawing(seed) {
        if (releases.length == 0) return;
        bytes32 id = releases[_draw(releases.length)];
        ReleaseGhost storage ghost = releaseGhosts[id];
        IReleases.StatusChange memory change = IReleases.StatusChange({
            model: ghost.model,
            version: ghost.record.version,
            from: _rarely() ? IReleases.Status(_draw(4)) : ghost.record.status,
            to: _target(ghost.record.status),
            seq: ghost.record.statusSeq + (_rarely() ? 1 : 0),
            reason: IReasons.Reason(_draw(9)),
            reportDigest: bytes32(seed)
        });
        address actor = _likely(modelGhosts[ghost.model].namespace);
        if (!_change(change, actor, _mayChange(ghost, change, actor))) return;
        (ghost.record.status, ghost.record.reason) = (change.to, change.reason);
        ghost.record.statusSeq++;
        ghost.changedBlock = uint64(block.number);
    }

    /// @dev Mostly another one.
    function _target(IReleases.Status from) private returns (IReleases.Status) {
        if (_rarely()) return _draw(2) == 0 ? from : IReleases.Status.Revoked;
        return IReleases.Status((uint256(from) + 1 + _draw(2)) % 3);
    }

    function _change(IReleases.StatusChange memory change, address actor, bool allowed) private returns (bool) {
        if (_draw(3) != 0) return _act(actor, abi.encodeCall(registry.setStatus, (change)), allowed);
        Draft memory draft = _draft(actor);
        (uint256 nonce, uint256 deadline) = (draft.authorization.nonce, draft.authorization.deadline);
        bytes32 hash = keccak256(abi.encode(SET_STATUS, change, nonce, deadline));
        return _actSigned(abi.encodeCall(registry.setStatusBySig, (change, _seal(draft, hash))), draft, allowed);
    }

    /// @dev Revoked is the end, and the owner's alone to say, whatever happened meanwhile; whoever withdraws or brings back
    /// needs YANK.
    function _mayChange(ReleaseGhost storage ghost, IReleases.StatusChange memory change, address actor)
        private
        view
        returns (bool)
    {
        IReleases.Status now_ = ghost.record.status;
        if (now_ == IReleases.Status.Revoked || change.to == now_) return false;
        if (change.to == IReleases.Status.Revoked) return actor == _owner(modelGhosts[ghost.model].namespace);
        if (change.from != now_ || change.seq != ghost.record.statusSeq) return false;
        bool yanks = now_ == IReleases.Status.Yanked || change.to == IReleases.Status.Yanked;
        return _has(ghost.model, actor, yanks ? YANK : DEPRECATE);
    }
}
