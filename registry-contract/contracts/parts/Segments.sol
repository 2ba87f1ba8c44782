// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISegments} from "../interfaces/ISegments.sol";
import {DataContract} from "../lib/DataContract.sol";
import {Merkle} from "../lib/Merkle.sol";
import {Page} from "../lib/Page.sol";
import {Administration} from "./Administration.sol";

/// @title Chunk digests on chain, in the log and in code
/// @notice The manual is `ISegments`.
abstract contract Segments is Administration, ISegments {
    /// @inheritdoc ISegments
    function recordSegment(bytes calldata digests) external whenNotPaused returns (bytes32 root) {
        uint256 count;
        (root, count) = _rootOf(digests, SEGMENT_CHUNKS);
        if (_segments[count][root] == 0) _log(root, count, digests);
    }

    /// @inheritdoc ISegments
    function republishSegment(bytes calldata digests) external whenNotPaused returns (bytes32 root) {
        uint256 count;
        (root, count) = _rootOf(digests, SEGMENT_CHUNKS);
        if (_segments[count][root] == 0) revert SegmentUnknown(0, root, uint64(count));
        _log(root, count, digests);
    }

    /// @inheritdoc ISegments
    function recordPage(bytes calldata digests) external whenNotPaused returns (bytes32 root) {
        uint256 count;
        (root, count) = _rootOf(digests, PAGE_CHUNKS);
        if (_pages[count][root] != 0) return root;
        address store = DataContract.write(digests);
        if (store == address(0)) revert PageNotWritten();
        _pages[count][root] = uint160(store);
        emit PageRecorded(root, uint64(count), store);
    }

    /// @dev Reverts unless all segments are recorded and compose to `chunkRoot`.
    function _requireSegments(bytes32[] calldata roots, uint64 chunkCount, bytes32 chunkRoot) internal view {
        _requireRecorded(_segments, roots, chunkCount, chunkRoot, SEGMENT_CHUNKS);
    }

    /// @dev Reverts unless all pages are recorded and compose to `chunkRoot`; returns where each lies.
    function _requirePages(bytes32[] calldata roots, uint64 chunkCount, bytes32 chunkRoot)
        internal
        view
        returns (uint256[] memory stores)
    {
        return _requireRecorded(_pages, roots, chunkCount, chunkRoot, PAGE_CHUNKS);
    }

    function _log(bytes32 root, uint256 count, bytes calldata digests) private {
        _segments[count][root] = block.number;
        emit SegmentRecorded(root, uint64(count), digests);
    }

    function _rootOf(bytes calldata digests, uint256 unit) private view returns (bytes32 root, uint256 count) {
        count = digests.length / 32;
        if (count == 0 || count > unit || digests.length % 32 != 0) revert SegmentLengthInvalid(digests.length);
        root = Merkle.root(digests);
    }

    function _requireRecorded(
        mapping(uint256 => mapping(bytes32 => uint256)) storage units,
        bytes32[] calldata roots,
        uint64 chunkCount,
        bytes32 chunkRoot,
        uint256 unit
    ) private view returns (uint256[] memory places) {
        places = _placesOf(units, roots, chunkCount, unit);
        for (uint256 i = 0; i < places.length; i++) {
            if (places[i] == 0) revert SegmentUnknown(i, roots[i], uint64(Page.size(i * unit, unit, chunkCount)));
        }
        bytes32 composed = Merkle.root(abi.encodePacked(roots));
        if (composed != chunkRoot) revert ChunkRootMismatch(composed, chunkRoot);
    }
}
