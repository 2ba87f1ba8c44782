// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry as I} from "../contracts/IChunkedModelRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract ModelsTest is RegistryTest {
    function test_CreatesAModel() external {
        bytes32 id = keccak256(abi.encode(bytes32("acme"), "qwen-2.5_vl"));
        emits();
        emit I.ModelCreated(id, NS, "qwen-2.5_vl");
        assertEq(registry.createModel(NS, "qwen-2.5_vl"), id);
        assertEq(registry.modelId(NS, "qwen-2.5_vl"), id);
        I.ModelInfo memory info = registry.modelInfo(NS, "qwen-2.5_vl");
        assertEq(info.name, "qwen-2.5_vl");
        assertTrue(info.active, "active from the start");
        assertEq(info.versionCount, 0);
        assertEq(info.channelCount, 0);
    }

    function test_RefusesAnIllegalName() external {
        refused(abi.encodeWithSelector(I.ModelNameInvalid.selector, "model.git"));
        registry.createModel(NS, "model.git");
    }

    function test_RefusesAnExistingModel() external {
        refused(abi.encodeWithSelector(I.ModelExists.selector, NS, NAME));
        registry.createModel(NS, NAME);
    }

    function test_OnlyTheOwnerCreates() external {
        refusedToStranger();
        registry.createModel(NS, "other");
    }

    function test_OnlyTheOwnerDeactivatesAndReactivates() external {
        refusedToStranger();
        registry.deactivateModel(NS, NAME);
        registry.deactivateModel(NS, NAME);
        refusedToStranger();
        registry.reactivateModel(NS, NAME);
    }

    function test_DeactivatesAndReactivates() external {
        emits();
        emit I.ModelDeactivated(model);
        registry.deactivateModel(NS, NAME);
        assertTrue(!registry.modelInfo(NS, NAME).active, "deactivated");
        emits();
        emit I.ModelReactivated(model);
        registry.reactivateModel(NS, NAME);
        assertTrue(registry.modelInfo(NS, NAME).active, "reactivated");
    }

    function test_RefusesTheSameActivityAgain() external {
        refused(abi.encodeWithSelector(I.ModelActivityUnchanged.selector, NS, NAME, true));
        registry.reactivateModel(NS, NAME);
        registry.deactivateModel(NS, NAME);
        refused(abi.encodeWithSelector(I.ModelActivityUnchanged.selector, NS, NAME, false));
        registry.deactivateModel(NS, NAME);
    }

    function test_NamesAnUnknownModel() external {
        bytes memory unknown = abi.encodeWithSelector(I.ModelUnknown.selector, NS, "none");
        refused(unknown);
        registry.deactivateModel(NS, "none");
        refused(unknown);
        registry.modelInfo(NS, "none");
        refused(unknown);
        registry.resolve(NS, "none", "1");
        refused(unknown);
        registry.versions(NS, "none", 0, 1);
        refused(unknown);
        registry.channels(NS, "none", 0, 1);
        refused(unknown);
        registry.setChannel(NS, "none", "latest", "1", 0);
    }

    function test_ListsModelsWithARelease() external {
        registry.createModel(NS, "empty");
        registry.createModel(NS, "qwen");
        publish("1");
        I.Publication memory other = claim("1");
        other.name = "qwen";
        registry.publish(other);
        other.version = "2";
        registry.publish(other);

        I.ModelInfo[] memory rows = registry.models(NS, 0, 10);
        assertEq(rows.length, 2);
        assertEq(rows[0].name, NAME);
        assertEq(rows[0].versionCount, 1);
        assertEq(rows[1].name, "qwen");
        assertEq(rows[1].versionCount, 2);
        assertEq(registry.namespaceInfo(NS).modelCount, 2);
        assertEq(registry.namespaces(0, 10).length, 1);
        assertEq(registry.models(NS, 1, 1)[0].name, "qwen");
        assertEq(registry.models(NS, 2, 1).length, 0);
        assertEq(registry.models("free", 0, 1).length, 0);
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
