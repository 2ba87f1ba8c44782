// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../interfaces/IAttestations.sol";
import {Releases} from "./Releases.sol";

/// @title What auditors found in the stores
abstract contract Attestations is Releases, IAttestations {
    /// @inheritdoc IAttestations
    function attest(Attestation calldata attestation) external {
        _attest(attestation, msg.sender);
    }

    /// @inheritdoc IAttestations
    function attestBatch(Attestation[] calldata attestations) external {
        for (uint256 i = 0; i < attestations.length; i++) {
            _attest(attestations[i], msg.sender);
        }
    }

    function _attest(Attestation calldata found, address auditor) internal whenNotPaused {
        uint32 chunkCount = _releaseOf(found.release).chunkCount;
        bool possible = found.checked != 0 && found.checked <= chunkCount && found.ok <= found.checked;
        if (!possible || (found.full && found.checked != chunkCount)) {
            revert AttestationInvalid(found.checked, found.ok, found.full);
        }
        Attested memory last = _attested[found.release][auditor];
        if (found.asOf <= last.asOf || found.asOf > block.number) revert AttestationOutOfOrder(found.asOf, last.asOf);

        uint48 asOf = uint48(found.asOf);
        _attested[found.release][auditor] = Attested({
            checked: found.checked,
            ok: found.ok,
            full: found.full,
            asOf: asOf,
            attestedAt: uint48(block.timestamp),
            goodAsOf: found.ok == found.checked ? asOf : last.goodAsOf
        });
        emit ReleaseAttested(
            found.release, auditor, found.checked, found.ok, found.full, found.asOf, found.reportDigest
        );
    }
}
