// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {IModels as I} from "../contracts/interfaces/IModels.sol";
import {IReasons} from "../contracts/interfaces/IReasons.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract ModelsTest is RegistryTest {
    function test_CreatesAModel() external {
        bytes32 id = keccak256(abi.encode(bytes20(keccak256("acme")), "qwen-2.5_vl"));
        emits();
        emit I.ModelCreated(id, namespace, "qwen-2.5_vl");
        assertEq(registry.createModel(NS, "qwen-2.5_vl"), id);
        assertEq(registry.modelId(NS, "qwen-2.5_vl"), id);
        I.ModelInfo memory info = registry.modelInfo(id);
        assertEq(info.namespace, namespace);
        assertTrue(info.active, "active from the start");
        assertEq(info.versionCount, 0);
        assertEq(info.channelCount, 0);
        assertEq(info.changedBlock, 0);
    }

    function test_RefusesAnIllegalName() external {
        refused(abi.encodeWithSelector(I.ModelNameInvalid.selector, "model.git"));
        registry.createModel(NS, "model.git");
    }

    function test_RefusesAnExistingModel() external {
        refused(abi.encodeWithSelector(I.ModelExists.selector, model));
        registry.createModel(NS, NAME);
    }

    function test_OnlyTheOwnerOrAPublisherCreates() external {
        refusedWithoutRole(0, PUBLISH);
        registry.createModel(NS, "other");
    }

    function test_DeactivatesAndReactivates() external {
        vm.roll(200);
        emits();
        emit I.ModelActivityChanged(model, false, IReasons.Reason.Legal, REPORT);
        registry.setModelActive(model, false, IReasons.Reason.Legal, REPORT);
        assertTrue(!registry.modelInfo(model).active, "deactivated");
        assertEq(registry.modelInfo(model).changedBlock, 200);
        vm.roll(300);
        emits();
        emit I.ModelActivityChanged(model, true, IReasons.Reason.Corrected, 0);
        registry.setModelActive(model, true, IReasons.Reason.Corrected, 0);
        assertTrue(registry.modelInfo(model).active, "reactivated");
        assertEq(registry.modelInfo(model).changedBlock, 300);
    }

    function test_OnlyTheOwnerOrAnAdministratorDeactivates() external {
        refusedWithoutRole(model, ADMIN);
        registry.setModelActive(model, false, IReasons.Reason.None, 0);
    }

    function test_RefusesTheSameActivityAgain() external {
        refused(abi.encodeWithSelector(I.ModelActivityUnchanged.selector, model, true));
        registry.setModelActive(model, true, IReasons.Reason.None, 0);
        registry.setModelActive(model, false, IReasons.Reason.None, 0);
        refused(abi.encodeWithSelector(I.ModelActivityUnchanged.selector, model, false));
        registry.setModelActive(model, false, IReasons.Reason.None, 0);
    }

    function test_StatesATextAboutAModelOrAVersion() external {
        emits();
        emit I.MetadataChanged(model, 0, "license", "apache-2.0");
        registry.setMetadata(model, 0, "license", "apache-2.0");
        publish("1");
        emits();
        emit I.MetadataChanged(model, "1", "license", "");
        registry.setMetadata(model, "1", "license", "");
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32("2")));
        registry.setMetadata(model, "2", "license", "mit");
        refusedWithoutRole(model, PUBLISH);
        registry.setMetadata(model, 0, "license", "mit");
    }

    function test_RefusesAnIllegalText() external {
        registry.setMetadata(model, 0, "description", string(new bytes(1024)));
        refused(abi.encodeWithSelector(I.MetadataInvalid.selector, bytes32("description"), 1025));
        registry.setMetadata(model, 0, "description", string(new bytes(1025)));
        refused(abi.encodeWithSelector(I.MetadataInvalid.selector, bytes32("License"), 3));
        registry.setMetadata(model, 0, "License", "mit");
        refused(abi.encodeWithSelector(I.MetadataInvalid.selector, bytes32(0), 3));
        registry.setMetadata(model, 0, 0, "mit");
    }

    function test_NamesAnUnknownModel() external {
        bytes32 none = registry.modelId(NS, "none");
        bytes memory unknown = abi.encodeWithSelector(I.ModelUnknown.selector, none);
        refused(unknown);
        registry.setModelActive(none, false, IReasons.Reason.None, 0);
        refused(unknown);
        registry.setMetadata(none, 0, "license", "mit");
        refused(unknown);
        registry.modelInfo(none);
        refused(unknown);
        registry.resolve(none, "1");
        refused(unknown);
        registry.versions(none, 0, 1);
        refused(unknown);
        registry.channels(none, 0, 1);
        refused(unknown);
        registry.setChannel(IChannels.ChannelMove(none, "latest", "1", 0));
        IReleases.StatusChange memory change = statusChange("1", IReleases.Status.Active, IReleases.Status.Yanked, 0);
        change.model = none;
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, none, bytes32("1")));
        registry.setStatus(change);
    }

    function test_ListsModelsWithARelease() external {
        registry.createModel(NS, "empty");
        bytes32 qwen = registry.createModel(NS, "qwen");
        publish("1");
        IReleases.Publication memory other = claim("1");
        other.name = "qwen";
        registry.publish(other);
        other.version = "2";
        registry.publish(other);

        (string[] memory names, I.ModelInfo[] memory infos) = registry.models(namespace, 0, 10);
        assertEq(names.length, 2);
        assertEq(infos.length, 2);
        assertEq(names[0], NAME);
        assertEq(infos[0].versionCount, 1);
        assertEq(names[1], "qwen");
        assertEq(infos[1].versionCount, 2);
        assertEq(abi.encode(infos[1]), abi.encode(registry.modelInfo(qwen)));
        assertEq(registry.namespaceInfo(namespace).modelCount, 2);
        assertEq(registry.namespaces(0, 10).length, 1);

        (names,) = registry.models(namespace, 1, 1);
        assertEq(names[0], "qwen");
        (names,) = registry.models(namespace, 2, 1);
        assertEq(names.length, 0);
        (names,) = registry.models(bytes20(keccak256("free")), 0, 1);
        assertEq(names.length, 0);
    }

    /// @dev The parts of an id can't flow into each other.
    function testFuzz_IdsAreOfOneModelOnly(uint256 cut) external view {
        bytes memory all = "abcdefghijklmnopqrstuvwxyz";
        cut = cut % 24 + 1;
        bytes32 here = registry.modelId(_slice(all, 0, cut), _slice(all, cut, 26));
        bytes32 there = registry.modelId(_slice(all, 0, cut + 1), _slice(all, cut + 1, 26));
        assertTrue(here != there, "another cut is another model");
    }

    function _slice(bytes memory all, uint256 from, uint256 to) private pure returns (string memory) {
        bytes memory part = new bytes(to - from);
        for (uint256 i = from; i < to; i++) {
            part[i - from] = all[i];
        }
        return string(part);
    }
}
