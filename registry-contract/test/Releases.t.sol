// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModels} from "../contracts/interfaces/IModels.sol";
import {INamespaces} from "../contracts/interfaces/INamespaces.sol";
import {IReasons} from "../contracts/interfaces/IReasons.sol";
import {IReleases as I} from "../contracts/interfaces/IReleases.sol";
import {ISegments} from "../contracts/interfaces/ISegments.sol";
import {Merkle} from "../contracts/lib/Merkle.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract ReleasesTest is RegistryTest {
    function test_PublishesARootOnly() external {
        I.Publication memory p = claim("1.0.0");
        bytes32 id = keccak256(abi.encode(model, bytes32("1.0.0")));
        emits();
        emit I.ReleasePublished(id, model, address(this), p);
        assertEq(registry.publish(p), id);
        assertEq(registry.releaseId(model, "1.0.0"), id);

        I.Release memory release = registry.versions(model, 0, 1)[0];
        assertEq(
            abi.encode(release),
            abi.encode(
                I.Release({
                    version: "1.0.0",
                    manifestDigest: MANIFEST,
                    chunkRoot: p.chunkRoot,
                    chunkCount: 5,
                    byteCount: 5_000_000,
                    publisher: address(this),
                    publishedAt: uint64(block.timestamp),
                    mode: I.RecordMode.ROOT_ONLY,
                    status: I.Status.Active,
                    statusSeq: 0,
                    reason: IReasons.Reason.None,
                    homeChainId: uint64(block.chainid),
                    base: 0
                })
            )
        );
    }

    function test_PublishesLoggedSegments() external {
        I.Publication memory p = _logged(2053);
        bytes32 id = registry.releaseId(model, "1");
        emits();
        emit I.ReleasePublished(id, model, address(this), p);
        registry.publish(p);
        assertEq(p.chunkRoot, Merkle.root(digests(0, 2053)));
    }

    /// @dev Up to three full segments, and a last one that is short or nearly full.
    function testFuzz_PublishesAnyNumberOfLoggedChunks(uint256 fulls, uint64 last) external {
        fulls %= 4;
        last = last % 2 == 0 ? last / 2 % 8 + 1 : 1024 - last / 2 % 8;
        I.Publication memory p = claim("1");
        p.mode = I.RecordMode.LOGGED;
        p.chunkCount = uint64(fulls) * 1024 + last;
        p.segmentRoots = new bytes32[](fulls + 1);
        for (uint256 i = 0; i < fulls; i++) {
            p.segmentRoots[i] = i == 0 ? registry.recordSegment(digests(0, 1024)) : p.segmentRoots[0];
        }
        p.segmentRoots[fulls] = registry.recordSegment(digests(1024, last));
        p.chunkRoot = Merkle.root(abi.encodePacked(p.segmentRoots));
        registry.publish(p);
        assertEq(registry.resolve(model, "1").segmentCount, fulls + 1);
    }

    /// @dev Fault E1: neither another publication nor any status frees a version.
    function test_E1_AVersionIsWrittenOnce() external {
        publish("1");
        I.Publication memory p = claim("1");
        p.manifestDigest = keccak256("another");
        bytes memory taken = abi.encodeWithSelector(I.VersionTaken.selector, model, bytes32("1"));
        refused(taken);
        registry.publish(p);
        setStatus("1", I.Status.Active, I.Status.Revoked, 0);
        refused(taken);
        registry.publish(p);
    }

    /// @dev Fault E4: the hundredth version costs what the second did.
    function test_E4_ALongHistoryCostsNothingMore() external {
        publish("101");
        uint256 second = this.costOf("102");
        for (uint256 i = 103; i <= 200; i++) {
            assertEq(this.costOf(vm.toString(i)), second);
        }
    }

    /// @dev External, so that the caller's memory is the same each time.
    function costOf(string calldata version) external returns (uint256) {
        I.Publication memory p = claim(version);
        uint256 before = gasleft();
        registry.publish(p);
        return before - gasleft();
    }

    function test_OnlyTheOwnerOrAPublisherPublishes() external {
        refusedWithoutRole(model, PUBLISH);
        publish("1");
    }

    function test_RefusesAnUnknownModel() external {
        I.Publication memory p = claim("1");
        p.name = "none";
        refused(abi.encodeWithSelector(IModels.ModelUnknown.selector, registry.modelId(NS, "none")));
        registry.publish(p);
        p.namespace = "Acme";
        refused(abi.encodeWithSelector(INamespaces.NamespaceInvalid.selector, "Acme"));
        registry.publish(p);
    }

    function test_RefusesAnIllegalVersion() external {
        refused(abi.encodeWithSelector(I.VersionInvalid.selector, "latest"));
        publish("latest");
        refused(abi.encodeWithSelector(I.VersionInvalid.selector, "1\x00"));
        publish("1\x00");
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
        assertEq(registry.resolve(model, "1").release.chunkCount, 4_000_000);
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
        refused(abi.encodeWithSelector(ISegments.SegmentCountMismatch.selector, 4, 3));
        registry.publish(p);
        p.chunkCount = 2048;
        refused(abi.encodeWithSelector(ISegments.SegmentCountMismatch.selector, 2, 3));
        registry.publish(p);
        p.mode = I.RecordMode.ROOT_ONLY;
        refused(abi.encodeWithSelector(ISegments.SegmentCountMismatch.selector, 0, 3));
        registry.publish(p);
    }

    function test_RefusesUnrecordedSegments() external {
        I.Publication memory p = _logged(2053);
        bytes32 recorded = p.segmentRoots[1];
        p.segmentRoots[1] = keccak256("unknown");
        refused(abi.encodeWithSelector(ISegments.SegmentUnknown.selector, 1, p.segmentRoots[1], 1024));
        registry.publish(p);
        p.segmentRoots[1] = recorded;
        p.mode = I.RecordMode.CODE;
        p.chunkCount = 1500;
        refused(abi.encodeWithSelector(ISegments.SegmentUnknown.selector, 0, p.segmentRoots[0], 512));
        registry.publish(p);
    }

    /// @dev A recorded last segment can't be passed off as one of another count.
    function test_RefusesAnotherChunkCount() external {
        I.Publication memory p = _logged(2053);
        p.chunkCount = 2054;
        refused(abi.encodeWithSelector(ISegments.SegmentUnknown.selector, 2, p.segmentRoots[2], 6));
        registry.publish(p);
    }

    function test_RefusesAnotherRootOrOrder() external {
        I.Publication memory p = _logged(2053);
        bytes32 composed = p.chunkRoot;
        p.chunkRoot = keccak256("another");
        refused(abi.encodeWithSelector(ISegments.ChunkRootMismatch.selector, composed, p.chunkRoot));
        registry.publish(p);
        p.chunkRoot = composed;
        (p.segmentRoots[0], p.segmentRoots[1]) = (p.segmentRoots[1], p.segmentRoots[0]);
        bytes32 swapped = Merkle.root(abi.encodePacked(p.segmentRoots));
        refused(abi.encodeWithSelector(ISegments.ChunkRootMismatch.selector, swapped, composed));
        registry.publish(p);
    }

    function test_KeepsTheBaseOfARelease() external {
        bytes32 base = publish("1");
        I.Publication memory p = claim("2");
        p.base = base;
        registry.publish(p);
        assertEq(registry.resolve(model, "2").release.base, base);
        assertEq(registry.resolve(model, "1").release.base, 0);
    }

    /// @dev At home a base must exist, and none is its own; what a mirror names may live on its home chain alone.
    function test_ABaseExistsAtHome() external {
        I.Publication memory p = claim("1");
        p.base = registry.releaseId(model, "1");
        refused(abi.encodeWithSelector(I.ReleaseUnknown.selector, p.base));
        registry.publish(p);
        p.homeChainId = uint64(block.chainid);
        refused(abi.encodeWithSelector(I.ReleaseUnknown.selector, p.base));
        registry.publish(p);
        p.homeChainId = 10;
        p.base = keccak256("elsewhere");
        registry.publish(p);
        I.Release memory mirrored = registry.resolve(model, "1").release;
        assertEq(mirrored.base, keccak256("elsewhere"));
        assertEq(mirrored.homeChainId, 10);
    }

    function test_ADeactivatedModelTakesReleases() external {
        registry.setModelActive(model, false, IReasons.Reason.None, 0);
        publish("1");
        setChannel("latest", "1", 0);
    }

    function test_ListsVersionsInOrder() external {
        publish("2");
        publish("1");
        publish("1.0.0-rc.1");
        setStatus("1", I.Status.Active, I.Status.Revoked, 0);
        I.Release[] memory rows = registry.versions(model, 0, 10);
        assertEq(rows.length, 3);
        assertEq(rows[0].version, "2");
        assertEq(rows[1].version, "1");
        assertEq(uint8(rows[1].status), uint8(I.Status.Revoked));
        assertEq(registry.versions(model, 2, 10)[0].version, "1.0.0-rc.1");
        assertEq(registry.versions(model, 3, 10).length, 0);
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
