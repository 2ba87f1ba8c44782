// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The tree in the plainest words, to which the contract's is held.
library PlainMerkle {
    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        bytes32[] memory nodes = leaves;
        while (nodes.length > 1) {
            nodes = parents(nodes);
        }
        return nodes[0];
    }

    /// @dev Without the siblings of promoted nodes.
    function proof(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory) {
        bool[] memory wanted = new bool[](leaves.length);
        wanted[index] = true;
        return proofOfMany(leaves, wanted);
    }

    /// @dev Level after level, from left to right: each node beside a known one that is not known itself.
    function proofOfMany(bytes32[] memory leaves, bool[] memory wanted) internal pure returns (bytes32[] memory found) {
        bytes32[] memory nodes = leaves;
        bool[] memory known = wanted;
        while (nodes.length > 1) {
            for (uint256 i = 0; i < nodes.length; i++) {
                if (i ^ 1 < nodes.length && !known[i] && known[i ^ 1]) found = _append(found, nodes[i]);
            }
            bool[] memory above = new bool[]((nodes.length + 1) / 2);
            for (uint256 i = 0; i < nodes.length; i++) {
                above[i / 2] = above[i / 2] || known[i];
            }
            (nodes, known) = (parents(nodes), above);
        }
    }

    function parents(bytes32[] memory nodes) internal pure returns (bytes32[] memory above) {
        above = new bytes32[]((nodes.length + 1) / 2);
        for (uint256 i = 0; i < nodes.length; i += 2) {
            above[i / 2] = i + 1 < nodes.length ? sha256(abi.encode(nodes[i], nodes[i + 1])) : nodes[i];
        }
    }

    function _append(bytes32[] memory list, bytes32 last) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; i++) {
            longer[i] = list[i];
        }
        longer[list.length] = last;
    }
}
