// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations as I} from "../contracts/interfaces/IAttestations.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract AttestationsTest is RegistryTest {
    address private constant AUDITOR = address(0xa0d1);
    bytes32 private release;

    function setUp() public override {
        super.setUp();
        release = publish("1");
    }

    function test_StatesWhatAnAuditorFound() external {
        vm.warp(1_900_000_000);
        emits();
        emit I.ReleaseAttested(release, AUDITOR, I.Attestation(release, 5, 4, true, 90, REPORT));
        vm.prank(AUDITOR);
        registry.attest(I.Attestation(release, 5, 4, true, 90, REPORT));
        _slot(AUDITOR, I.Attested(5, 4, true, 90, 1_900_000_000, 0));
        _slot(STRANGER, I.Attested(0, 0, false, 0, 0, 0));
    }

    function test_RemembersTheLastGoodAudit() external {
        uint48 time = uint48(block.timestamp);
        _attest(AUDITOR, 3, 3, 50);
        _slot(AUDITOR, I.Attested(3, 3, false, 50, time, 50));
        _attest(AUDITOR, 3, 2, 60);
        _slot(AUDITOR, I.Attested(3, 2, false, 60, time, 50));
        _attest(AUDITOR, 4, 4, 70);
        _slot(AUDITOR, I.Attested(4, 4, false, 70, time, 70));
    }

    function test_OneAuditorSaysNothingForAnother() external {
        _attest(AUDITOR, 3, 3, 50);
        _attest(STRANGER, 3, 0, 40);
        uint48 time = uint48(block.timestamp);
        _slot(AUDITOR, I.Attested(3, 3, false, 50, time, 50));
        _slot(STRANGER, I.Attested(3, 0, false, 40, time, 0));
    }

    function test_AsOfRisesUpToThePresentBlock() external {
        _refusesAsOf(0, 0);
        _refusesAsOf(101, 0);
        _attest(address(this), 1, 1, 99);
        _refusesAsOf(99, 99);
        _refusesAsOf(98, 99);
        _refusesAsOf(uint64(1 << 48) + 100, 99);
        _attest(address(this), 1, 1, 100);
        _refusesAsOf(100, 100);
        vm.roll(101);
        _attest(address(this), 1, 1, 101);
    }

    function test_RefusesWhatCantBe() external {
        _refuses(0, 0, false);
        _refuses(6, 6, false);
        _refuses(3, 4, false);
        _refuses(4, 4, true);
        _refuses(0, 0, true);
        registry.attest(I.Attestation(release, 5, 5, true, 50, 0));
    }

    function test_AllChunksMayBeCheckedAndNotCalledFull() external {
        _attest(address(this), 5, 0, 50);
        _slot(address(this), I.Attested(5, 0, false, 50, uint48(block.timestamp), 0));
    }

    function test_NamesAnUnknownRelease() external {
        refused(abi.encodeWithSelector(IReleases.ReleaseUnknown.selector, bytes32(0)));
        registry.attest(I.Attestation(0, 1, 1, false, 50, 0));
    }

    function test_AWithdrawnReleaseMayBeAudited() external {
        setStatus("1", IReleases.Status.Active, IReleases.Status.Revoked, 0);
        _attest(AUDITOR, 1, 1, 50);
    }

    function test_StatesSeveralAtOnceOrNone() external {
        bytes32 other = publish("2");
        I.Attestation[] memory list = new I.Attestation[](2);
        list[0] = I.Attestation(release, 5, 5, true, 50, REPORT);
        list[1] = I.Attestation(other, 1, 0, false, 50, 0);
        emits();
        emit I.ReleaseAttested(release, AUDITOR, list[0]);
        emits();
        emit I.ReleaseAttested(other, AUDITOR, list[1]);
        vm.prank(AUDITOR);
        registry.attestBatch(list);
        list[0].asOf = 60;
        refused(abi.encodeWithSelector(I.AttestationOutOfOrder.selector, 50, 50));
        vm.prank(AUDITOR);
        registry.attestBatch(list);
        _slot(AUDITOR, I.Attested(5, 5, true, 50, uint48(block.timestamp), 50));
        registry.attestBatch(new I.Attestation[](0));
    }

    function test_FindsTheLastGoodAuditByThese() external {
        address[] memory auditors = new address[](3);
        (auditors[0], auditors[1], auditors[2]) = (STRANGER, AUDITOR, address(this));
        _lastGood(auditors, address(0), 0);
        _attest(STRANGER, 2, 1, 99);
        _lastGood(auditors, address(0), 0);
        _attest(AUDITOR, 1, 1, 50);
        _lastGood(auditors, AUDITOR, 50);
        _attest(address(this), 1, 1, 50);
        _lastGood(auditors, AUDITOR, 50);
        _attest(address(this), 1, 1, 51);
        _lastGood(auditors, address(this), 51);
        _attest(AUDITOR, 2, 0, 90);
        _lastGood(auditors, address(this), 51);
        _lastGood(new address[](0), address(0), 0);
    }

    function testFuzz_TheSlotFollowsItsDefinition(uint32 checked, uint32 ok, bool full, uint64 asOf) external {
        (checked, ok) = (checked % 8, ok % 8);
        asOf %= 128;
        bool fits = checked > 0 && checked <= 5 && ok <= checked && (!full || checked == 5);
        if (!fits) refused(abi.encodeWithSelector(I.AttestationInvalid.selector, checked, ok, full));
        else if (asOf == 0 || asOf > 100) refused(abi.encodeWithSelector(I.AttestationOutOfOrder.selector, asOf, 0));
        registry.attest(I.Attestation(release, checked, ok, full, asOf, 0));
        if (!fits || asOf == 0 || asOf > 100) return _slot(address(this), I.Attested(0, 0, false, 0, 0, 0));
        uint48 good = ok == checked ? uint48(asOf) : 0;
        _slot(address(this), I.Attested(checked, ok, full, uint48(asOf), uint48(block.timestamp), good));
    }

    function _attest(address auditor, uint32 checked, uint32 ok, uint64 asOf) private {
        vm.prank(auditor);
        registry.attest(I.Attestation(release, checked, ok, false, asOf, REPORT));
    }

    function _refusesAsOf(uint64 asOf, uint64 last) private {
        refused(abi.encodeWithSelector(I.AttestationOutOfOrder.selector, asOf, last));
        registry.attest(I.Attestation(release, 1, 1, false, asOf, 0));
    }

    function _refuses(uint32 checked, uint32 ok, bool full) private {
        refused(abi.encodeWithSelector(I.AttestationInvalid.selector, checked, ok, full));
        registry.attest(I.Attestation(release, checked, ok, full, 50, 0));
    }

    function _slot(address auditor, I.Attested memory expected) private view {
        address[] memory auditors = new address[](1);
        auditors[0] = auditor;
        assertEq(abi.encode(registry.attestedBy(release, auditors)[0]), abi.encode(expected));
    }

    function _lastGood(address[] memory auditors, address expected, uint64 expectedAsOf) private view {
        (address auditor, uint64 asOf) = registry.lastGoodAudit(release, auditors);
        assertEq(auditor, expected);
        assertEq(asOf, expectedAsOf);
    }
}
