// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Chunk digests on chain
/// @notice Addressed by content: whoever records digests, a release that has them may be published, and releases that share
/// them pay once. A *segment* is 1,024 consecutive digests in the log; a *page* is 512 in the code of a contract, where other
/// contracts can read them. The last of a release has the rest.
interface ISegments {
    /// @notice A segment was recorded, or its log written anew; `digests` holds its SHA-256 digests, 32 bytes each, in order.
    event SegmentRecorded(bytes32 indexed root, uint64 count, bytes digests);

    /// @notice A page was recorded; the code of `store` is a zero byte and the digests.
    event PageRecorded(bytes32 indexed root, uint64 count, address store);

    /// @notice Not 1 to 1,024 (a page: 512) digests of 32 bytes; `length` is in bytes.
    error SegmentLengthInvalid(uint256 length);
    /// @notice The segment (or page) at `position` was not recorded with this root and count.
    error SegmentUnknown(uint256 position, bytes32 root, uint64 count);
    /// @notice The number of roots does not follow from the chunk count and the mode.
    error SegmentCountMismatch(uint256 expected, uint256 actual);
    /// @notice The tree over the roots has another root than the publication states.
    error ChunkRootMismatch(bytes32 composed, bytes32 stated);
    /// @notice The page could not be written: not enough gas, or 1,024 calls deep.
    error PageNotWritten();

    /// @notice Computes and keeps the root of 1 to 1,024 packed digests and logs them. Anyone may; again is harmless and does
    /// nothing, so that the block stays the one to look in for the log.
    function recordSegment(bytes calldata digests) external returns (bytes32 root);

    /// @notice Writes the log of a recorded segment anew, since nodes forget old logs; the block to look in becomes this one.
    /// Anyone may.
    function republishSegment(bytes calldata digests) external returns (bytes32 root);

    /// @notice Computes and keeps the root of 1 to 512 packed digests, and writes them into a contract's code. Anyone may;
    /// again does nothing.
    function recordPage(bytes calldata digests) external returns (bytes32 root);
}
