// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PlainMerkle} from "./PlainMerkle.sol";
import {ProofsTest} from "./ProofsTest.sol";

/// @notice Fault E6: several chunks of a release by one proof.
contract ProofsOfManyTest is ProofsTest {
    /// @dev What is asked of a release.
    struct Claim {
        bytes32 release;
        uint256[] indices;
        bytes32[] digests;
        bytes32[] proof;
    }

    /// @dev Each set of chunks that a small tree has.
    function test_E6_EachSetOfEachTreeUpToSix() external {
        for (uint256 count = 1; count <= 6; count++) {
            (bytes32 release, bytes32[] memory leaves) = publishTree(count);
            for (uint256 set = 1; set < 1 << count; set++) {
                Claim memory c = _claim(release, leaves, set);
                _holds(c);
                _refusesAround(c, count);
            }
        }
    }

    /// @dev Some sets of each tree: all, the ends, every second and third, the first and last half.
    function test_E6_SomeSetsOfEachTreeUpTo65() external {
        for (uint256 count = 1; count <= 65; count++) {
            (bytes32 release, bytes32[] memory leaves) = publishTree(count);
            uint256 all = (1 << count) - 1;
            uint256 third = type(uint256).max / 2 / 7;
            uint256[6] memory sets = [
                all,
                1 | 1 << (count - 1),
                type(uint256).max / 3 & all,
                third & all,
                all >> (count / 2),
                1 << (count / 2)
            ];
            for (uint256 i = 0; i < 6; i++) {
                Claim memory c = _claim(release, leaves, sets[i]);
                _holds(c);
                c.proof = with(c.proof, 0);
                _fails(c);
            }
        }
    }

    function testFuzz_E6_AnySetOfAnyTree(uint256 count, uint256 set, uint256 place, uint8 bit) external {
        count = count % 65 + 1;
        (bytes32 release, bytes32[] memory leaves) = publishTree(count);
        set &= (1 << count) - 1;
        if (set == 0) set = 1;
        Claim memory c = _claim(release, leaves, set);
        _holds(c);
        bytes32 flip = bytes32(uint256(1) << bit);
        place %= c.proof.length + c.digests.length;
        if (place < c.proof.length) c.proof[place] ^= flip;
        else c.digests[place - c.proof.length] ^= flip;
        _fails(c);
    }

    function test_E6_EachBitCounts() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(7);
        Claim memory c = _claim(release, leaves, 1 << 1 | 1 << 4 | 1 << 6);
        for (uint256 bit = 0; bit < 256; bit++) {
            bytes32 flip = bytes32(1 << bit);
            for (uint256 i = 0; i < c.digests.length; i++) {
                c.digests[i] ^= flip;
                _fails(c);
                c.digests[i] ^= flip;
            }
            for (uint256 i = 0; i < c.proof.length; i++) {
                c.proof[i] ^= flip;
                _fails(c);
                c.proof[i] ^= flip;
            }
        }
        _holds(c);
    }

    /// @dev One chunk by either function, by the same proof.
    function testFuzz_OneOfManyIsOne(uint256 count, uint256 index) external {
        count = count % 65 + 1;
        index %= count;
        (bytes32 release, bytes32[] memory leaves) = publishTree(count);
        Claim memory c = _claim(release, leaves, 1 << index);
        assertEq(abi.encode(c.proof), abi.encode(PlainMerkle.proof(leaves, index)));
        assertTrue(registry.verifyChunk(release, index, leaves[index], c.proof), "one");
        _holds(c);
    }

    function test_RefusesNoChunks() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(1);
        _fails(Claim(release, new uint256[](0), new bytes32[](0), new bytes32[](0)));
        _fails(Claim(release, new uint256[](0), leaves, new bytes32[](0)));
        _fails(Claim(release, new uint256[](1), new bytes32[](0), leaves));
        _fails(Claim(release, new uint256[](0), new bytes32[](0), leaves));
    }

    function test_RefusesPlacesThatDontRise() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(4);
        Claim memory c = _claim(release, leaves, 7);
        (c.indices[0], c.indices[1]) = (1, 0);
        _fails(c);
        (c.digests[0], c.digests[1]) = (c.digests[1], c.digests[0]);
        _fails(c);
        c = _claim(release, leaves, 7);
        (c.indices[1], c.digests[1]) = (0, leaves[0]);
        _fails(c);
    }

    /// @dev Each with siblings of its own, so that nothing but the order of the places is wrong.
    function test_RefusesTheSameChunkTwice() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(4);
        bytes32[] memory siblings = PlainMerkle.proof(leaves, 1);
        Claim memory c = Claim(release, new uint256[](2), new bytes32[](2), new bytes32[](4));
        for (uint256 i = 0; i < 2; i++) {
            (c.indices[i], c.digests[i]) = (1, leaves[1]);
            (c.proof[2 * i], c.proof[2 * i + 1]) = (siblings[i], siblings[i]);
        }
        _fails(c);
    }

    function test_RefusesPlacesBeyondTheEnd() external {
        (bytes32 release, bytes32[] memory leaves) = publishTree(3);
        Claim memory c = _claim(release, leaves, 7);
        c.indices[2] = 3;
        _fails(c);
        c.indices[2] = type(uint256).max;
        _fails(c);
    }

    /// @dev The same proof with one thing wrong at a time.
    function _refusesAround(Claim memory c, uint256 count) private view {
        bytes32[] memory proof = c.proof;
        c.proof = with(proof, 0);
        _fails(c);
        if (proof.length > 0) {
            c.proof = without(proof);
            _fails(c);
        }
        c.proof = proof;
        bytes32[] memory digests = c.digests;
        c.digests = with(digests, 0);
        _fails(c);
        c.digests = without(digests);
        _fails(c);
        c.digests = digests;
        uint256 known = c.indices.length;
        if (known > 1) {
            (c.digests[0], c.digests[known - 1]) = (c.digests[known - 1], c.digests[0]);
            _fails(c);
            (c.digests[0], c.digests[known - 1]) = (c.digests[known - 1], c.digests[0]);
        }
        c.indices[known - 1]++;
        if (c.indices[known - 1] <= count) _fails(c);
        c.indices[known - 1]--;
    }

    function _holds(Claim memory c) private view {
        assertTrue(registry.verifyChunks(c.release, c.indices, c.digests, c.proof), "its proof");
    }

    function _fails(Claim memory c) private view {
        assertTrue(!registry.verifyChunks(c.release, c.indices, c.digests, c.proof), "no proof of it");
    }

    /// @dev The chunks whose bits are set.
    function _claim(bytes32 release, bytes32[] memory leaves, uint256 set) private pure returns (Claim memory c) {
        uint256 known = 0;
        bool[] memory wanted = new bool[](leaves.length);
        for (uint256 i = 0; i < leaves.length; i++) {
            wanted[i] = set >> i & 1 == 1;
            if (wanted[i]) known++;
        }
        c = Claim(release, new uint256[](known), new bytes32[](known), PlainMerkle.proofOfMany(leaves, wanted));
        known = 0;
        for (uint256 i = 0; i < leaves.length; i++) {
            if (wanted[i]) (c.indices[known], c.digests[known++]) = (i, leaves[i]);
        }
    }
}
