// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../../../contracts/interfaces/IAttestations.sol";
import {Stage} from "./Stage.sol";

/// @notice Anybody audits anything, even during a pause.
abstract contract AuditActions is Stage {
    bytes32 private constant TYPE = keccak256(
        "Attest(bytes32 release,uint32 checked,uint32 ok,bool full,uint64 asOf,bytes32 reportDigest,uint256 nonce,uint256 deadline)"
    );

    function attest(uint256 seed) external drawing(seed) {
        IAttestations.Attestation memory found = _found();
        address auditor = _actor();
        bool done = _mayAttest(found, auditor);
        if (_draw(3) != 0) {
            done = _act(auditor, abi.encodeCall(registry.attest, (found)), done);
        } else {
            Draft memory draft = _draft(auditor);
            bytes32 hash = keccak256(abi.encode(TYPE, found, draft.authorization.nonce, draft.authorization.deadline));
            done = _actSigned(abi.encodeCall(registry.attestBySig, (found, _seal(draft, hash))), draft, done);
        }
        if (done) _attested(found, auditor);
    }

    /// @dev Two at once, all or none; the second may be about the same release.
    function attestBatch(uint256 seed) external drawing(seed) {
        IAttestations.Attestation[] memory both = new IAttestations.Attestation[](2);
        (both[0], both[1]) = (_found(), _found());
        address auditor = _actor();
        bool ordered = both[0].release != both[1].release || both[1].asOf > both[0].asOf;
        bool allowed = ordered && _mayAttest(both[0], auditor) && _mayAttest(both[1], auditor);
        if (_act(auditor, abi.encodeCall(registry.attestBatch, (both)), allowed)) {
            _attested(both[0], auditor);
            _attested(both[1], auditor);
        }
    }

    /// @dev Mostly of a release, possible, and not older than a few blocks.
    function _found() private returns (IAttestations.Attestation memory found) {
        if (releases.length == 0 || _rarely()) return found;
        found.release = releases[_draw(releases.length)];
        uint32 count = uint32(releaseGhosts[found.release].record.chunkCount);
        found.full = _draw(2) == 0;
        found.checked = found.full && !_rarely() ? count : uint32(_draw(count) + (_rarely() ? _draw(3) : 1));
        found.ok = _draw(2) == 0 ? found.checked : uint32(_draw(uint256(found.checked) + 2));
        found.asOf = uint64(block.number - _draw(4) + (_rarely() ? 3 : 0));
        found.reportDigest = found.release;
    }

    function _mayAttest(IAttestations.Attestation memory found, address auditor) private view returns (bool) {
        if (releaseGhosts[found.release].model == 0) return false;
        uint64 count = releaseGhosts[found.release].record.chunkCount;
        if (found.checked == 0 || found.checked > count || found.ok > found.checked) return false;
        if (found.full && found.checked < count) return false;
        return found.asOf > auditGhosts[found.release][auditor].asOf && found.asOf <= block.number;
    }

    function _attested(IAttestations.Attestation memory found, address auditor) private {
        IAttestations.Attested storage ghost = auditGhosts[found.release][auditor];
        (ghost.checked, ghost.ok, ghost.full) = (found.checked, found.ok, found.full);
        (ghost.asOf, ghost.attestedAt) = (uint48(found.asOf), uint48(block.timestamp));
        if (found.ok == found.checked) ghost.goodAsOf = uint48(found.asOf);
    }
}
