// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry as I} from "../contracts/IChunkedModelRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract ResolveTest is RegistryTest {
    function setUp() public override {
        super.setUp();
        vm.roll(200);
        publish("1");
        vm.roll(300);
        registry.setChannel(NS, NAME, "latest", "1", 0);
    }

    function test_AnswersAnExactVersion() external view {
        I.Resolution memory r = registry.resolve(NS, NAME, "1");
        I.Release memory release = registry.versions(NS, NAME, 0, 1)[0];
        assertEq(keccak256(abi.encode(r.release)), keccak256(abi.encode(release)));
        assertTrue(r.active, "active");
        assertEq(r.channelSeq, 0);
        assertEq(r.segmentCount, 0);
        assertEq(r.changedBlock, 200);
    }

    function test_AnswersAChannel() external view {
        I.Resolution memory r = registry.resolve(NS, NAME, "latest");
        assertEq(r.release.version, "1");
        assertEq(r.channelSeq, 1);
        assertEq(r.changedBlock, 300);
    }

    function test_SaysWhenAnythingInTheAnswerChanged() external {
        vm.roll(400);
        registry.setStatus(NS, NAME, "1", I.Status.Deprecated);
        assertEq(registry.resolve(NS, NAME, "latest").changedBlock, 400);
        vm.roll(500);
        publish("2");
        assertEq(registry.resolve(NS, NAME, "latest").changedBlock, 400);
        vm.roll(600);
        registry.setChannel(NS, NAME, "latest", "2", 1);
        assertEq(registry.resolve(NS, NAME, "1").changedBlock, 400);
        assertEq(registry.resolve(NS, NAME, "latest").changedBlock, 600);
        vm.roll(700);
        registry.deactivateModel(NS, NAME);
        assertEq(registry.resolve(NS, NAME, "1").changedBlock, 700);
        vm.roll(800);
        registry.reactivateModel(NS, NAME);
        assertEq(registry.resolve(NS, NAME, "latest").changedBlock, 800);
    }

    /// @dev The reader decides: a withdrawn answer is told apart from one that does not exist.
    function test_AnswersWhatWasWithdrawn() external {
        registry.setStatus(NS, NAME, "1", I.Status.Yanked);
        I.Resolution memory r = registry.resolve(NS, NAME, "latest");
        assertEq(uint8(r.release.status), uint8(I.Status.Yanked));
        assertEq(r.channelSeq, 1);
        registry.setStatus(NS, NAME, "1", I.Status.Revoked);
        assertEq(uint8(registry.resolve(NS, NAME, "1").release.status), uint8(I.Status.Revoked));
        registry.deactivateModel(NS, NAME);
        assertTrue(!registry.resolve(NS, NAME, "latest").active, "deactivated");
    }

    function test_NamesWhatIsUnknown() external {
        refused(abi.encodeWithSelector(I.VersionUnknown.selector, NS, NAME, "2"));
        registry.resolve(NS, NAME, "2");
        refused(abi.encodeWithSelector(I.ChannelUnknown.selector, NS, NAME, "stable"));
        registry.resolve(NS, NAME, "stable");
        refused(abi.encodeWithSelector(I.ModelUnknown.selector, "free", NAME));
        registry.resolve("free", NAME, "1");
    }

    function test_RefusesWhatIsNoReference() external {
        refused(abi.encodeWithSelector(I.ReferenceInvalid.selector, ""));
        registry.resolve(NS, NAME, "");
        refused(abi.encodeWithSelector(I.ReferenceInvalid.selector, "1\x00"));
        registry.resolve(NS, NAME, "1\x00");
        refused(abi.encodeWithSelector(I.NamespaceInvalid.selector, "acme\x00"));
        registry.resolve("acme\x00", NAME, "1");
        refused(abi.encodeWithSelector(I.VersionInvalid.selector, "latest"));
        registry.releaseId(NS, NAME, "latest");
    }
}
