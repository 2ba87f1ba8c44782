// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry as I} from "../contracts/IChunkedModelRegistry.sol";
import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {IModels} from "../contracts/interfaces/IModels.sol";
import {IRecords} from "../contracts/interfaces/IRecords.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {ISegments} from "../contracts/interfaces/ISegments.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract MulticallTest is RegistryTest {
    function test_PublishesANewModelAtOnce() external {
        bytes32 digest = bytes32(digests(0, 1));
        bytes32 qwen = registry.modelId(NS, "qwen");
        IReleases.Publication memory p = claim("1");
        p.name = "qwen";
        p.mode = IReleases.RecordMode.LOGGED;
        p.chunkCount = 1;
        p.chunkRoot = digest;
        p.segmentRoots = new bytes32[](1);
        p.segmentRoots[0] = digest;

        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(ISegments.recordSegment, (digests(0, 1)));
        calls[1] = abi.encodeCall(IModels.createModel, (NS, "qwen"));
        calls[2] = abi.encodeCall(IReleases.publish, (p));
        calls[3] = abi.encodeCall(IChannels.setChannel, (IChannels.ChannelMove(qwen, "latest", "1", 0)));
        bytes[] memory results = registry.multicall(calls);

        assertEq(abi.decode(results[0], (bytes32)), digest);
        assertEq(abi.decode(results[1], (bytes32)), qwen);
        assertEq(abi.decode(results[2], (bytes32)), registry.releaseId(qwen, "1"));
        assertEq(abi.decode(results[3], (uint64)), 1);
        assertEq(registry.resolve(qwen, "latest").release.version, "1");
    }

    function test_AllOrNothingWithTheInnerError() external {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IModels.createModel, (NS, "qwen"));
        calls[1] = abi.encodeCall(IModels.createModel, (NS, NAME));
        bytes32 qwen = registry.modelId(NS, "qwen");
        refused(abi.encodeWithSelector(IModels.ModelExists.selector, model));
        registry.multicall(calls);
        refused(abi.encodeWithSelector(IModels.ModelUnknown.selector, qwen));
        registry.modelInfo(qwen);
    }

    /// @dev Several views as of one block, in one `eth_call`; what a write before them changed is seen.
    function test_ViewsStandBetweenWrites() external {
        publish("1");
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(IRecords.resolve, (model, "1"));
        calls[1] = abi.encodeCall(
            IReleases.setStatus, (statusChange("1", IReleases.Status.Active, IReleases.Status.Yanked, 0))
        );
        calls[2] = abi.encodeCall(IRecords.resolve, (model, "1"));
        bytes[] memory results = registry.multicall(calls);
        IRecords.Resolution memory before = abi.decode(results[0], (IRecords.Resolution));
        IRecords.Resolution memory afterwards = abi.decode(results[2], (IRecords.Resolution));
        assertEq(uint8(before.release.status), uint8(IReleases.Status.Active));
        assertEq(uint8(afterwards.release.status), uint8(IReleases.Status.Yanked));
    }

    function test_TheErrorOfAViewBubblesToo() external {
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IRecords.resolve, (model, "1"));
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32("1")));
        registry.multicall(calls);
    }

    function test_TheCallerStaysTheCaller() external {
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IModels.createModel, (NS, "qwen"));
        bytes[] memory nested = new bytes[](1);
        nested[0] = abi.encodeCall(I.multicall, (calls));
        refusedWithoutRole(0, PUBLISH);
        registry.multicall(nested);
        registry.multicall(nested);
        assertTrue(registry.modelInfo(registry.modelId(NS, "qwen")).active, "created by the owner");
    }

    function test_NothingIsDoneByNoCalls() external {
        assertEq(registry.multicall(new bytes[](0)).length, 0);
    }

    /// @dev Fault E8: the registry takes no money, so none is there to be lost.
    function test_E8_TakesNoValue() external {
        vm.deal(address(this), 1 ether);
        (bool ok,) = address(registry).call{value: 1}(abi.encodeCall(I.multicall, (new bytes[](0))));
        assertTrue(!ok, "not payable");
        (ok,) = address(registry).call{value: 1}("");
        assertTrue(!ok, "nor a plain payment");
        (ok,) = address(registry).call{value: 1}(abi.encodeCall(IRecords.successor, ()));
        assertTrue(!ok, "nor with a view");
        assertEq(address(registry).balance, 0);
    }
}
