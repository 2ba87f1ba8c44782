// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry as I} from "../contracts/IChunkedModelRegistry.sol";
import {Merkle} from "../contracts/lib/Merkle.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract ReleasesTest is RegistryTest {
    function test_PublishesARootOnly() external {
        I.Publication memory p = claim("1.0.0");
        bytes32 id = keccak256(abi.encode(model, bytes32("1.0.0")));
        emits();
        emit I.ReleasePublished(
            id, model, MANIFEST, "1.0.0", p.chunkRoot, 5, 5_000_000, address(this), p.mode, p.segmentRoots
        );
        assertEq(registry.publish(p), id);
        assertEq(registry.releaseId(NS, NAME, "1.0.0"), id);

        I.Release memory release = registry.versions(NS, NAME, 0, 1)[0];
        assertEq(release.version, "1.0.0");
        assertEq(release.manifestDigest, MANIFEST);
        assertEq(release.chunkRoot, p.chunkRoot);
        assertEq(release.chunkCount, 5);
        assertEq(release.byteCount, 5_000_000);
        assertEq(release.publisher, address(this));
        assertEq(release.publishedAt, 1_800_000_000);
        assertEq(uint8(release.mode), uint8(I.RecordMode.ROOT_ONLY));
        assertEq(uint8(release.status), uint8(I.Status.Active));
    }

    function test_PublishesLoggedSegments() external {
        I.Publication memory p = _logged(2053);
        bytes32 id = registry.releaseId(NS, NAME, "1");
        emits();
        emit I.ReleasePublished(
            id, model, MANIFEST, "1", p.chunkRoot, 2053, 5_000_000, address(this), p.mode, p.segmentRoots
        );
        registry.publish(p);
        assertEq(p.chunkRoot, Merkle.root(digests(0, 2053)));
    }

    function testFuzz_PublishesAnyNumberOfLoggedChunks(uint256 seed) external {
        uint64 count = uint64(seed % 5000) + 1;
        I.Publication memory p = _logged(count);
        assertEq(p.chunkRoot, Merkle.root(digests(0, count)));
        registry.publish(p);
        assertEq(registry.resolve(NS, NAME, "1").segmentCount, (count + 1023) / 1024);
    }

    function test_AVersionIsWrittenOnce() external {
        publish("1");
        I.Publication memory p = claim("1");
        p.manifestDigest = keccak256("another");
        refused(abi.encodeWithSelector(I.VersionTaken.selector, NS, NAME, "1"));
        registry.publish(p);
        registry.setStatus(NS, NAME, "1", I.Status.Revoked);
        refused(abi.encodeWithSelector(I.VersionTaken.selector, NS, NAME, "1"));
        registry.publish(p);
    }

    function test_OnlyTheOwnerPublishes() external {
        refusedToStranger();
        publish("1");
    }

    function test_RefusesAnUnknownModel() external {
        I.Publication memory p = claim("1");
        p.name = "none";
        refused(abi.encodeWithSelector(I.ModelUnknown.selector, NS, "none"));
        registry.publish(p);
    }

    function test_RefusesAnIllegalVersion() external {
        refused(abi.encodeWithSelector(I.VersionInvalid.selector, "latest"));
        publish("latest");
    }

    function test_RefusesChunkCountsOutOfRange() external {
        I.Publication memory p = claim("1");
        p.chunkCount = 0;
        refused(abi.encodeWithSelector(I.ChunkCountOutOfRange.selector, 0));
        registry.publish(p);
        p.chunkCount = 4_000_001;
        refused(abi.encodeWithSelector(I.ChunkCountOutOfRange.selector, 4_000_001));
        registry.publish(p);
        p.chunkCount = 4_000_000;
        registry.publish(p);
    }

    function test_RefusesEmptyDigests() external {
        I.Publication memory p = claim("1");
        p.chunkRoot = 0;
        refused(abi.encodeWithSelector(I.DigestZero.selector));
        registry.publish(p);
        p = claim("1");
        p.manifestDigest = 0;
        refused(abi.encodeWithSelector(I.DigestZero.selector));
        registry.publish(p);
    }

    function test_RefusesTheWrongNumberOfSegments() external {
        I.Publication memory p = _logged(2053);
        p.chunkCount = 3073;
        refused(abi.encodeWithSelector(I.SegmentCountMismatch.selector, 4, 3));
        registry.publish(p);
        p.chunkCount = 2048;
        refused(abi.encodeWithSelector(I.SegmentCountMismatch.selector, 2, 3));
        registry.publish(p);
        p.mode = I.RecordMode.ROOT_ONLY;
        refused(abi.encodeWithSelector(I.SegmentCountMismatch.selector, 0, 3));
        registry.publish(p);
    }

    function test_RefusesUnrecordedSegments() external {
        I.Publication memory p = _logged(2053);
        p.segmentRoots[1] = keccak256("unknown");
        refused(abi.encodeWithSelector(I.SegmentUnknown.selector, 1, p.segmentRoots[1], 1024));
        registry.publish(p);
    }

    /// @dev A recorded last segment can't be passed off as one of another count.
    function test_RefusesAnotherChunkCount() external {
        I.Publication memory p = _logged(2053);
        p.chunkCount = 2054;
        refused(abi.encodeWithSelector(I.SegmentUnknown.selector, 2, p.segmentRoots[2], 6));
        registry.publish(p);
    }

    function test_RefusesAnotherRoot() external {
        I.Publication memory p = _logged(2053);
        bytes32 composed = p.chunkRoot;
        p.chunkRoot = keccak256("another");
        refused(abi.encodeWithSelector(I.ChunkRootMismatch.selector, composed, p.chunkRoot));
        registry.publish(p);
    }

    function test_ListsVersionsInOrder() external {
        publish("2");
        publish("1");
        publish("1.0.0-rc.1");
        registry.setStatus(NS, NAME, "1", I.Status.Revoked);
        I.Release[] memory rows = registry.versions(NS, NAME, 0, 10);
        assertEq(rows.length, 3);
        assertEq(rows[0].version, "2");
        assertEq(rows[1].version, "1");
        assertEq(uint8(rows[1].status), uint8(I.Status.Revoked));
        assertEq(registry.versions(NS, NAME, 2, 10)[0].version, "1.0.0-rc.1");
        assertEq(registry.versions(NS, NAME, 3, 10).length, 0);
    }

    function test_VerifiesAChunkOfARelease() external {
        bytes32 id = registry.publish(_logged(3));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = Merkle.root(digests(0, 2));
        bytes32 third = bytes32(digests(2, 1));
        assertTrue(registry.verifyChunk(id, 2, third, proof), "the third of three");
        assertTrue(!registry.verifyChunk(id, 1, third, proof), "at another index");
        assertTrue(!registry.verifyChunk(id, 3, third, proof), "beyond the end");
        assertTrue(!registry.verifyChunk(id, 2, third, new bytes32[](0)), "without its proof");
        refused(abi.encodeWithSelector(I.ReleaseUnknown.selector, bytes32(0)));
        registry.verifyChunk(0, 2, third, proof);
    }

    /// @dev A LOGGED publication of version 1 whose segments are recorded.
    function _logged(uint64 count) private returns (I.Publication memory p) {
        p = claim("1");
        p.mode = I.RecordMode.LOGGED;
        p.chunkCount = count;
        p.segmentRoots = new bytes32[]((count + 1023) / 1024);
        for (uint256 i = 0; i < p.segmentRoots.length; i++) {
            uint256 rest = count - i * 1024;
            p.segmentRoots[i] = registry.recordSegment(digests(i * 1024, rest < 1024 ? rest : 1024));
        }
        p.chunkRoot = Merkle.root(abi.encodePacked(p.segmentRoots));
    }
}
