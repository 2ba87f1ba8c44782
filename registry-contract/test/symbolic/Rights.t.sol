// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../../contracts/interfaces/IChannels.sol";
import {IReasons} from "../../contracts/interfaces/IReasons.sol";
import {IRoles} from "../../contracts/interfaces/IRoles.sol";
import {ISignedActions} from "../../contracts/interfaces/ISignedActions.sol";
import {AnyState} from "./AnyState.sol";
import {Facts, Place} from "./OpenRegistry.sol";

/// @notice Who may write: what succeeds was called, or signed, by the owner or by who had the role, here, now. Statuses and
/// publications have proofs of their own.
/// @dev Bounds: one legal channel, texts of one character, signatures of 65 bytes.
/// @custom:halmos --loop 33 --default-bytes-lengths 1 --array-lengths authorization.signature=65
contract RightsProof is AnyState {
    function check_Channel(address caller, IChannels.ChannelMove memory move) external {
        move.channel = "latest";
        (Place memory place, Facts memory before) = _of(caller, move.model);
        vm.prank(caller);
        registry.setChannel(move);
        assert(_may(caller, PUBLISH, place, before));
    }

    function checkDeep_SignedChannel(
        IChannels.ChannelMove memory move,
        ISignedActions.Authorization calldata authorization
    ) external {
        move.channel = "latest";
        (Place memory place, Facts memory before) = _of(authorization.signer, move.model);
        registry.setChannelBySig(move, authorization);
        assert(_may(authorization.signer, PUBLISH, place, before));
    }

    function check_Activity(address caller, bytes32 model, bool active, IReasons.Reason reason) external {
        (Place memory place, Facts memory before) = _of(caller, model);
        vm.prank(caller);
        registry.setModelActive(model, active, reason, 0);
        assert(_may(caller, ADMIN, place, before));
    }

    function check_Metadata(address caller, bytes32 model, bytes32 version, string calldata value) external {
        (Place memory place, Facts memory before) = _of(caller, model);
        vm.prank(caller);
        registry.setMetadata(model, version, "latest", value);
        assert(_may(caller, PUBLISH, place, before));
    }

    /// @dev Models are the namespace's, so that a role for another model does not count.
    function check_Creation(address caller) external {
        (Place memory place, Facts memory before) = _in(bytes20(keccak256("a")), 0, caller);
        vm.prank(caller);
        place.model = registry.createModel("a", "b");
        assert(registry.look(place).modelNamespace == place.namespace);
        assert(caller == _owner(before, place.namespace) || _granted(before.grant, before.epoch) & PUBLISH != 0);
    }

    function check_Grant(address caller, IRoles.RoleGrant calldata to) external {
        (Place memory place, Facts memory own, Facts memory before) = _beforeGrant(caller, to);
        vm.prank(caller);
        registry.grant(to);
        _assertGrant(caller, to, place, own, before);
    }

    function checkDeep_SignedGrant(IRoles.RoleGrant calldata to, ISignedActions.Authorization calldata authorization)
        external
    {
        address signer = authorization.signer;
        (Place memory place, Facts memory own, Facts memory before) = _beforeGrant(signer, to);
        registry.grantBySig(to, authorization);
        _assertGrant(signer, to, place, own, before);
    }

    /// @dev What ended, by its time or with its epoch, gives nothing. The registry's answer, against the words of this proof.
    function check_WhatEndedGivesNothing(Place calldata place) external view {
        Facts memory facts = registry.look(place);
        bool owns = place.account == _owner(facts, place.namespace);
        uint32 answer = registry.rolesIn(place.namespace, place.model, place.account);
        assert(answer == (owns ? 31 : place.model == 0 ? _granted(facts.grant, facts.epoch) : _roles(facts)));
    }

    /// @dev All roles of everybody go when the namespace changes hands, and when its owner drops them.
    function check_ANewEpochEndsAllGrants(Place calldata place, address caller, bool drops) external {
        Facts memory before = registry.look(place);
        // The count of changed hands is below 2^32 for ever, and no grant is of an epoch to come.
        vm.assume(uint32(before.grant >> 32) <= before.epoch && uint32(before.modelGrant >> 32) <= before.epoch);
        vm.prank(caller);
        if (drops) registry.dropGrants(place.namespace);
        else registry.acceptNamespace(place.namespace);
        assert(_roles(registry.look(place)) == 0);
    }

    /// @dev The grant that is meant, and what its giver has in the same scope.
    function _beforeGrant(address actor, IRoles.RoleGrant calldata to)
        private
        view
        returns (Place memory place, Facts memory own, Facts memory before)
    {
        (, own) = _in(to.namespace, to.model, actor);
        (place, before) = _in(to.namespace, to.model, to.account);
    }

    /// @dev Who is not the owner gives and takes away only what he has, for no longer, never ADMIN and never to himself.
    function _assertGrant(
        address actor,
        IRoles.RoleGrant calldata to,
        Place memory place,
        Facts memory own,
        Facts memory before
    ) private view {
        uint256 expected = to.roles | uint256(before.epoch) << 32 | uint256(to.expiresAt) << 64;
        uint256 scoped = to.model == 0 ? before.grant : before.modelGrant;
        Facts memory later = registry.look(place);
        // An old signed grant can't return: each counts one on.
        assert(uint64(scoped >> 128) == to.seq);
        expected |= (uint256(to.seq) + 1) << 128;
        assert((to.model == 0 ? later.grant : later.modelGrant) == expected);
        assert(to.roles <= 31 && (to.model == 0 || before.modelNamespace == to.namespace));
        if (actor == _owner(own, to.namespace)) return;
        if (actor == to.account) return assert(to.roles == 0);
        uint32 mine = _granted(own.grant, own.epoch);
        uint64 until = uint64(own.grant >> 64);
        if (mine & ADMIN == 0) (mine, until) = (_granted(own.modelGrant, own.epoch), uint64(own.modelGrant >> 64));
        assert(mine & ADMIN != 0);
        assert((to.roles | _granted(scoped, before.epoch)) & ~(mine & ~ADMIN) == 0);
        assert(to.roles == 0 || to.expiresAt <= until);
    }

    function _of(address actor, bytes32 model) private view returns (Place memory place, Facts memory before) {
        place.model = model;
        return _in(registry.look(place).modelNamespace, model, actor);
    }

    function _in(bytes20 namespace, bytes32 model, address account)
        private
        view
        returns (Place memory place, Facts memory before)
    {
        (place.namespace, place.model, place.account) = (namespace, model, account);
        before = registry.look(place);
    }

    function _may(address actor, uint32 role, Place memory place, Facts memory before) private view returns (bool) {
        assert(place.namespace != 0);
        return actor == _owner(before, place.namespace) || _roles(before) & role != 0;
    }
}
