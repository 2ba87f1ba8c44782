// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Binary SHA-256 tree
/// @notice Over digests in order: node = sha256(left ‖ right), an odd node is promoted.
/// @dev RFC 6962's shape without its prefixes. A root alone says nothing: an inner node of one tree is a leaf of another.
/// Safe because every use binds the count: a segment is kept under (root, count), a release keeps both, and `verify` derives
/// the only possible length of a proof from (index, count). Trees of 2^k leaves compose: the tree over their roots (the last
/// may have fewer leaves) is the tree over all leaves.
library Merkle {
    /// @notice The root of packed 32-byte digests; at least one. Overwrites `packed`.
    /// @dev Assembly, since allocating for each node would pass the price of the calldata floor (EIP-7623), below which
    /// hashing is free. Writes only within `packed`: node i of a level lands in place i, after its children 2i and 2i+1 were
    /// read. Equal to a plain implementation by a differential fuzz test.
    function root(bytes memory packed) internal view returns (bytes32 result) {
        assembly ("memory-safe") {
            let base := add(packed, 0x20)
            let count := shr(5, mload(packed))
            for {} gt(count, 1) {} {
                let to := base
                let from := base
                let end := add(base, shl(6, shr(1, count)))
                for {} lt(from, end) {} {
                    // The arguments of `and` run right to left; an answer of another length means no SHA-256 at address 2.
                    if iszero(and(eq(returndatasize(), 0x20), staticcall(gas(), 2, from, 0x40, to, 0x20))) {
                        revert(0, 0)
                    }
                    from := add(from, 0x40)
                    to := add(to, 0x20)
                }
                if and(count, 1) { mstore(to, mload(end)) }
                count := shr(1, add(count, 1))
            }
            result := mload(base)
        }
    }

    /// @notice Whether `leaf` is the leaf at `index` of the tree of `count` leaves under `expected`.
    function verify(bytes32 expected, uint256 index, uint256 count, bytes32 leaf, bytes32[] calldata proof)
        internal
        pure
        returns (bool)
    {
        if (index >= count) return false;
        bytes32 node = leaf;
        uint256 used = 0;
        for (uint256 width = count; width > 1; width = (width + 1) / 2) {
            bool promoted = index == width - 1 && index % 2 == 0;
            if (!promoted) {
                if (used == proof.length) return false;
                bytes32 sibling = proof[used++];
                node = index % 2 == 0 ? sha256(abi.encode(node, sibling)) : sha256(abi.encode(sibling, node));
            }
            index /= 2;
        }
        return used == proof.length && node == expected;
    }

    /// @notice Whether `leaves` are those at `indices` (strictly rising) of the tree of `count` leaves under `expected`.
    /// @dev Level after level: two known nodes that are siblings make their parent, a known one without its sibling takes the
    /// next of `proof`, the last of an odd level is promoted. So the number of siblings follows from indices and count.
    function verifyMany(
        bytes32 expected,
        uint256[] calldata indices,
        uint256 count,
        bytes32[] calldata leaves,
        bytes32[] calldata proof
    ) internal pure returns (bool) {
        uint256 known = indices.length;
        if (known == 0 || leaves.length != known || indices[known - 1] >= count) return false;
        for (uint256 i = 1; i < known; i++) {
            if (indices[i - 1] >= indices[i]) return false;
        }
        uint256[] memory places = indices;
        bytes32[] memory nodes = leaves;
        uint256 used = 0;
        for (uint256 width = count; width > 1; width = (width + 1) / 2) {
            uint256 parents = 0;
            for (uint256 i = 0; i < known; parents++) {
                uint256 place = places[i];
                bytes32 node = nodes[i++];
                if (i < known && place % 2 == 0 && places[i] == place + 1) {
                    node = sha256(abi.encode(node, nodes[i++]));
                } else if (place % 2 == 1 || place + 1 < width) {
                    if (used == proof.length) return false;
                    bytes32 sibling = proof[used++];
                    node = place % 2 == 0 ? sha256(abi.encode(node, sibling)) : sha256(abi.encode(sibling, node));
                }
                places[parents] = place / 2;
                nodes[parents] = node;
            }
            known = parents;
        }
        return used == proof.length && nodes[0] == expected;
    }
}
