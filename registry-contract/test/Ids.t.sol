// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RegistryTest} from "./RegistryTest.sol";

/// @notice vectors/ids.json, which clients compute without a chain.
contract IdsTest is RegistryTest {
    function test_ReleaseVectors() external view {
        string memory json = vm.readFile("vectors/ids.json");
        uint256 count = 0;
        for (string memory key = "$.releases[0]"; vm.keyExistsJson(json, key); count++) {
            string memory owner = vm.parseJsonString(json, string.concat(key, ".namespace"));
            string memory name = vm.parseJsonString(json, string.concat(key, ".name"));
            bytes memory id = vm.parseJsonBytes(json, string.concat(key, ".namespaceId"));
            bytes32 expected = vm.parseJsonBytes32(json, string.concat(key, ".model"));
            bytes32 version = vm.parseJsonBytes32(json, string.concat(key, ".versionLabel"));
            assertEq(version, bytes32(bytes(vm.parseJsonString(json, string.concat(key, ".version")))));
            assertEq(registry.namespaceId(owner), bytes20(id));
            assertEq(registry.modelId(owner, name), expected);
            bytes32 release = vm.parseJsonBytes32(json, string.concat(key, ".release"));
            assertEq(registry.releaseId(expected, version), release);
            key = string.concat("$.releases[", vm.toString(count + 1), "]");
        }
        assertEq(count, 4);
    }

    function test_CommitmentVectors() external {
        string memory json = vm.readFile("vectors/ids.json");
        for (uint256 i = 0; i < 3; i++) {
            string memory key = string.concat("$.commitments[", vm.toString(i), "]");
            string memory label = vm.parseJsonString(json, string.concat(key, ".label"));
            bytes32 salt = vm.parseJsonBytes32(json, string.concat(key, ".salt"));
            registry.commitNamespace(vm.parseJsonBytes32(json, string.concat(key, ".commitment")));
            vm.warp(block.timestamp + 1 minutes);
            vm.prank(vm.parseJsonAddress(json, string.concat(key, ".owner")));
            registry.registerNamespace(label, salt);
        }
    }
}
