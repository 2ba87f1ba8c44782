// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISegments as I} from "../contracts/interfaces/ISegments.sol";
import {Merkle} from "../contracts/lib/Merkle.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract SegmentsTest is RegistryTest {
    function test_RecordsAndLogsASegment() external {
        bytes memory packed = digests(0, 1024);
        bytes32 root = Merkle.root(digests(0, 1024));
        emits();
        emit I.SegmentRecorded(root, 1024, packed);
        vm.prank(STRANGER);
        assertEq(registry.recordSegment(packed), root);
        assertEq(_blockOf(root, 1024), 100);
    }

    function test_ASingleDigestIsItsOwnRoot() external {
        bytes memory packed = digests(7, 1);
        assertEq(registry.recordSegment(packed), bytes32(packed));
    }

    function test_TheSameAgainChangesNothing() external {
        bytes32 root = registry.recordSegment(digests(0, 3));
        vm.roll(200);
        vm.recordLogs();
        assertEq(registry.recordSegment(digests(0, 3)), root);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(_blockOf(root, 3), 100);
    }

    function test_WritesTheLogAnew() external {
        bytes32 root = registry.recordSegment(digests(0, 3));
        vm.roll(200);
        emits();
        emit I.SegmentRecorded(root, 3, digests(0, 3));
        vm.prank(STRANGER);
        assertEq(registry.republishSegment(digests(0, 3)), root);
        assertEq(_blockOf(root, 3), 200);
    }

    function test_WritesNoLogAnewThatWasNeverWritten() external {
        bytes memory packed = digests(0, 3);
        bytes memory unknown = abi.encodeWithSelector(I.SegmentUnknown.selector, 0, Merkle.root(digests(0, 3)), 3);
        refused(unknown);
        registry.republishSegment(packed);
        registry.recordPage(packed);
        refused(unknown);
        registry.republishSegment(packed);
    }

    /// @dev Two inner nodes have the root of the four leaves below them; the count keeps them apart.
    function test_TheCountIsPartOfTheKey() external {
        bytes32 root = registry.recordSegment(digests(0, 4));
        assertEq(_blockOf(root, 2), 0);
        vm.roll(200);
        bytes memory nodes = bytes.concat(Merkle.root(digests(0, 2)), Merkle.root(digests(2, 2)));
        assertEq(registry.recordSegment(nodes), root);
        assertEq(_blockOf(root, 2), 200);
        assertEq(_blockOf(root, 4), 100);
    }

    function test_RefusesAnIllegalLength() external {
        _refuses(0);
        _refuses(31);
        _refuses(33);
        _refuses(1024 * 32 + 1);
        _refuses(1024 * 32 + 32);
    }

    /// @dev Nothing is recorded on a chain where address 2 is empty, or answers with anything but 32 bytes.
    function test_NeedsSha256() external {
        bytes memory call = abi.encodeCall(I.recordSegment, (digests(0, 2)));
        bytes[3] memory answers = [bytes(""), new bytes(31), new bytes(64)];
        for (uint256 i = 0; i < answers.length; i++) {
            vm.mockCall(address(2), "", answers[i]);
            (bool ok, bytes memory why) = address(registry).call(call);
            assertTrue(!ok && why.length == 0, "refused");
        }
    }

    function test_AnswersForARunOfSegments() external {
        bytes32[] memory roots = new bytes32[](3);
        roots[0] = registry.recordSegment(digests(0, 1024));
        roots[1] = Merkle.root(digests(1024, 1024));
        vm.roll(200);
        roots[2] = registry.recordSegment(digests(2048, 5));
        uint256[] memory blocks = registry.segmentBlocks(roots, 2053);
        assertEq(blocks.length, 3);
        assertEq(blocks[0], 100);
        assertEq(blocks[1], 0);
        assertEq(blocks[2], 200);
        assertEq(registry.segmentBlocks(new bytes32[](0), 0).length, 0);

        refused(abi.encodeWithSelector(I.SegmentCountMismatch.selector, 3, 2));
        registry.segmentBlocks(new bytes32[](2), 2049);
        refused(abi.encodeWithSelector(I.SegmentCountMismatch.selector, 0, 1));
        registry.segmentBlocks(new bytes32[](1), 0);
    }

    function _refuses(uint256 length) private {
        bytes memory illegal = abi.encodeWithSelector(I.SegmentLengthInvalid.selector, length);
        refused(illegal);
        registry.recordSegment(new bytes(length));
        refused(illegal);
        registry.republishSegment(new bytes(length));
    }

    function _blockOf(bytes32 root, uint64 count) private view returns (uint256) {
        bytes32[] memory roots = new bytes32[](1);
        roots[0] = root;
        return registry.segmentBlocks(roots, count)[0];
    }
}
