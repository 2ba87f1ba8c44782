// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReasons} from "./IReasons.sol";

/// @title Write-once versions and their status
/// @notice Version: `[0-9][0-9A-Za-z]*([.-][0-9A-Za-z]+)*`, at most 32 bytes; as bytes32 it is padded with zeros on the right.
/// A release's id is `keccak256(abi.encode(bytes32 model, bytes32 version))`, the same on every chain.
interface IReleases is IReasons {
    /// @notice What the chain holds of a release's chunk digests.
    /// @dev LOGGED: every segment was recorded, so the digests were public and `chunkRoot` is proven to be their root.
    /// ROOT_ONLY: `chunkRoot` is the publisher's claim, which every reader checks from the index of the release.
    /// CODE: as LOGGED, and contracts can read each digest; at most 65,536 chunks.
    enum RecordMode {
        LOGGED,
        ROOT_ONLY,
        CODE
    }

    /// @notice Active, Deprecated and Yanked follow each other in any order; Revoked follows any of them and is the end.
    /// @dev Readers still take a Deprecated release, take a Yanked one only by exact version, and refuse a Revoked one.
    enum Status {
        Active,
        Deprecated,
        Yanked,
        Revoked
    }

    /// @notice What a publisher states of a new version.
    /// @param manifestDigest SHA-256 of the manifest block
    /// @param chunkRoot root of the binary SHA-256 tree over the chunk digests in order, an odd node promoted
    /// @param chunkCount digests under `chunkRoot`, 1 to 4,000,000
    /// @param byteCount sum of the file sizes
    /// @param homeChainId the chain whose registry decides about this release, by the publisher's word; zero: this one. Elsewhere it
    /// is a mirror, which proves nothing about its home: owners of one name may differ from chain to chain
    /// @param base id of the release that this one derives from, by the publisher's word; zero: none. At home it must exist
    /// @param segmentRoots LOGGED: the root of each 1,024 consecutive digests (the last: the rest). CODE: of each 512. Else
    /// empty
    struct Publication {
        string namespace;
        string name;
        string version;
        bytes32 manifestDigest;
        bytes32 chunkRoot;
        uint64 chunkCount;
        uint64 byteCount;
        RecordMode mode;
        uint64 homeChainId;
        bytes32 base;
        bytes32[] segmentRoots;
    }

    /// @notice The record of one version. Only `status`, `statusSeq` and `reason` ever change.
    /// @param publishedAt block time, seconds since 1970
    /// @param statusSeq how often the status changed
    /// @param reason of the last change
    struct Release {
        bytes32 version;
        bytes32 manifestDigest;
        bytes32 chunkRoot;
        uint64 chunkCount;
        uint64 byteCount;
        address publisher;
        uint64 publishedAt;
        RecordMode mode;
        Status status;
        uint32 statusSeq;
        Reason reason;
        uint64 homeChainId;
        bytes32 base;
    }

    /// @notice A change of status, with what it goes out from, so that none happens that its author did not mean. Where it
    /// revokes, `from` and `seq` are not compared: nobody can hold up a revocation by changing the status before it.
    /// @param seq `statusSeq` of the release before the change
    /// @param reportDigest SHA-256 of whatever explains the change; zero: nothing does
    struct StatusChange {
        bytes32 model;
        bytes32 version;
        Status from;
        Status to;
        uint64 seq;
        Reason reason;
        bytes32 reportDigest;
    }

    /// @notice A version was written.
    event ReleasePublished(
        bytes32 indexed release, bytes32 indexed model, address indexed publisher, Publication publication
    );

    /// @notice The status of a release became `status`; `seq` counts this change.
    event StatusChanged(bytes32 indexed release, Status status, uint64 seq, Reason reason, bytes32 reportDigest);

    /// @notice Outside the grammar above.
    error VersionInvalid(string version);
    /// @notice The version is written; what it says can't change.
    error VersionTaken(bytes32 model, bytes32 version);
    /// @notice The model has no such version.
    error VersionUnknown(bytes32 model, bytes32 version);
    /// @notice No release has this id.
    error ReleaseUnknown(bytes32 release);
    /// @notice The status is the same already, or `from` is Revoked.
    error StatusTransitionRefused(Status from, Status to);
    /// @notice Somebody changed the status since the caller read it.
    error StatusMismatch(bytes32 release, Status status, uint64 seq);
    /// @notice Not 1 to 4,000,000 (CODE: 65,536).
    error ChunkCountOutOfRange(uint64 chunkCount);
    /// @notice A manifest digest or chunk root was left empty.
    error DigestZero();

    /// @notice Writes a version, once and for ever. The owner, or PUBLISH.
    function publish(Publication calldata publication) external returns (bytes32 release);

    /// @notice Changes the status of a release (see `Status`). The owner, or DEPRECATE between Active and Deprecated, or YANK
    /// to and from Yanked (and so, in two steps, what DEPRECATE may); Revoked the owner alone.
    function setStatus(StatusChange calldata change) external;
}
