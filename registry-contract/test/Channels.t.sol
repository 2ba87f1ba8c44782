// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry as I} from "../contracts/IChunkedModelRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract ChannelsTest is RegistryTest {
    bytes32 private first;
    bytes32 private second;

    function setUp() public override {
        super.setUp();
        first = publish("1");
        second = publish("2");
    }

    function test_CreatesAndMovesAChannel() external {
        emits();
        emit I.ChannelMoved(model, first, "latest", 1);
        assertEq(registry.setChannel(NS, NAME, "latest", "1", 0), 1);
        assertEq(registry.resolve(NS, NAME, "latest").release.version, "1");
        emits();
        emit I.ChannelMoved(model, second, "latest", 2);
        assertEq(registry.setChannel(NS, NAME, "latest", "2", 1), 2);
        assertEq(registry.resolve(NS, NAME, "latest").release.version, "2");
    }

    function test_MovesBackWithAHigherSeq() external {
        registry.setChannel(NS, NAME, "latest", "2", 0);
        registry.setChannel(NS, NAME, "latest", "1", 1);
        assertEq(registry.resolve(NS, NAME, "latest").channelSeq, 2);
    }

    function test_ComparesBeforeItSets() external {
        refused(abi.encodeWithSelector(I.ChannelSeqMismatch.selector, "latest", 1, 0));
        registry.setChannel(NS, NAME, "latest", "1", 1);
        registry.setChannel(NS, NAME, "latest", "1", 0);
        refused(abi.encodeWithSelector(I.ChannelSeqMismatch.selector, "latest", 0, 1));
        registry.setChannel(NS, NAME, "latest", "2", 0);
    }

    function test_OnlyTheOwnerSets() external {
        refusedToStranger();
        registry.setChannel(NS, NAME, "latest", "1", 0);
    }

    function test_RefusesAnIllegalChannel() external {
        refused(abi.encodeWithSelector(I.ChannelInvalid.selector, "1"));
        registry.setChannel(NS, NAME, "1", "1", 0);
    }

    function test_RefusesAnUnknownVersion() external {
        refused(abi.encodeWithSelector(I.VersionUnknown.selector, NS, NAME, "3"));
        registry.setChannel(NS, NAME, "latest", "3", 0);
        refused(abi.encodeWithSelector(I.VersionInvalid.selector, "latest"));
        registry.setChannel(NS, NAME, "stable", "latest", 0);
    }

    function test_RefusesAWithdrawnRelease() external {
        registry.setStatus(NS, NAME, "1", I.Status.Yanked);
        refused(abi.encodeWithSelector(I.ChannelTargetWithdrawn.selector, "1", I.Status.Yanked));
        registry.setChannel(NS, NAME, "latest", "1", 0);
        registry.setStatus(NS, NAME, "1", I.Status.Revoked);
        refused(abi.encodeWithSelector(I.ChannelTargetWithdrawn.selector, "1", I.Status.Revoked));
        registry.setChannel(NS, NAME, "latest", "1", 0);
        registry.setStatus(NS, NAME, "2", I.Status.Deprecated);
        registry.setChannel(NS, NAME, "latest", "2", 0);
    }

    function test_ListsChannelsInOrder() external {
        registry.setChannel(NS, NAME, "stable", "1", 0);
        registry.setChannel(NS, NAME, "latest", "1", 0);
        vm.roll(200);
        registry.setChannel(NS, NAME, "latest", "2", 1);
        I.ChannelInfo[] memory rows = registry.channels(NS, NAME, 0, 10);
        assertEq(rows.length, 2);
        assertEq(registry.modelInfo(NS, NAME).channelCount, 2);
        assertEq(rows[0].channel, "stable");
        assertEq(rows[0].version, "1");
        assertEq(rows[0].seq, 1);
        assertEq(rows[0].changedBlock, 100);
        assertEq(rows[1].channel, "latest");
        assertEq(rows[1].version, "2");
        assertEq(rows[1].seq, 2);
        assertEq(rows[1].changedBlock, 200);
        assertEq(registry.channels(NS, NAME, 1, 1)[0].channel, "latest");
        assertEq(registry.channels(NS, NAME, 2, 1).length, 0);
    }
}
