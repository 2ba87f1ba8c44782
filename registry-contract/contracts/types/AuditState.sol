// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../interfaces/IAttestations.sol";

/// @notice An auditor's slot for a release, written as one word (see `ReleaseState`). Zero: he never attested.
/// @dev From the right: asOf 48 bits, goodAsOf 48, attestedAt 48, checked 32, ok 32, full 8.
type AuditState is uint256;

using {asOf, goodAsOf, unpack} for AuditState global;

/// @notice The slot after an attestation in this block. @param good the attestation's own block, or that of the last good one
function attested(uint32 checked, uint32 ok, bool full, uint64 from, uint64 good) view returns (AuditState) {
    uint256 blocks = uint256(uint48(from)) | uint256(uint48(good)) << 48;
    uint256 counts = uint256(checked) << 144 | uint256(ok) << 176 | (full ? 1 << 208 : 0);
    return AuditState.wrap(blocks | uint256(uint48(block.timestamp)) << 96 | counts);
}

function asOf(AuditState state) pure returns (uint64) {
    return uint48(AuditState.unwrap(state));
}

function goodAsOf(AuditState state) pure returns (uint64) {
    return uint48(AuditState.unwrap(state) >> 48);
}

function unpack(AuditState state) pure returns (IAttestations.Attested memory) {
    uint256 word = AuditState.unwrap(state);
    return IAttestations.Attested({
        checked: uint32(word >> 144),
        ok: uint32(word >> 176),
        full: word >> 208 != 0,
        asOf: uint48(word),
        attestedAt: uint48(word >> 96),
        goodAsOf: uint48(word >> 48)
    });
}
