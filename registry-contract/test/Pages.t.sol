// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProofs} from "../contracts/interfaces/IProofs.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {ISegments as I} from "../contracts/interfaces/ISegments.sol";
import {Merkle} from "../contracts/lib/Merkle.sol";
import {Vm} from "./MiniTest.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice Digests in the code of contracts: pages of 512, and releases whose mode is CODE.
contract PagesTest is RegistryTest {
    function test_RecordsAPageInCode() external {
        bytes memory packed = digests(0, 512);
        bytes32 root = Merkle.root(digests(0, 512));
        vm.recordLogs();
        vm.prank(STRANGER);
        assertEq(registry.recordPage(packed), root);
        address store = _storeOf(root, 512);
        assertEq(store.code, bytes.concat(hex"00", packed));
        (bool ok, bytes memory answer) = store.call("");
        assertTrue(ok && answer.length == 0, "its code does nothing");
        _checkLog(root, 512, store);
    }

    function test_TheSameAgainChangesNothing() external {
        bytes32 root = registry.recordPage(digests(0, 3));
        address store = _storeOf(root, 3);
        vm.recordLogs();
        assertEq(registry.recordPage(digests(0, 3)), root);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(_storeOf(root, 3), store);
        assertEq(_storeOf(root, 2), address(0));
    }

    function test_APageIsNoSegment() external {
        bytes32 root = registry.recordPage(digests(0, 3));
        bytes32[] memory roots = new bytes32[](1);
        roots[0] = root;
        assertEq(registry.segmentBlocks(roots, 3)[0], 0);
    }

    function test_RefusesAnIllegalLength() external {
        _refuses(0);
        _refuses(31);
        _refuses(512 * 32 + 1);
        _refuses(512 * 32 + 32);
    }

    /// @dev A page that can't be paid for leaves nothing behind: neither is it known nor did anything else happen.
    function test_APageNeedsItsGas() external {
        bytes memory packed = digests(0, 512);
        bytes memory call = abi.encodeCall(I.recordPage, (packed));
        (bool ok, bytes memory why) = address(registry).call{gas: 2_000_000}(call);
        assertTrue(!ok, "512 digests cost 3.4 million gas");
        assertEq(why, abi.encodeWithSelector(I.PageNotWritten.selector));
        assertEq(_storeOf(Merkle.root(digests(0, 512)), 512), address(0));
    }

    function test_AnswersForARunOfPages() external {
        IReleases.Publication memory p = _coded(1030);
        address[] memory stores = registry.pageStores(p.segmentRoots, 1030);
        assertEq(stores.length, 3);
        assertEq(stores[2].code, bytes.concat(hex"00", digests(1024, 6)));
        p.segmentRoots[1] = keccak256("unknown");
        assertEq(registry.pageStores(p.segmentRoots, 1030)[1], address(0));
        refused(abi.encodeWithSelector(I.SegmentCountMismatch.selector, 2, 3));
        registry.pageStores(p.segmentRoots, 1024);
    }

    function test_PublishesPagesAndReadsEachDigest() external {
        IReleases.Publication memory p = _coded(1030);
        assertEq(p.chunkRoot, Merkle.root(digests(0, 1030)));
        bytes32 release = registry.publish(p);
        assertEq(registry.resolve(model, "1").segmentCount, 3);
        assertEq(uint8(registry.resolve(model, "1").release.mode), uint8(IReleases.RecordMode.CODE));
        bytes memory all = digests(0, 1030);
        for (uint256 i = 0; i < 1030; i++) {
            bytes32 digest;
            assembly {
                digest := mload(add(add(all, 0x20), mul(i, 0x20)))
            }
            assertEq(registry.chunkDigest(release, i), digest);
        }
        refused(abi.encodeWithSelector(IProofs.ChunkIndexOutOfRange.selector, 1030, 1030));
        registry.chunkDigest(release, 1030);
        refused(abi.encodeWithSelector(IProofs.ChunkIndexOutOfRange.selector, type(uint256).max, 1030));
        registry.chunkDigest(release, type(uint256).max);
    }

    function testFuzz_PublishesAnyNumberOfDigestsInCode(uint256 seed, uint256 pick) external {
        uint64 count = uint64(seed % 1600) + 1;
        bytes32 release = registry.publish(_coded(count));
        pick %= count;
        assertEq(registry.chunkDigest(release, pick), bytes32(digests(pick, 1)));
    }

    function test_OnlyCodeHoldsDigestsInCode() external {
        bytes32 release = publish("1");
        refused(abi.encodeWithSelector(IProofs.DigestNotInCode.selector, release));
        registry.chunkDigest(release, 0);
        refused(abi.encodeWithSelector(IReleases.ReleaseUnknown.selector, bytes32(0)));
        registry.chunkDigest(0, 0);
    }

    function test_RefusesWhatIsNotRecorded() external {
        IReleases.Publication memory p = _coded(1030);
        p.segmentRoots[1] = keccak256("unknown");
        refused(abi.encodeWithSelector(I.SegmentUnknown.selector, 1, p.segmentRoots[1], 512));
        registry.publish(p);
        p = _coded(1030);
        p.chunkCount = 1031;
        refused(abi.encodeWithSelector(I.SegmentUnknown.selector, 2, p.segmentRoots[2], 7));
        registry.publish(p);
        p.chunkCount = 1024;
        refused(abi.encodeWithSelector(I.SegmentCountMismatch.selector, 2, 3));
        registry.publish(p);
        p.mode = IReleases.RecordMode.LOGGED;
        p.chunkCount = 3000;
        refused(abi.encodeWithSelector(I.SegmentUnknown.selector, 0, p.segmentRoots[0], 1024));
        registry.publish(p);
    }

    function test_RefusesAnotherRoot() external {
        IReleases.Publication memory p = _coded(513);
        bytes32 composed = p.chunkRoot;
        p.chunkRoot = keccak256("another");
        refused(abi.encodeWithSelector(I.ChunkRootMismatch.selector, composed, p.chunkRoot));
        registry.publish(p);
    }

    function test_RefusesMoreThanAPublishCanWrite() external {
        IReleases.Publication memory p = claim("1");
        p.mode = IReleases.RecordMode.CODE;
        p.chunkCount = 65_537;
        refused(abi.encodeWithSelector(IReleases.ChunkCountOutOfRange.selector, 65_537));
        registry.publish(p);
        p.chunkCount = 0;
        refused(abi.encodeWithSelector(IReleases.ChunkCountOutOfRange.selector, 0));
        registry.publish(p);
    }

    /// @dev The same full page 128 times: a place is written for each.
    function test_PublishesTheLargestUnderTheTransactionCap() external {
        bytes32 root = registry.recordPage(digests(0, 512));
        IReleases.Publication memory p = claim("1");
        p.mode = IReleases.RecordMode.CODE;
        p.chunkCount = 65_536;
        p.segmentRoots = new bytes32[](128);
        for (uint256 i = 0; i < 128; i++) {
            p.segmentRoots[i] = root;
        }
        p.chunkRoot = Merkle.root(abi.encodePacked(p.segmentRoots));
        bytes32 release = registry.publish{gas: 16_000_000}(p);
        assertEq(registry.chunkDigest(release, 65_535), bytes32(digests(511, 1)));
    }

    /// @dev A CODE publication of version 1 whose pages are recorded.
    function _coded(uint64 count) private returns (IReleases.Publication memory p) {
        p = claim("1");
        p.mode = IReleases.RecordMode.CODE;
        p.chunkCount = count;
        p.segmentRoots = new bytes32[]((count + 511) / 512);
        for (uint256 i = 0; i < p.segmentRoots.length; i++) {
            uint256 rest = count - i * 512;
            p.segmentRoots[i] = registry.recordPage(digests(i * 512, rest < 512 ? rest : 512));
        }
        p.chunkRoot = Merkle.root(abi.encodePacked(p.segmentRoots));
    }

    function _refuses(uint256 length) private {
        refused(abi.encodeWithSelector(I.SegmentLengthInvalid.selector, length));
        registry.recordPage(new bytes(length));
    }

    function _storeOf(bytes32 root, uint64 count) private view returns (address) {
        bytes32[] memory roots = new bytes32[](1);
        roots[0] = root;
        return registry.pageStores(roots, count)[0];
    }

    /// @dev The store's address is known only afterwards, so the log is read rather than expected.
    function _checkLog(bytes32 root, uint64 count, address store) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].emitter, address(registry));
        assertEq(logs[0].topics[0], I.PageRecorded.selector);
        assertEq(logs[0].topics[1], root);
        assertEq(logs[0].data, abi.encode(count, store));
    }
}
