// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry as I} from "../contracts/IChunkedModelRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract StatusTest is RegistryTest {
    /// @dev Each pair of vectors/status.json, in a release of its own.
    function test_Vectors() external {
        string memory json = vm.readFile("vectors/status.json");
        string[] memory words = vm.parseJsonStringArray(json, "$.statuses");
        uint256 pairs = 0;
        for (string memory key = "$.transitions[0]"; vm.keyExistsJson(json, key); pairs++) {
            I.Status from = _status(words, vm.parseJsonString(json, string.concat(key, ".from")));
            I.Status to = _status(words, vm.parseJsonString(json, string.concat(key, ".to")));
            _check(vm.toString(pairs), from, to, vm.parseJsonBool(json, string.concat(key, ".allowed")));
            key = string.concat("$.transitions[", vm.toString(pairs + 1), "]");
        }
        assertEq(pairs, 16);
    }

    function test_OnlyTheOwnerChangesStatus() external {
        publish("1");
        refusedToStranger();
        registry.setStatus(NS, NAME, "1", I.Status.Revoked);
    }

    function test_NamesAnUnknownVersion() external {
        refused(abi.encodeWithSelector(I.VersionUnknown.selector, NS, NAME, "9"));
        registry.setStatus(NS, NAME, "9", I.Status.Yanked);
        refused(abi.encodeWithSelector(I.VersionInvalid.selector, "nine"));
        registry.setStatus(NS, NAME, "nine", I.Status.Yanked);
    }

    function test_ChangesNothingElse() external {
        publish("1");
        I.Release memory before = registry.versions(NS, NAME, 0, 1)[0];
        registry.setStatus(NS, NAME, "1", I.Status.Revoked);
        before.status = I.Status.Revoked;
        I.Release memory afterwards = registry.versions(NS, NAME, 0, 1)[0];
        assertEq(keccak256(abi.encode(afterwards)), keccak256(abi.encode(before)));
    }

    function _check(string memory version, I.Status from, I.Status to, bool allowed) private {
        bytes32 release = publish(version);
        if (from != I.Status.Active) registry.setStatus(NS, NAME, version, from);
        if (allowed) {
            emits();
            emit I.StatusChanged(release, from, to);
        } else {
            refused(abi.encodeWithSelector(I.StatusTransitionRefused.selector, from, to));
        }
        registry.setStatus(NS, NAME, version, to);
        I.Status status = registry.resolve(NS, NAME, version).release.status;
        assertEq(uint8(status), uint8(allowed ? to : from));
    }

    /// @dev The enum's numbers are the places in the list.
    function _status(string[] memory words, string memory word) private pure returns (I.Status) {
        for (uint8 i = 0; i < words.length; i++) {
            if (keccak256(bytes(words[i])) == keccak256(bytes(word))) return I.Status(i);
        }
        revert Untrue(word);
    }
}
