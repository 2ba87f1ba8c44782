// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Cast} from "./Cast.sol";

/// @notice The few names and contents that the actors use, so that they meet.
abstract contract Domain is Cast {
    bytes32 internal constant SALT = keccak256("salt");

    /// @dev Without a label of theirs: words of clients, then what the grammar forbids.
    string[] internal labels = ["acme", "beta", "gamma", "local", "Acme"];
    uint256 internal constant FREE_LABELS = 3;

    /// @dev The last is illegal.
    string[] internal names = ["llama", "gpt.2", "a.git"];
    uint256 internal constant LEGAL_VERSIONS = 6;
    string[] internal versionTexts = ["1", "1.1", "2-rc", "10.0", "3.A", "20260101", "v1"];
    bytes32[] internal channelKeys = [bytes32("latest"), "stable", "1st"];

    /// @dev What the draws of the present action come from.
    uint256 private entropy;

    /// @dev All namespaces that can have an owner: the free labels and then two actors' own.
    bytes20[] internal namespaceIds;
    string[] internal namespaceTexts;

    modifier drawing(uint256 seed) {
        entropy = seed;
        _;
    }

    function _name() internal {
        for (uint256 i = 0; i < FREE_LABELS; i++) {
            namespaceIds.push(bytes20(keccak256(bytes(labels[i]))));
            namespaceTexts.push(labels[i]);
        }
        for (uint256 i = 0; i < 2; i++) {
            address holder = actors[3 + i];
            namespaceIds.push(bytes20(holder));
            namespaceTexts.push(_hex(holder));
        }
    }

    /// @dev The next draw: 0 to `sides` - 1.
    function _draw(uint256 sides) internal returns (uint256) {
        entropy = uint256(keccak256(abi.encode(entropy)));
        return entropy % sides;
    }

    function _rarely() internal returns (bool) {
        return _draw(16) == 0;
    }

    function _actor() internal returns (address) {
        return actors[_draw(actors.length)];
    }

    /// @dev One that can have an owner; rarely a text that names none, with id zero.
    function _namespace() internal returns (bytes20 id, string memory text) {
        if (_rarely()) return (0, labels[FREE_LABELS + _draw(2)]);
        uint256 pick = _draw(namespaceIds.length);
        return (namespaceIds[pick], namespaceTexts[pick]);
    }

    function _owned() internal returns (bytes20) {
        return namespaceIds[_draw(namespaceIds.length)];
    }

    /// @dev A legal one, whether it exists or not.
    function _model() internal returns (bytes32) {
        return _modelId(_owned(), names[_draw(2)]);
    }

    /// @dev One of two, so that contents meet.
    function _leaf() internal returns (bytes32) {
        return sha256(abi.encode(_draw(2)));
    }

    function _modelId(bytes20 namespace, string memory name) internal pure returns (bytes32) {
        return keccak256(abi.encode(namespace, name));
    }

    function _releaseId(bytes32 model, bytes32 version) internal pure returns (bytes32) {
        return keccak256(abi.encode(model, version));
    }

    /// @dev All leaves are the same, so that the root is easily said in other words than the contract's.
    function _packed(bytes32 leaf, uint256 count) internal pure returns (bytes memory packed) {
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            leaves[i] = leaf;
        }
        packed = abi.encodePacked(leaves);
    }

    /// @dev The root over `count` times the same leaf: a tree is the full one of the largest power of two below it, and the rest.
    function _root(bytes32 leaf, uint256 count) internal pure returns (bytes32) {
        if (count == 1) return leaf;
        uint256 left = 1;
        while (left * 2 < count) left *= 2;
        if (left * 2 == count) {
            bytes32 half = _root(leaf, left);
            return sha256(abi.encode(half, half));
        }
        return sha256(abi.encode(_root(leaf, left), _root(leaf, count - left)));
    }

    function _hex(address account) private pure returns (string memory) {
        bytes memory text = new bytes(42);
        (text[0], text[1]) = ("0", "x");
        for (uint256 i = 0; i < 40; i++) {
            uint8 digit = uint8(uint160(account) >> (4 * (39 - i))) & 0xf;
            text[i + 2] = bytes1(digit + (digit < 10 ? 48 : 87));
        }
        return string(text);
    }
}
