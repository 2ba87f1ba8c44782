// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Names} from "../contracts/lib/Names.sol";
import {MiniTest} from "./MiniTest.sol";

contract NamesTest is MiniTest {
    /// @dev External, so that texts are calldata as in the contract.
    function key(string calldata kind, string calldata text) external pure returns (bytes32) {
        bytes32 id = keccak256(bytes(kind));
        if (id == keccak256("namespace")) return Names.namespaceKey(text);
        if (id == keccak256("version")) return Names.versionKey(text);
        if (id == keccak256("channel")) return channelKey(text);
        return Names.isModelName(text) ? keccak256(bytes(text)) : bytes32(0);
    }

    /// @dev The channel's label as the registry takes it; zero where it is illegal.
    function channelKey(string calldata text) internal pure returns (bytes32) {
        bytes32 label = bytes32(bytes(text));
        bool whole = keccak256(bytes(Names.toText(label))) == keccak256(bytes(text));
        return whole && Names.isChannel(label) ? label : bytes32(0);
    }

    function test_NamespaceVectors() external view {
        _check("namespace");
    }

    function test_NameVectors() external view {
        _check("name");
    }

    function test_VersionVectors() external view {
        _check("version");
    }

    function test_ChannelVectors() external view {
        _check("channel");
    }

    function test_KeysReadBackAsTheirText() external view {
        string memory json = vm.readFile("vectors/names.json");
        string[] memory texts = vm.parseJsonStringArray(json, "$.namespace.valid");
        for (uint256 i = 0; i < texts.length; i++) {
            assertEq(Names.namespaceText(this.key("namespace", texts[i])), texts[i]);
        }
        texts = vm.parseJsonStringArray(json, "$.version.valid");
        for (uint256 i = 0; i < texts.length; i++) {
            assertEq(Names.toText(this.key("version", texts[i])), texts[i]);
        }
        texts = vm.parseJsonStringArray(json, "$.channel.valid");
        for (uint256 i = 0; i < texts.length; i++) {
            assertEq(Names.toText(this.key("channel", texts[i])), texts[i]);
        }
    }

    /// @dev A label is legal or not by all of its 32 bytes, what follows a zero included.
    function testFuzz_ChannelLabelsHaveNothingBehindTheirText(uint256 length, bytes32 rest) external pure {
        length = length % 31 + 1;
        bytes32 label = bytes32("abcdefghij-klmnopqrst-uvwxyz0123") & ~bytes32(type(uint256).max >> (8 * length));
        assertTrue(Names.isChannel(label), "a label of each length up to 31");
        bytes32 tail = rest >> (8 * length + 8);
        assertTrue(Names.isChannel(label | tail) == (tail == 0), "nothing behind a zero");
    }

    function test_AChannelHasAtMost31Bytes() external pure {
        assertTrue(!Names.isChannel("abcdefghijklmnopqrstuvwxyz012345"), "32 bytes");
        assertTrue(!Names.isChannel(0), "none");
    }

    function testFuzz_NothingIsBothVersionAndChannel(string calldata text) external pure {
        assertTrue(Names.versionKey(text) == 0 || channelKey(text) == 0, text);
    }

    function testFuzz_AddressNamespaceReadsBack(address account) external view {
        vm.assume(account != address(0));
        bytes32 id = bytes32(uint256(uint160(account)));
        assertTrue(Names.isAddress(id), "an address's key");
        assertEq(this.key("namespace", Names.namespaceText(id)), id);
    }

    /// @dev A legal text and the same with anything behind it never share a key.
    function testFuzz_KeysAreOfOneTextOnly(bytes calldata tail) external view {
        vm.assume(tail.length > 0);
        string memory longer = string(bytes.concat("acme", tail));
        assertTrue(this.key("namespace", longer) != this.key("namespace", "acme"), longer);
    }

    function _check(string memory kind) private view {
        string memory json = vm.readFile("vectors/names.json");
        string[] memory valid = vm.parseJsonStringArray(json, string.concat("$.", kind, ".valid"));
        string[] memory invalid = vm.parseJsonStringArray(json, string.concat("$.", kind, ".invalid"));
        assertTrue(valid.length > 100 && invalid.length > 500, "the vectors are there");
        for (uint256 i = 0; i < valid.length; i++) {
            assertTrue(this.key(kind, valid[i]) != 0, valid[i]);
        }
        for (uint256 i = 0; i < invalid.length; i++) {
            assertTrue(this.key(kind, invalid[i]) == 0, invalid[i]);
        }
    }
}
