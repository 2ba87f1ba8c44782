// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What auditors found in the stores
/// @notice Anybody may attest; whoever reads chooses the auditors that he believes. Each auditor has one slot a release, which
/// says what he found last and when he last found everything right; the history is in the events.
interface IAttestations {
    /// @notice What an auditor found.
    /// @param checked chunks read back, at most those of the release
    /// @param ok those of them that were right
    /// @param full all chunks were read back
    /// @param asOf block (`block.number`: on Arbitrum that of L1) from which the sample was drawn, or at which the audit began; rises
    /// from one attestation to the next
    /// @param reportDigest SHA-256 of the report
    struct Attestation {
        bytes32 release;
        uint32 checked;
        uint32 ok;
        bool full;
        uint64 asOf;
        bytes32 reportDigest;
    }

    /// @notice An auditor's slot. All zero: he never attested.
    /// @param attestedAt block time, seconds since 1970
    /// @param goodAsOf `asOf` of his last attestation in which all that was checked was right; zero: none was
    struct Attested {
        uint32 checked;
        uint32 ok;
        bool full;
        uint48 asOf;
        uint48 attestedAt;
        uint48 goodAsOf;
    }

    /// @notice An auditor stated what he found.
    event ReleaseAttested(bytes32 indexed release, address indexed auditor, Attestation attestation);

    /// @notice Nothing checked, more right than checked, more checked than there is, or full without all.
    error AttestationInvalid(uint32 checked, uint32 ok, bool full);
    /// @notice Not after the auditor's last one (`last`), or after the present block.
    error AttestationOutOfOrder(uint64 asOf, uint64 last);

    /// @notice States what the caller found.
    function attest(Attestation calldata attestation) external;

    /// @notice States what the caller found in several releases, all or none.
    function attestBatch(Attestation[] calldata attestations) external;
}
