// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Merkle} from "../contracts/lib/Merkle.sol";
import {MiniTest} from "./MiniTest.sol";
import {PlainMerkle} from "./PlainMerkle.sol";

contract MerkleTest is MiniTest {
    uint256 private constant MAX_LEAVES = 40;

    /// @dev External, so that the proof is calldata as in the contract.
    function verify(bytes32 root, uint256 index, uint256 count, bytes32 leaf, bytes32[] calldata proof)
        external
        pure
        returns (bool)
    {
        return Merkle.verify(root, index, count, leaf, proof);
    }

    /// @dev One leaf less, as many, or one more than a full tree of up to a segment has.
    function testFuzz_RootEqualsThePlainTree(uint256 seed, uint256 power, uint256 more) external view {
        bytes32[] memory leaves = _random(seed, (2 << power % 10) + more % 3 - 1);
        assertEq(Merkle.root(abi.encodePacked(leaves)), PlainMerkle.root(leaves));
    }

    function testFuzz_RootWritesNothingBesideItsInput(uint256 seed, uint256 size) external view {
        bytes memory packed = abi.encodePacked(_random(seed, size % MAX_LEAVES + 1));
        bytes memory behind = abi.encode(seed);
        uint256 length = packed.length;
        Merkle.root(packed);
        assertEq(packed.length, length);
        assertEq(abi.decode(behind, (uint256)), seed);
    }

    function testFuzz_ProofVerifies(uint256 seed, uint256 size, uint256 pick) external view {
        (bytes32 root, bytes32[] memory leaves, bytes32[] memory proof, uint256 index) = _tree(seed, size, pick);
        assertTrue(this.verify(root, index, leaves.length, leaves[index], proof), "the proof of its leaf");
    }

    function testFuzz_ProofIsOfOneIndexOnly(uint256 seed, uint256 size, uint256 pick, uint256 other) external view {
        (bytes32 root, bytes32[] memory leaves, bytes32[] memory proof, uint256 index) = _tree(seed, size, pick);
        vm.assume(other != index);
        assertTrue(!this.verify(root, other, leaves.length, leaves[index], proof), "another index, any");
        uint256 near = other % leaves.length;
        vm.assume(near != index);
        assertTrue(!this.verify(root, near, leaves.length, leaves[index], proof), "another index of the tree");
    }

    function testFuzz_ProofNeedsEachByte(uint256 seed, uint256 size, uint256 pick, uint256 level, bytes32 flip)
        external
        view
    {
        (bytes32 root, bytes32[] memory leaves, bytes32[] memory proof, uint256 index) = _tree(seed, size, pick);
        vm.assume(flip != 0);
        bytes32 leaf = leaves[index];
        assertTrue(!this.verify(root, index, leaves.length, leaf ^ flip, proof), "another leaf");
        assertTrue(!this.verify(root ^ flip, index, leaves.length, leaf, proof), "another root");
        vm.assume(proof.length > 0);
        proof[level % proof.length] ^= flip;
        assertTrue(!this.verify(root, index, leaves.length, leaf, proof), "another sibling");
    }

    function testFuzz_ProofHasOneLength(uint256 seed, uint256 size, uint256 pick, bytes32 extra) external view {
        (bytes32 root, bytes32[] memory leaves, bytes32[] memory proof, uint256 index) = _tree(seed, size, pick);
        bytes32[] memory longer = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; i++) {
            longer[i] = proof[i];
        }
        longer[proof.length] = extra;
        assertTrue(!this.verify(root, index, leaves.length, leaves[index], longer), "a longer proof");
        vm.assume(proof.length > 0);
        bytes32[] memory shorter = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < shorter.length; i++) {
            shorter[i] = proof[i];
        }
        assertTrue(!this.verify(root, index, leaves.length, leaves[index], shorter), "a shorter proof");
    }

    /// @dev Second preimage: the inner nodes of a tree are the leaves of a smaller one, which only the count tells apart.
    function testFuzz_InnerNodeIsNoLeaf(uint256 seed, uint256 size, uint256 pick) external view {
        (bytes32 root, bytes32[] memory leaves, bytes32[] memory proof, uint256 index) = _tree(seed, size, pick);
        vm.assume(leaves.length > 1 && index ^ 1 < leaves.length);
        (bytes32 left, bytes32 right) = (leaves[index & ~uint256(1)], leaves[index | 1]);
        bytes32 inner = sha256(abi.encode(left, right));
        bytes32[] memory above = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < above.length; i++) {
            above[i] = proof[i + 1];
        }
        assertTrue(this.verify(root, index / 2, (leaves.length + 1) / 2, inner, above), "in the tree of half the count");
        assertTrue(!this.verify(root, index / 2, leaves.length, inner, above), "in the tree itself");
    }

    /// @dev Trees of 2^k leaves and a rest compose: what `publish` relies on for segments of 1,024.
    function testFuzz_RootsCompose(uint256 seed, uint256 size, uint256 power) external view {
        bytes32[] memory leaves = _random(seed, size % MAX_LEAVES + 1);
        uint256 part = 1 << (power % 6);
        bytes32[] memory roots = new bytes32[]((leaves.length + part - 1) / part);
        for (uint256 i = 0; i < roots.length; i++) {
            uint256 rest = leaves.length - i * part;
            bytes32[] memory some = new bytes32[](rest < part ? rest : part);
            for (uint256 j = 0; j < some.length; j++) {
                some[j] = leaves[i * part + j];
            }
            roots[i] = Merkle.root(abi.encodePacked(some));
        }
        assertEq(Merkle.root(abi.encodePacked(roots)), Merkle.root(abi.encodePacked(leaves)));
    }

    function test_Vectors() external view {
        string memory json = vm.readFile("vectors/merkle.json");
        uint256 trees = 0;
        for (string memory key = "$.trees[0]"; vm.keyExistsJson(json, key); trees++) {
            bytes32 root = vm.parseJsonBytes32(json, string.concat(key, ".root"));
            bytes32[] memory leaves = _digests(vm.parseJsonUint(json, string.concat(key, ".count")));
            assertEq(Merkle.root(abi.encodePacked(leaves)), root);
            _checkProofs(json, string.concat(key, ".proofs["), root, leaves);
            key = string.concat("$.trees[", vm.toString(trees + 1), "]");
        }
        assertEq(trees, 68);
    }

    function _checkProofs(string memory json, string memory list, bytes32 root, bytes32[] memory leaves) private view {
        string memory key = string.concat(list, "0]");
        for (uint256 i = 0; vm.keyExistsJson(json, key); i++) {
            uint256 index = vm.parseJsonUint(json, string.concat(key, ".index"));
            bytes32[] memory proof = vm.parseJsonBytes32Array(json, string.concat(key, ".proof"));
            assertTrue(this.verify(root, index, leaves.length, leaves[index], proof), key);
            key = string.concat(list, vm.toString(i + 1), "]");
        }
    }

    function _tree(uint256 seed, uint256 size, uint256 pick)
        private
        pure
        returns (bytes32 root, bytes32[] memory leaves, bytes32[] memory proof, uint256 index)
    {
        leaves = _random(seed, size % MAX_LEAVES + 1);
        index = pick % leaves.length;
        proof = PlainMerkle.proof(leaves, index);
        root = PlainMerkle.root(leaves);
    }

    function _random(uint256 seed, uint256 count) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
    }

    /// @dev As vectors/merkle.json says.
    function _digests(uint256 count) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            leaves[i] = sha256(abi.encodePacked(uint64(i)));
        }
    }
}
