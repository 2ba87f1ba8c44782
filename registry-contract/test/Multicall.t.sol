// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry as I} from "../contracts/IChunkedModelRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract MulticallTest is RegistryTest {
    function test_PublishesANewModelAtOnce() external {
        bytes32 digest = bytes32(digests(0, 1));
        I.Publication memory p = claim("1");
        p.name = "qwen";
        p.mode = I.RecordMode.LOGGED;
        p.chunkCount = 1;
        p.chunkRoot = digest;
        p.segmentRoots = new bytes32[](1);
        p.segmentRoots[0] = digest;

        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(I.recordSegment, (digests(0, 1)));
        calls[1] = abi.encodeCall(I.createModel, (NS, "qwen"));
        calls[2] = abi.encodeCall(I.publish, (p));
        calls[3] = abi.encodeCall(I.setChannel, (NS, "qwen", "latest", "1", 0));
        bytes[] memory results = registry.multicall(calls);

        assertEq(abi.decode(results[0], (bytes32)), digest);
        assertEq(abi.decode(results[2], (bytes32)), registry.releaseId(NS, "qwen", "1"));
        assertEq(abi.decode(results[3], (uint64)), 1);
        assertEq(registry.resolve(NS, "qwen", "latest").release.version, "1");
    }

    function test_AllOrNothingWithTheInnerError() external {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(I.createModel, (NS, "qwen"));
        calls[1] = abi.encodeCall(I.createModel, (NS, NAME));
        refused(abi.encodeWithSelector(I.ModelExists.selector, NS, NAME));
        registry.multicall(calls);
        refused(abi.encodeWithSelector(I.ModelUnknown.selector, NS, "qwen"));
        registry.modelInfo(NS, "qwen");
    }

    function test_TheCallerStaysTheCaller() external {
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(I.createModel, (NS, "qwen"));
        bytes[] memory nested = new bytes[](1);
        nested[0] = abi.encodeCall(I.multicall, (calls));
        refusedToStranger();
        registry.multicall(nested);
        registry.multicall(nested);
        assertTrue(registry.modelInfo(NS, "qwen").active, "created by the owner");
    }

    function test_TakesNoValue() external {
        vm.deal(address(this), 1 ether);
        (bool ok,) = address(registry).call{value: 1}(abi.encodeCall(I.multicall, (new bytes[](0))));
        assertTrue(!ok, "not payable");
        (ok,) = address(registry).call{value: 1}("");
        assertTrue(!ok, "nor a plain payment");
        assertEq(address(registry).balance, 0);
    }
}
