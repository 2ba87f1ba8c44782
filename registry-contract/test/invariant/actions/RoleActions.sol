// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRoles} from "../../../contracts/interfaces/IRoles.sol";
import {Stage} from "./Stage.sol";

/// @notice Roles are granted by owners, by delegates within their own, and resigned.
abstract contract RoleActions is Stage {
    bytes32 private constant TYPE = keccak256(
        "Grant(bytes20 namespace,bytes32 model,address account,uint32 roles,uint64 expiresAt,uint64 seq,uint256 nonce,uint256 deadline)"
    );

    function grant(uint256 seed) external drawing(seed) {
        IRoles.RoleGrant memory to;
        to.namespace = _owned();
        if (_draw(2) == 0) to.model = _rarely() ? _model() : _modelId(to.namespace, names[_draw(2)]);
        to.account = _actor();
        to.roles = uint32(_draw(_rarely() ? 64 : 32));
        to.expiresAt = _expiry();
        to.seq = grantGhosts[to.namespace][to.model][to.account].seq;
        if (_rarely()) to.seq++;
        _grant(to, _likely(to.namespace));
    }

    /// @dev Anybody may give up what he has.
    function resign(uint256 seed) external drawing(seed) {
        IRoles.RoleGrant memory to;
        to.namespace = _owned();
        to.account = _actor();
        to.seq = grantGhosts[to.namespace][to.model][to.account].seq;
        _grant(to, to.account);
    }

    function dropGrants(uint256 seed) external drawing(seed) {
        if (_draw(4) != 0) return;
        bytes20 namespace = _owned();
        address actor = _likely(namespace);
        if (_act(actor, abi.encodeCall(registry.dropGrants, (namespace)), actor == _owner(namespace))) {
            namespaceGhosts[namespace].epoch++;
        }
    }

    function _grant(IRoles.RoleGrant memory to, address actor) private {
        bool done = _mayGrant(to, actor);
        if (_draw(3) != 0) {
            done = _act(actor, abi.encodeCall(registry.grant, (to)), done);
        } else {
            Draft memory draft = _draft(actor);
            bytes32 hash = keccak256(abi.encode(TYPE, to, draft.authorization.nonce, draft.authorization.deadline));
            done = _actSigned(abi.encodeCall(registry.grantBySig, (to, _seal(draft, hash))), draft, done);
        }
        if (!done) return;
        uint32 epoch = namespaceGhosts[to.namespace].epoch;
        if (actor == _owner(to.namespace)) allowedRoles[to.namespace][epoch][to.model] |= to.roles;
        grantGhosts[to.namespace][to.model][to.account] = GrantGhost(to.roles, epoch, to.expiresAt, to.seq + 1);
    }

    function _mayGrant(IRoles.RoleGrant memory to, address actor) private view returns (bool) {
        if (to.roles > ALL_ROLES) return false;
        if (to.model != 0 && modelGhosts[to.model].namespace != to.namespace) return false;
        if (to.seq != grantGhosts[to.namespace][to.model][to.account].seq) return false;
        if (actor == _owner(to.namespace)) return true;
        if (actor == to.account) return to.roles == 0;
        if (_granted(to.namespace, 0, actor) & ADMIN != 0) return _isWithin(to, grantGhosts[to.namespace][0][actor]);
        if (_granted(to.namespace, to.model, actor) & ADMIN == 0) return false;
        return _isWithin(to, grantGhosts[to.namespace][to.model][actor]);
    }

    /// @dev What is given and what is taken away; nothing lasts longer.
    function _isWithin(IRoles.RoleGrant memory to, GrantGhost storage own) private view returns (bool) {
        uint32 passable = own.roles - ADMIN;
        if (to.roles | passable != passable) return false;
        if (_granted(to.namespace, to.model, to.account) | passable != passable) return false;
        return to.roles == 0 || to.expiresAt <= own.expiresAt;
    }

    function _expiry() private returns (uint64) {
        uint256 kind = _draw(4);
        if (kind == 0) return type(uint64).max;
        return uint64(block.timestamp + (kind == 1 ? _draw(3) : _draw(3 days)));
    }
}
