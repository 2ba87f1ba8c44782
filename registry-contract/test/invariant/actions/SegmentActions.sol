// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Stage} from "./Stage.sol";

/// @notice Digests are recorded, in the log and in code, by anybody.
abstract contract SegmentActions is Stage {
    uint256 internal constant SEGMENT = 1024;
    uint256 internal constant PAGE = 512;

    function recordSegment(uint256 seed) external drawing(seed) {
        (bytes memory packed, bytes32 root, uint256 count) = _digests(SEGMENT);
        if (_act(_actor(), abi.encodeCall(registry.recordSegment, (packed)), _isRecordable(count, SEGMENT))) {
            _segmentRecorded(root, count);
        }
    }

    function republishSegment(uint256 seed) external drawing(seed) {
        (bytes memory packed, bytes32 root, uint256 count) = _digests(SEGMENT);
        bool allowed = _isRecordable(count, SEGMENT) && segmentGhosts[root][count] != 0;
        if (_act(_actor(), abi.encodeCall(registry.republishSegment, (packed)), allowed)) {
            segmentGhosts[root][count] = block.number;
        }
    }

    function recordPage(uint256 seed) external drawing(seed) {
        (bytes memory packed, bytes32 root, uint256 count) = _digests(PAGE);
        if (_act(_actor(), abi.encodeCall(registry.recordPage, (packed)), _isRecordable(count, PAGE))) {
            _pageRecorded(root, count);
        }
    }

    function _segmentRecorded(bytes32 root, uint256 count) internal {
        if (segmentGhosts[root][count] == 0) segmentGhosts[root][count] = block.number;
    }

    /// @dev Where the page lies the registry decides, once.
    function _pageRecorded(bytes32 root, uint256 count) internal {
        bytes32[] memory roots = new bytes32[](1);
        roots[0] = root;
        if (pageGhosts[root][count] == address(0)) {
            pageGhosts[root][count] = registry.pageStores(roots, uint64(count))[0];
        }
    }

    /// @dev One to three digests, or as many as fit, rarely one more or none.
    function _digests(uint256 unit) private returns (bytes memory packed, bytes32 root, uint256 count) {
        count = _rarely() ? _draw(2) * (unit + 1) : _draw(8) == 0 ? unit : _draw(3) + 1;
        bytes32 leaf = _leaf();
        packed = _packed(leaf, count);
        if (count != 0) root = _root(leaf, count);
    }

    function _isRecordable(uint256 count, uint256 unit) private view returns (bool) {
        return !pausedGhost && count > 0 && count <= unit;
    }
}
