// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRoles} from "../interfaces/IRoles.sol";
import {Namespaces} from "./Namespaces.sol";

/// @title Who may write for an owner
/// @notice The manual is `IRoles`.
abstract contract Roles is Namespaces, IRoles {
    /// @inheritdoc IRoles
    function grant(RoleGrant calldata roleGrant) external {
        _grant(roleGrant, msg.sender);
    }

    /// @inheritdoc IRoles
    function dropGrants(bytes20 namespace) external {
        _requireOwner(namespace, msg.sender);
        emit GrantsDropped(namespace, ++_namespaces[namespace].epoch);
    }

    function _grant(RoleGrant calldata to, address actor) internal {
        if (to.roles & ~ALL_ROLES != 0) revert RolesUnknown(to.roles);
        if (to.model != 0 && _models[to.model].namespace != to.namespace) {
            revert ModelNotInNamespace(to.namespace, to.model);
        }
        GrantRecord storage record = _grants[to.namespace][to.model][to.account];
        if (record.seq != to.seq) revert GrantSeqMismatch(to.account, to.seq, record.seq);
        bool resigns = actor == to.account && to.roles == 0;
        if (!resigns && actor != _ownerOf(to.namespace)) _requireWithin(to, actor);

        record.roles = to.roles;
        record.epoch = _namespaces[to.namespace].epoch;
        record.expiresAt = to.expiresAt;
        record.seq = to.seq + 1;
        emit RolesGranted(to.namespace, to.model, to.account, to.roles, to.expiresAt, to.seq + 1);
    }

    function _requireRole(bytes20 namespace, bytes32 model, address actor, uint32 role) internal view {
        if (_rolesOf(namespace, model, actor) & role == 0) revert RoleMissing(namespace, model, actor, role);
    }

    /// @dev What a delegate gives or takes away lies within his own grant (see `IRoles`): the one with ADMIN, and of two the
    /// namespace's.
    function _requireWithin(RoleGrant calldata to, address actor) private view {
        bytes32 scope = _rolesIn(to.namespace, 0, actor) & ADMIN != 0 ? bytes32(0) : to.model;
        uint32 own = _rolesIn(to.namespace, scope, actor);
        if (own & ADMIN == 0) revert RoleMissing(to.namespace, to.model, actor, ADMIN);
        uint32 touched = to.roles | _rolesIn(to.namespace, to.model, to.account);
        bool longer = to.roles != 0 && to.expiresAt > _grants[to.namespace][scope][actor].expiresAt;
        if (actor == to.account || longer || touched & ~(own ^ ADMIN) != 0) {
            revert GrantRefused(actor, to.account, to.roles);
        }
    }
}
