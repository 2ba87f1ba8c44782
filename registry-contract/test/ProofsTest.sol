// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {PlainMerkle} from "./PlainMerkle.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice Releases of any number of chunks; chunk i is i as 8 bytes.
abstract contract ProofsTest is RegistryTest {
    function publishTree(uint256 count) internal returns (bytes32 release, bytes32[] memory leaves) {
        leaves = leavesOf(count);
        release = publishRoot(PlainMerkle.root(leaves), count);
    }

    /// @dev Of this count under this root, whether there is such a tree or not.
    function publishRoot(bytes32 root, uint256 count) internal returns (bytes32) {
        IReleases.Publication memory p =
            claim(string.concat(vm.toString(uint256(root) >> 200), ".", vm.toString(count)));
        (p.chunkRoot, p.chunkCount) = (root, uint64(count));
        return registry.publish(p);
    }

    function leavesOf(uint256 count) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            leaves[i] = sha256(abi.encodePacked(uint64(i)));
        }
    }

    function without(bytes32[] memory list) internal pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](list.length - 1);
        for (uint256 i = 0; i < shorter.length; i++) {
            shorter[i] = list[i];
        }
    }

    function with(bytes32[] memory list, bytes32 last) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; i++) {
            longer[i] = list[i];
        }
        longer[list.length] = last;
    }
}
