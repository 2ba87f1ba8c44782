// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../IChunkedModelRegistry.sol";
import {Merkle} from "../lib/Merkle.sol";

/// @title Chunk digests on chain, 1,024 at a time
/// @dev Segments are addressed by content: whoever records one, a release that contains it may be published, and two
/// releases that share it pay once.
abstract contract Segments is IChunkedModelRegistry {
    uint256 private constant SEGMENT_CHUNKS = 1024;

    /// @dev Where each segment was recorded; zero: not yet. Root and count are the key: the same root over another count is
    /// another segment.
    mapping(uint256 count => mapping(bytes32 root => uint256 blockNumber)) private _segments;

    /// @inheritdoc IChunkedModelRegistry
    function recordSegment(bytes calldata digests) external returns (bytes32 root) {
        uint256 count = digests.length / 32;
        if (count == 0 || count > SEGMENT_CHUNKS || digests.length % 32 != 0) {
            revert SegmentLengthInvalid(digests.length);
        }
        root = Merkle.root(digests);
        if (_segments[count][root] != 0) return root;
        _segments[count][root] = block.number;
        emit SegmentRecorded(root, uint64(count), digests);
    }

    /// @inheritdoc IChunkedModelRegistry
    function segmentBlocks(bytes32[] calldata roots, uint64 chunkCount)
        external
        view
        returns (uint64[] memory blocks)
    {
        _requireSegmentCount(roots.length, chunkCount);
        blocks = new uint64[](roots.length);
        for (uint256 i = 0; i < roots.length; i++) {
            blocks[i] = uint64(_segments[_countAt(i, chunkCount)][roots[i]]);
        }
    }

    /// @dev Reverts unless all segments are recorded and compose to `chunkRoot`.
    function _requireRecorded(bytes32[] calldata roots, uint64 chunkCount, bytes32 chunkRoot) internal view {
        _requireSegmentCount(roots.length, chunkCount);
        uint256 last = roots.length - 1;
        mapping(bytes32 root => uint256) storage full = _segments[SEGMENT_CHUNKS];
        for (uint256 i = 0; i < last; i++) {
            if (full[roots[i]] == 0) revert SegmentUnknown(i, roots[i], uint64(SEGMENT_CHUNKS));
        }
        uint256 rest = _countAt(last, chunkCount);
        if (_segments[rest][roots[last]] == 0) revert SegmentUnknown(last, roots[last], uint64(rest));
        bytes32 composed = Merkle.root(abi.encodePacked(roots));
        if (composed != chunkRoot) revert ChunkRootMismatch(composed, chunkRoot);
    }

    function _segmentCount(uint64 chunkCount) internal pure returns (uint256) {
        return (uint256(chunkCount) + SEGMENT_CHUNKS - 1) / SEGMENT_CHUNKS;
    }

    function _requireSegmentCount(uint256 actual, uint64 chunkCount) private pure {
        uint256 expected = _segmentCount(chunkCount);
        if (actual != expected) revert SegmentCountMismatch(expected, actual);
    }

    /// @dev Digests of the segment at `position` of a run: all that are left, at most 1,024.
    function _countAt(uint256 position, uint64 chunkCount) private pure returns (uint256) {
        uint256 rest = chunkCount - position * SEGMENT_CHUNKS;
        return rest < SEGMENT_CHUNKS ? rest : SEGMENT_CHUNKS;
    }
}
