// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {PlainMerkle} from "./PlainMerkle.sol";
import {ProofsTest} from "./ProofsTest.sol";

/// @notice Fault E6: one chunk of a release, at its place alone.
contract ProofsOfOneTest is ProofsTest {
    function test_E6_EachChunkOfEachTreeUpTo65() external {
        for (uint256 count = 1; count <= 65; count++) {
            (bytes32 release, bytes32[] memory leaves) = publishTree(count);
            for (uint256 i = 0; i < count; i += count < 18 ? 1 : 5) {
                bytes32[] memory proof = PlainMerkle.proof(leaves, i);
                assertTrue(registry.verifyChunk(release, i, leaves[i], proof), "its proof");
                assertTrue(!registry.verifyChunk(release, i, leaves[i], with(proof, 0)), "a longer one");
                assertTrue(!registry.verifyChunk(release, i ^ 1, leaves[i], proof), "its neighbour's place");
                assertTrue(!registry.verifyChunk(release, i + 64, leaves[i], proof), "another place");
                if (count == 1) continue;
                assertTrue(!registry.verifyChunk(release, i, leaves[i], without(proof)), "a shorter one");
                assertTrue(!registry.verifyChunk(release, i, leaves[(i + 1) % count], proof), "another chunk");
            }
        }
    }

    function test_E6_EachBitOfAProofCounts() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(7);
        bytes32[] memory proof = PlainMerkle.proof(leaves, 4);
        for (uint256 bit = 0; bit < 256; bit++) {
            bytes32 flip = bytes32(1 << bit);
            assertTrue(!registry.verifyChunk(release, 4, leaves[4] ^ flip, proof), "another chunk");
            for (uint256 i = 0; i < proof.length; i++) {
                proof[i] ^= flip;
                assertTrue(!registry.verifyChunk(release, 4, leaves[4], proof), "another proof");
                proof[i] ^= flip;
            }
        }
        assertTrue(registry.verifyChunk(release, 4, leaves[4], proof), "the proof itself");
    }

    function testFuzz_E6_AnyBitOfAnyTree(uint256 count, uint256 index, uint256 place, uint8 bit) external {
        count = count % 200 + 1;
        (bytes32 release, bytes32[] memory leaves) = publishTree(count);
        index %= count;
        bytes32[] memory proof = PlainMerkle.proof(leaves, index);
        assertTrue(registry.verifyChunk(release, index, leaves[index], proof), "its proof");
        place %= proof.length + 1;
        bytes32 leaf = leaves[index];
        if (place == proof.length) leaf ^= bytes32(uint256(1) << bit);
        else proof[place] ^= bytes32(uint256(1) << bit);
        assertTrue(!registry.verifyChunk(release, index, leaf, proof), "one bit of it");
    }

    function test_E6_TheOrderOfAProofCounts() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(16);
        bytes32[] memory proof = PlainMerkle.proof(leaves, 6);
        (proof[1], proof[2]) = (proof[2], proof[1]);
        assertTrue(!registry.verifyChunk(release, 6, leaves[6], proof), "swapped");
    }

    /// @dev An inner node is no chunk: a release of half the count under the same root is another release.
    function test_E6_ACountIsPartOfARelease() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(8);
        bytes32[] memory pairs = PlainMerkle.parents(leaves);
        bytes32[] memory proof = PlainMerkle.proof(pairs, 2);
        assertTrue(!registry.verifyChunk(release, 2, pairs[2], proof), "a pair of eight");
        bytes32 half = publishRoot(PlainMerkle.root(leaves), 4);
        assertTrue(registry.verifyChunk(half, 2, pairs[2], proof), "a leaf of four");
        assertTrue(!registry.verifyChunk(half, 2, leaves[2], PlainMerkle.proof(leaves, 2)), "too deep for four");
    }

    function test_OneChunkIsTheRoot() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(1);
        assertTrue(registry.verifyChunk(release, 0, leaves[0], new bytes32[](0)), "itself");
        assertTrue(!registry.verifyChunk(release, 0, leaves[0] ^ bytes32(uint256(1)), new bytes32[](0)), "not another");
        assertTrue(!registry.verifyChunk(release, 1, leaves[0], new bytes32[](0)), "nor elsewhere");
        assertTrue(!registry.verifyChunk(release, type(uint256).max, leaves[0], new bytes32[](0)), "nor at the end");
    }

    function test_HashesTheBytesOfAChunk() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(5);
        for (uint256 i = 0; i < 5; i++) {
            bytes memory data = abi.encodePacked(uint64(i));
            bytes32[] memory proof = PlainMerkle.proof(leaves, i);
            assertTrue(registry.verifyChunkData(release, i, data, proof), "its bytes");
            assertTrue(!registry.verifyChunkData(release, i, abi.encodePacked(data, uint8(0)), proof), "one more");
            assertTrue(!registry.verifyChunkData(release, i, "", proof), "none");
            data[7] ^= 0x01;
            assertTrue(!registry.verifyChunkData(release, i, data, proof), "others");
        }
    }

    /// @dev Whatever its status: what the bytes are doesn't change.
    function test_AnswersForARevokedRelease() external {
        publish("1");
        setStatus("1", IReleases.Status.Active, IReleases.Status.Revoked, 0);
        bytes32 release = registry.releaseId(model, "1");
        assertTrue(!registry.verifyChunk(release, 0, 0, new bytes32[](3)), "an answer");
    }

    function test_NamesAnUnknownRelease() external {
        bytes memory unknown = abi.encodeWithSelector(IReleases.ReleaseUnknown.selector, bytes32("none"));
        refused(unknown);
        registry.verifyChunk("none", 0, 0, new bytes32[](0));
        refused(unknown);
        registry.verifyChunkData("none", 0, "", new bytes32[](0));
        refused(unknown);
        registry.verifyChunks("none", new uint256[](1), new bytes32[](1), new bytes32[](0));
    }
}
