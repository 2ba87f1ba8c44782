// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {ISignedActions} from "../../contracts/interfaces/ISignedActions.sol";
import {AnyState} from "./AnyState.sol";
import {Facts, Place} from "./OpenRegistry.sol";

/// @notice The status machine: which statuses follow each other, and who may say so.
/// @custom:halmos --default-bytes-lengths 65
contract StatusProof is AnyState {
    uint8 private constant YANKED = 2;
    uint8 private constant REVOKED = 3;

    function check_Status(address caller, IReleases.StatusChange calldata change) external {
        (Place memory place, Facts memory before) = _before(caller, change);
        vm.prank(caller);
        registry.setStatus(change);
        _assertTransition(caller, change, place, before);
    }

    function checkDeep_SignedStatus(
        IReleases.StatusChange calldata change,
        ISignedActions.Authorization calldata authorization
    ) external {
        (Place memory place, Facts memory before) = _before(authorization.signer, change);
        registry.setStatusBySig(change, authorization);
        _assertTransition(authorization.signer, change, place, before);
    }

    /// @dev The release that is meant, and what its actor has there.
    function _before(address actor, IReleases.StatusChange calldata change)
        private
        view
        returns (Place memory place, Facts memory before)
    {
        place.release = keccak256(abi.encode(change.model, change.version));
        place.model = change.model;
        place.account = actor;
        place.namespace = registry.look(place).modelNamespace;
        before = registry.look(place);
    }

    function _assertTransition(
        address actor,
        IReleases.StatusChange calldata change,
        Place memory place,
        Facts memory before
    ) private view {
        (uint8 from, uint8 to) = (_status(before), uint8(change.to));
        assert(uint160(before.state) != 0);
        assert(from != REVOKED && from != to);
        if (to == REVOKED) {
            assert(actor == _owner(before, place.namespace));
        } else {
            assert(uint8(change.from) == from && change.seq == _seq(before));
            uint32 needed = from == YANKED || to == YANKED ? YANK : DEPRECATE;
            assert(actor == _owner(before, place.namespace) || _roles(before) & needed != 0);
        }
        Facts memory later = registry.look(place);
        assert(_status(later) == to && _seq(later) == uint64(_seq(before)) + 1);
        assert(uint8(later.state >> 248) == uint8(change.reason));
        assert(_change(before, later) == 0);
    }

    function _status(Facts memory facts) private pure returns (uint8) {
        return uint8(facts.state >> 240);
    }

    function _seq(Facts memory facts) private pure returns (uint32) {
        return uint32(facts.state >> 200);
    }
}
