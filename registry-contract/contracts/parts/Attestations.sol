// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../interfaces/IAttestations.sol";
import {AuditState, attested} from "../types/AuditState.sol";
import {Releases} from "./Releases.sol";

/// @title What auditors found in the stores
/// @notice The manual is `IAttestations`.
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

    /// @dev Goes on during a pause: that is when readers need the auditors most. (And the question would cost 2,100 gas.)
    function _attest(Attestation calldata found, address auditor) internal {
        (uint32 checked, uint32 ok, bool full, uint64 asOf) = (found.checked, found.ok, found.full, found.asOf);
        uint256 chunkCount = _releaseOf(found.release).chunkCount;
        if (checked == 0 || checked > chunkCount || ok > checked || (full && checked != chunkCount)) {
            revert AttestationInvalid(checked, ok, full);
        }
        AuditState last = _attested[found.release][auditor];
        if (asOf <= last.asOf() || asOf > block.number) revert AttestationOutOfOrder(asOf, last.asOf());

        _attested[found.release][auditor] = attested(checked, ok, full, asOf, ok == checked ? asOf : last.goodAsOf());
        emit ReleaseAttested(found.release, auditor, found);
    }
}
