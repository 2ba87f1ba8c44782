// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../../../contracts/interfaces/IAttestations.sol";
import {IReleases} from "../../../contracts/interfaces/IReleases.sol";
import {IRoles} from "../../../contracts/interfaces/IRoles.sol";
import {RecordChecks} from "./RecordChecks.sol";

/// @notice Rights, digests, audits and what is spent: what the getters say against the ghost.
abstract contract Checks is RecordChecks {
    /// @notice Everybody has the roles that he was given, for the time he was given them, and nobody has a role that no owner
    /// ever gave to anybody in that scope. One namespace after the other, since a wrong right stays.
    function checkRights() external view {
        bytes20 namespace = namespaceIds[turn % namespaceIds.length];
        for (uint256 i = 0; i < actors.length; i++) {
            assertEq(registry.rolesOf(namespace, 0, actors[i]), _roles(namespace, 0, actors[i]));
            _checkGrant(namespace, 0, actors[i]);
            for (uint256 j = 0; j < 2; j++) {
                _checkModelRights(namespace, _modelId(namespace, names[j]), actors[i]);
            }
        }
    }

    /// @notice Digests lie where they were recorded, and a release in code reads back. One content and one release after the
    /// other.
    function checkDigests() external view {
        bytes32 leaf = sha256(abi.encode(turn % 2));
        uint256 small = turn / 2 % 4;
        _checkUnit(leaf, small == 0 ? SEGMENT : small, small == 0 ? PAGE : small);
        if (releases.length == 0) return;
        bytes32 id = releases[turn % releases.length];
        ReleaseGhost storage ghost = releaseGhosts[id];
        if (ghost.record.mode != IReleases.RecordMode.CODE) return;
        assertEq(registry.chunkDigest(id, 0), ghost.leaf);
        assertEq(registry.chunkDigest(id, ghost.record.chunkCount - 1), ghost.leaf);
    }

    /// @notice Auditors' slots say what they said last; the last good audit is the latest of them.
    function checkAudits() external view {
        for (uint256 i = 0; i < releases.length; i++) {
            bytes32 id = releases[i];
            IAttestations.Attested[] memory rows = registry.attestedBy(id, actors);
            (address best, uint64 bestAsOf) = (address(0), 0);
            for (uint256 j = 0; j < actors.length; j++) {
                IAttestations.Attested storage ghost = auditGhosts[id][actors[j]];
                assertEq(keccak256(abi.encode(rows[j])), keccak256(abi.encode(ghost)));
                if (ghost.goodAsOf > bestAsOf) (best, bestAsOf) = (actors[j], ghost.goodAsOf);
            }
            (address auditor, uint64 asOf) = registry.lastGoodAudit(id, actors);
            assertEq(auditor, best);
            assertEq(asOf, bestAsOf);
        }
    }

    /// @notice Nonces count the signed actions that happened, commitments wait until they are used; pause and successor are as
    /// the administrators left them.
    function checkSpent() external view {
        for (uint256 i = 0; i < actors.length; i++) {
            for (uint192 lane = 0; lane < 2; lane++) {
                assertEq(registry.nonces(actors[i], lane), (uint256(lane) << 64) | nonceGhosts[actors[i]][lane]);
            }
        }
        for (uint256 i = 0; i < actors.length; i++) {
            for (uint256 j = 0; j < FREE_LABELS; j++) {
                bytes32 commitment = keccak256(abi.encode(labels[j], actors[i], SALT));
                assertEq(registry.commitmentMadeAt(commitment), commitmentGhosts[commitment]);
            }
        }
        assertTrue(registry.paused() == pausedGhost, "paused as the guardian left it");
        assertEq(registry.successor(), successorGhost);
    }

    function _checkUnit(bytes32 leaf, uint256 segment, uint256 page) private view {
        bytes32[] memory roots = new bytes32[](1);
        roots[0] = _root(leaf, segment);
        assertEq(registry.segmentBlocks(roots, uint64(segment))[0], segmentGhosts[roots[0]][segment]);
        roots[0] = _root(leaf, page);
        address store = pageGhosts[roots[0]][page];
        assertEq(registry.pageStores(roots, uint64(page))[0], store);
        if (store == address(0)) return;
        assertEq(store.codehash, keccak256(bytes.concat(hex"00", _packed(leaf, page))));
    }

    function _checkModelRights(bytes20 namespace, bytes32 model, address account) private view {
        uint32 roles = registry.rolesOf(namespace, model, account);
        assertEq(roles, _roles(namespace, model, account));
        bool exists = modelGhosts[model].exists;
        assertTrue(registry.mayAdminister(model, account) == (exists && roles & ADMIN != 0), "who may administer");
        _checkGrant(namespace, model, account);
        if (account == _owner(namespace)) return;
        mapping(bytes32 => uint32) storage allowed = allowedRoles[namespace][namespaceGhosts[namespace].epoch];
        assertEq(roles & ~(allowed[0] | allowed[model]), 0);
    }

    function _checkGrant(bytes20 namespace, bytes32 model, address account) private view {
        GrantGhost storage ghost = grantGhosts[namespace][model][account];
        IRoles.RoleGrant memory answer = registry.grantOf(namespace, model, account);
        bool stands = ghost.epoch == namespaceGhosts[namespace].epoch;
        assertEq(answer.roles, stands ? ghost.roles : 0);
        assertEq(answer.expiresAt, ghost.expiresAt);
        assertEq(answer.seq, ghost.seq);
    }
}
