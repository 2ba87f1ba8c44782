// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels as I} from "../contracts/interfaces/IChannels.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract ChannelsTest is RegistryTest {
    function setUp() public override {
        super.setUp();
        publish("1");
        publish("2");
    }

    function test_CreatesAndMovesAChannel() external {
        emits();
        emit I.ChannelMoved(model, "latest", "1", 1);
        assertEq(setChannel("latest", "1", 0), 1);
        assertEq(registry.resolve(model, "latest").release.version, "1");
        emits();
        emit I.ChannelMoved(model, "latest", "2", 2);
        assertEq(setChannel("latest", "2", 1), 2);
        assertEq(registry.resolve(model, "latest").release.version, "2");
    }

    function test_MovesBackWithAHigherSeq() external {
        setChannel("latest", "2", 0);
        setChannel("latest", "1", 1);
        assertEq(registry.resolve(model, "latest").channelSeq, 2);
    }

    function test_ComparesBeforeItSets() external {
        refused(abi.encodeWithSelector(I.ChannelSeqMismatch.selector, bytes32("latest"), 1, 0));
        setChannel("latest", "1", 1);
        setChannel("latest", "1", 0);
        refused(abi.encodeWithSelector(I.ChannelSeqMismatch.selector, bytes32("latest"), 0, 1));
        setChannel("latest", "2", 0);
    }

    function test_OnlyTheOwnerOrAPublisherSets() external {
        refusedWithoutRole(model, PUBLISH);
        setChannel("latest", "1", 0);
    }

    function test_RefusesAnIllegalChannel() external {
        _illegal("1");
        _illegal("Latest");
        _illegal("la\x00test");
        _illegal("abcdefghijklmnopqrstuvwxyzabcdef");
        _illegal(0);
    }

    function test_RefusesAnUnknownVersion() external {
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32("3")));
        setChannel("latest", "3", 0);
        setChannel("latest", "1", 0);
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32("latest")));
        setChannel("stable", "latest", 0);
    }

    function test_RefusesAWithdrawnRelease() external {
        setStatus("1", IReleases.Status.Active, IReleases.Status.Yanked, 0);
        refused(abi.encodeWithSelector(I.ChannelTargetWithdrawn.selector, bytes32("1")));
        setChannel("latest", "1", 0);
        setStatus("1", IReleases.Status.Yanked, IReleases.Status.Revoked, 1);
        refused(abi.encodeWithSelector(I.ChannelTargetWithdrawn.selector, bytes32("1")));
        setChannel("latest", "1", 0);
        setStatus("2", IReleases.Status.Active, IReleases.Status.Deprecated, 0);
        setChannel("latest", "2", 0);
    }

    /// @dev The channel stands where it stood, seq and all: readers see the status and fail.
    function test_RevokingMovesNobodySilently() external {
        setChannel("latest", "1", 0);
        setChannel("latest", "2", 1);
        bytes memory before = abi.encode(registry.channels(model, 0, 10));
        setStatus("2", IReleases.Status.Active, IReleases.Status.Revoked, 0);
        assertEq(abi.encode(registry.channels(model, 0, 10)), before);
        assertEq(registry.resolve(model, "latest").release.version, "2");
    }

    function test_ListsChannelsInOrder() external {
        setChannel("stable", "1", 0);
        setChannel("latest", "1", 0);
        vm.roll(200);
        setChannel("latest", "2", 1);
        I.ChannelInfo[] memory rows = registry.channels(model, 0, 10);
        assertEq(rows.length, 2);
        assertEq(registry.modelInfo(model).channelCount, 2);
        assertEq(abi.encode(rows[0]), abi.encode(I.ChannelInfo("stable", "1", 1, 100)));
        assertEq(abi.encode(rows[1]), abi.encode(I.ChannelInfo("latest", "2", 2, 200)));
        assertEq(registry.channels(model, 1, 1)[0].channel, "latest");
        assertEq(registry.channels(model, 2, 1).length, 0);
    }

    function _illegal(bytes32 channel) private {
        refused(abi.encodeWithSelector(I.ChannelInvalid.selector, channel));
        setChannel(channel, "1", 0);
    }
}
