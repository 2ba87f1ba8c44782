// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The grammar of names, and the one storage key that each legal name has
/// @notice The rules are those of `INamespaces`, `IModels`, `IReleases` and `IChannels`.
/// @dev A key is zero for an illegal name. Legal names hold no zero byte, so a name padded with zeros on the right is unlike
/// any other; an address padded on the left begins with zeros and so is unlike any label.
library Names {
    uint256 private constant DIGITS = 0x3ff << 48;
    uint256 private constant LOWER = 0x3ffffff << 97;
    uint256 private constant UPPER = 0x3ffffff << 65;
    uint256 private constant HYPHEN = 1 << 45;
    uint256 private constant DOT = 1 << 46;
    uint256 private constant UNDERSCORE = 1 << 95;

    function namespaceKey(string calldata text) internal pure returns (bytes32) {
        bytes calldata chars = bytes(text);
        if (chars.length == 42) return _addressKey(chars);
        if (chars.length > 31 || !_isWords(chars, LOWER | DIGITS, HYPHEN)) return 0;
        return bytes32(chars);
    }

    /// @notice Whether the key is that of an address's own namespace.
    function isAddress(bytes32 key) internal pure returns (bool) {
        return uint256(key) >> 160 == 0;
    }

    function isReserved(bytes32 key) internal pure returns (bool) {
        return key == "local" || key == "default";
    }

    function isModelName(string calldata text) internal pure returns (bool) {
        bytes calldata chars = bytes(text);
        return chars.length <= 64 && _isWords(chars, LOWER | DIGITS, DOT | UNDERSCORE | HYPHEN)
            && !_endsWith(chars, ".git") && !_endsWith(chars, ".ipynb");
    }

    /// @notice The id of the namespace with this text and key.
    function namespaceId(string calldata text, bytes32 key) internal pure returns (bytes20) {
        return isAddress(key) ? bytes20(uint160(uint256(key))) : bytes20(keccak256(bytes(text)));
    }

    function versionKey(string calldata text) internal pure returns (bytes32) {
        bytes calldata chars = bytes(text);
        if (chars.length > 32 || !_isWords(chars, LOWER | UPPER | DIGITS, DOT | HYPHEN)) return 0;
        return _has(DIGITS, chars[0]) ? bytes32(chars) : bytes32(0);
    }

    function isVersion(bytes32 key) internal pure returns (bool) {
        return _has(DIGITS, key[0]);
    }

    /// @dev Nothing but zeros may follow a zero, so that each channel has one key.
    function isChannel(bytes32 key) internal pure returns (bool) {
        if (!_has(LOWER, key[0])) return false;
        uint256 length = 1;
        while (length < 32 && _has(LOWER | DIGITS | HYPHEN, key[length])) length++;
        return length < 32 && key << (8 * length) == 0;
    }

    /// @notice The namespace of a legal key.
    function namespaceText(bytes32 key) internal pure returns (string memory) {
        if (!isAddress(key)) return toText(key);
        bytes memory chars = new bytes(42);
        (chars[0], chars[1]) = ("0", "x");
        uint256 rest = uint256(key);
        for (uint256 i = 41; i > 1; i--) {
            chars[i] = bytes16("0123456789abcdef")[rest & 0xf];
            rest >>= 4;
        }
        return string(chars);
    }

    /// @notice The label, version or channel of a legal key.
    function toText(bytes32 key) internal pure returns (string memory) {
        uint256 length = 0;
        while (length < 32 && key[length] != 0) length++;
        bytes memory chars = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            chars[i] = key[i];
        }
        return string(chars);
    }

    /// @dev `0x` and 40 lower-case hex digits; the zero address has key zero, so it is no namespace.
    function _addressKey(bytes calldata chars) private pure returns (bytes32) {
        if (chars[0] != "0" || chars[1] != "x") return 0;
        uint256 value = 0;
        for (uint256 i = 2; i < 42; i++) {
            uint256 char = uint8(chars[i]);
            if (_has(DIGITS, chars[i])) value = (value << 4) | (char - 48);
            else if (char >= 97 && char <= 102) value = (value << 4) | (char - 87);
            else return 0;
        }
        return bytes32(value);
    }

    /// @dev One or more words with single separators between them; a set has bit c for each character c.
    function _isWords(bytes calldata chars, uint256 word, uint256 separator) private pure returns (bool) {
        uint256 next = word;
        for (uint256 i = 0; i < chars.length; i++) {
            uint256 char = 1 << uint8(chars[i]);
            if (next & char == 0) return false;
            next = separator & char == 0 ? word | separator : word;
        }
        return next != word;
    }

    function _endsWith(bytes calldata chars, bytes memory suffix) private pure returns (bool) {
        return chars.length >= suffix.length && keccak256(chars[chars.length - suffix.length:]) == keccak256(suffix);
    }

    function _has(uint256 set, bytes1 char) private pure returns (bool) {
        return set & (1 << uint8(char)) != 0;
    }
}
