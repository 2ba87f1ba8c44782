// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReasons} from "../contracts/interfaces/IReasons.sol";
import {IReleases as I} from "../contracts/interfaces/IReleases.sol";
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

    /// @dev The seq counts every change, and the last reason stands in the record.
    function test_CountsChangesAndKeepsTheReason() external {
        bytes32 release = publish("1");
        vm.roll(200);
        I.StatusChange memory change = statusChange("1", I.Status.Active, I.Status.Yanked, 0);
        change.reason = IReasons.Reason.Security;
        emits();
        emit I.StatusChanged(release, I.Status.Yanked, 1, IReasons.Reason.Security, REPORT);
        registry.setStatus(change);
        change = I.StatusChange(model, "1", I.Status.Yanked, I.Status.Active, 1, IReasons.Reason.Corrected, bytes32(0));
        emits();
        emit I.StatusChanged(release, I.Status.Active, 2, IReasons.Reason.Corrected, 0);
        registry.setStatus(change);
        I.Release memory record = registry.resolve(model, "1").release;
        assertEq(record.statusSeq, 2);
        assertEq(uint8(record.reason), uint8(IReasons.Reason.Corrected));
        assertEq(registry.resolve(model, "1").changedBlock, 200);
    }

    /// @dev A change is refused whole when its author saw another state, even where it is allowed from the present one.
    function test_ComparesBeforeItSets() external {
        bytes32 release = publish("1");
        _mismatch(release, I.Status.Deprecated, 0);
        _mismatch(release, I.Status.Active, 1);
        setStatus("1", I.Status.Active, I.Status.Deprecated, 0);
        setStatus("1", I.Status.Deprecated, I.Status.Active, 1);
        refused(abi.encodeWithSelector(I.StatusMismatch.selector, release, I.Status.Active, 2));
        setStatus("1", I.Status.Active, I.Status.Yanked, 0);
        refused(abi.encodeWithSelector(I.StatusMismatch.selector, release, I.Status.Active, 2));
        setStatus("1", I.Status.Active, I.Status.Yanked, uint64(1 << 32) + 2);
        setStatus("1", I.Status.Active, I.Status.Yanked, 2);
    }

    /// @dev A revocation holds whatever happened meanwhile: nobody can delay it by other changes.
    function test_ARevocationComparesNothing() external {
        bytes32 release = publish("1");
        setStatus("1", I.Status.Active, I.Status.Yanked, 0);
        emits();
        emit I.StatusChanged(release, I.Status.Revoked, 2, IReasons.Reason.Defective, REPORT);
        setStatus("1", I.Status.Deprecated, I.Status.Revoked, 7);
        assertEq(registry.resolve(model, "1").release.statusSeq, 2);
    }

    function test_RevokedIsTheEnd() external {
        publish("1");
        setStatus("1", I.Status.Active, I.Status.Revoked, 0);
        for (uint8 to = 0; to < 4; to++) {
            refused(abi.encodeWithSelector(I.StatusTransitionRefused.selector, I.Status.Revoked, I.Status(to)));
            setStatus("1", I.Status.Revoked, I.Status(to), 1);
        }
        refused(abi.encodeWithSelector(I.StatusTransitionRefused.selector, I.Status.Revoked, I.Status.Revoked));
        setStatus("1", I.Status.Active, I.Status.Revoked, 0);
    }

    function test_NamesAnUnknownVersion() external {
        refused(abi.encodeWithSelector(I.VersionUnknown.selector, model, bytes32("9")));
        setStatus("9", I.Status.Active, I.Status.Yanked, 0);
    }

    /// @dev Fault E1: of a record, only what `Release` says ever changes.
    function test_E1_ChangesNothingElse() external {
        publish("1");
        I.Release memory before = registry.versions(model, 0, 1)[0];
        vm.warp(block.timestamp + 1 days);
        setStatus("1", I.Status.Active, I.Status.Revoked, 0);
        before.status = I.Status.Revoked;
        before.statusSeq = 1;
        before.reason = IReasons.Reason.Defective;
        assertEq(abi.encode(registry.versions(model, 0, 1)[0]), abi.encode(before));
    }

    function test_RefusesNumbersWithoutAMeaning() external {
        publish("1");
        bytes memory call = abi.encodeCall(I.setStatus, (statusChange("1", I.Status.Active, I.Status.Yanked, 0)));
        call[4 + 3 * 32 + 31] = 0x04;
        (bool ok,) = address(registry).call(call);
        assertTrue(!ok, "a fifth status");
        call[4 + 3 * 32 + 31] = 0x02;
        call[4 + 5 * 32 + 31] = 0x09;
        (ok,) = address(registry).call(call);
        assertTrue(!ok, "a tenth reason");
        call[4 + 5 * 32 + 31] = 0x08;
        (ok,) = address(registry).call(call);
        assertTrue(ok, "the last of each is fine");
    }

    function _mismatch(bytes32 release, I.Status from, uint64 seq) private {
        refused(abi.encodeWithSelector(I.StatusMismatch.selector, release, I.Status.Active, 0));
        setStatus("1", from, I.Status.Yanked, seq);
    }

    function _check(string memory version, I.Status from, I.Status to, bool allowed) private {
        bytes32 release = publish(version);
        bytes32 key = bytes32(bytes(version));
        uint64 seq = 0;
        if (from != I.Status.Active) setStatus(key, I.Status.Active, from, seq++);
        if (allowed) {
            emits();
            emit I.StatusChanged(release, to, seq + 1, IReasons.Reason.Defective, REPORT);
        } else {
            refused(abi.encodeWithSelector(I.StatusTransitionRefused.selector, from, to));
        }
        setStatus(key, from, to, seq);
        I.Status status = registry.resolve(model, key).release.status;
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
