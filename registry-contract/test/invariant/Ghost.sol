// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../../contracts/interfaces/IAttestations.sol";
import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {Domain} from "./Domain.sol";

/// @notice What the registry should hold, kept as plainly as possible: whole records, lists of what happened.
abstract contract Ghost is Domain {
    struct NamespaceGhost {
        address owner;
        address pendingOwner;
        address statementKey;
        uint32 epoch;
        bytes32[] models;
    }

    struct GrantGhost {
        uint32 roles;
        uint32 epoch;
        uint64 expiresAt;
        uint64 seq;
    }

    struct ModelGhost {
        bytes20 namespace;
        string name;
        bool exists;
        bool inactive;
        uint64 changedBlock;
        bytes32[] versions;
        bytes32[] channels;
    }

    /// @dev `fixedHash` is of what the registry answered right after the publication.
    struct ReleaseGhost {
        IReleases.Release record;
        bytes32 model;
        bytes32 fixedHash;
        bytes32 leaf;
        uint64 changedBlock;
    }

    struct ChannelGhost {
        bytes32 version;
        uint64 seq;
        uint64 changedBlock;
    }

    mapping(bytes20 namespace => NamespaceGhost) internal namespaceGhosts;
    mapping(bytes32 commitment => uint256 madeAt) internal commitmentGhosts;
    mapping(bytes20 namespace => mapping(bytes32 model => mapping(address account => GrantGhost))) internal grantGhosts;
    mapping(bytes32 model => ModelGhost) internal modelGhosts;
    mapping(bytes32 release => ReleaseGhost) internal releaseGhosts;
    mapping(bytes32 model => mapping(bytes32 channel => ChannelGhost)) internal channelGhosts;
    mapping(bytes32 release => mapping(address auditor => IAttestations.Attested)) internal auditGhosts;
    mapping(address signer => mapping(uint192 lane => uint64 next)) internal nonceGhosts;
    mapping(bytes32 root => mapping(uint256 count => uint256 blockNumber)) internal segmentGhosts;
    mapping(bytes32 root => mapping(uint256 count => address store)) internal pageGhosts;

    /// @dev All roles that owners ever granted in an epoch, in a scope: no delegate may ever have another.
    mapping(bytes20 namespace => mapping(uint32 epoch => mapping(bytes32 model => uint32 roles))) internal allowedRoles;

    bytes20[] internal listedNamespaces;
    bytes32[] internal releases;
    bool internal pausedGhost;
    address internal successorGhost;

    uint32 internal constant PUBLISH = 1;
    uint32 internal constant DEPRECATE = 2;
    uint32 internal constant YANK = 4;
    uint32 internal constant ADMIN = 16;
    uint32 internal constant ALL_ROLES = 31;

    function _owner(bytes20 namespace) internal view returns (address owner) {
        owner = namespaceGhosts[namespace].owner;
        return owner == address(0) ? address(namespace) : owner;
    }

    /// @dev By the grant of this scope alone, now.
    function _granted(bytes20 namespace, bytes32 model, address account) internal view returns (uint32) {
        GrantGhost storage grant = grantGhosts[namespace][model][account];
        if (grant.epoch != namespaceGhosts[namespace].epoch) return 0;
        if (block.timestamp >= grant.expiresAt) return 0;
        return grant.roles;
    }

    function _roles(bytes20 namespace, bytes32 model, address account) internal view returns (uint32) {
        if (account == _owner(namespace)) return ALL_ROLES;
        return _granted(namespace, 0, account) | _granted(namespace, model, account);
    }

    function _has(bytes32 model, address account, uint32 role) internal view returns (bool) {
        ModelGhost storage ghost = modelGhosts[model];
        return ghost.exists && _roles(ghost.namespace, model, account) & role != 0;
    }

    /// @dev Three of four times the owner, if he acts at all; or else anybody.
    function _likely(bytes20 namespace) internal returns (address) {
        address owner = _owner(namespace);
        for (uint256 i = _draw(4) / 3 * actors.length; i < actors.length; i++) {
            if (actors[i] == owner) return owner;
        }
        return _actor();
    }
}
