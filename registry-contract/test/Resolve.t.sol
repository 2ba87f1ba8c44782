// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {IModels} from "../contracts/interfaces/IModels.sol";
import {IReasons} from "../contracts/interfaces/IReasons.sol";
import {IRecords as I} from "../contracts/interfaces/IRecords.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract ResolveTest is RegistryTest {
    function setUp() public override {
        super.setUp();
        vm.roll(200);
        publish("1");
        vm.roll(300);
        setChannel("latest", "1", 0);
    }

    function test_AnswersAnExactVersion() external view {
        I.Resolution memory r = registry.resolve(model, "1");
        assertEq(abi.encode(r.release), abi.encode(registry.versions(model, 0, 1)[0]));
        assertTrue(r.active, "active");
        assertEq(r.channelSeq, 0);
        assertEq(r.segmentCount, 0);
        assertEq(r.changedBlock, 200);
        assertEq(r.statementKey, address(0));
        assertEq(r.successor, address(0));
    }

    function test_AnswersAChannel() external view {
        I.Resolution memory r = registry.resolve(model, "latest");
        assertEq(r.release.version, "1");
        assertEq(r.channelSeq, 1);
        assertEq(r.changedBlock, 300);
    }

    function test_SaysWhoseStatementsVouchAndWhatComesNext() external {
        registry.setStatementKey(namespace, STRANGER);
        vm.prank(AUTHORITY);
        registry.announceSuccessor(address(this));
        I.Resolution memory r = registry.resolve(model, "latest");
        assertEq(r.statementKey, STRANGER);
        assertEq(r.successor, address(this));
        assertEq(registry.successor(), address(this));
    }

    function test_SaysWhenAnythingInTheAnswerChanged() external {
        vm.roll(400);
        setStatus("1", IReleases.Status.Active, IReleases.Status.Deprecated, 0);
        assertEq(registry.resolve(model, "latest").changedBlock, 400);
        vm.roll(500);
        publish("2");
        assertEq(registry.resolve(model, "latest").changedBlock, 400);
        vm.roll(600);
        setChannel("latest", "2", 1);
        assertEq(registry.resolve(model, "1").changedBlock, 400);
        assertEq(registry.resolve(model, "latest").changedBlock, 600);
        vm.roll(700);
        registry.setModelActive(model, false, IReasons.Reason.None, 0);
        assertEq(registry.resolve(model, "1").changedBlock, 700);
        vm.roll(800);
        registry.setModelActive(model, true, IReasons.Reason.None, 0);
        assertEq(registry.resolve(model, "latest").changedBlock, 800);
    }

    /// @dev The reader decides: a withdrawn answer is told apart from one that does not exist.
    function test_AnswersWhatWasWithdrawn() external {
        setStatus("1", IReleases.Status.Active, IReleases.Status.Yanked, 0);
        I.Resolution memory r = registry.resolve(model, "latest");
        assertEq(uint8(r.release.status), uint8(IReleases.Status.Yanked));
        assertEq(r.channelSeq, 1);
        setStatus("1", IReleases.Status.Yanked, IReleases.Status.Revoked, 1);
        assertEq(uint8(registry.resolve(model, "1").release.status), uint8(IReleases.Status.Revoked));
        registry.setModelActive(model, false, IReasons.Reason.Lost, 0);
        assertTrue(!registry.resolve(model, "latest").active, "deactivated");
    }

    function test_NamesWhatIsUnknown() external {
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32("2")));
        registry.resolve(model, "2");
        refused(abi.encodeWithSelector(IChannels.ChannelUnknown.selector, model, bytes32("stable")));
        registry.resolve(model, "stable");
        refused(abi.encodeWithSelector(IModels.ModelUnknown.selector, bytes32(0)));
        registry.resolve(0, "1");
    }

    /// @dev What is neither a version nor a channel is never written, and so unknown.
    function test_NamesWhatIsNoLabel() external {
        refused(abi.encodeWithSelector(IChannels.ChannelUnknown.selector, model, bytes32(0)));
        registry.resolve(model, 0);
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32("1\x00\x00x")));
        registry.resolve(model, "1\x00\x00x");
        refused(abi.encodeWithSelector(IChannels.ChannelUnknown.selector, model, bytes32("latest\x00x")));
        registry.resolve(model, "latest\x00x");
    }
}
