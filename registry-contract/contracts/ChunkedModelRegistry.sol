// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "./IChunkedModelRegistry.sol";
import {Names} from "./lib/Names.sol";
import {Channels} from "./parts/Channels.sol";

/// @title ChunkedModelRegistry
/// @notice The manual is `IChunkedModelRegistry`.
/// @dev Calls no other contract, holds no value and has neither constructor nor immutables: its code is the same everywhere.
contract ChunkedModelRegistry is Channels {
    /// @inheritdoc IChunkedModelRegistry
    /// @dev Delegates to itself, so the caller stays the caller. No function is payable, so no value can be counted twice.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results) {
        results = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; i++) {
            (bool ok, bytes memory result) = address(this).delegatecall(calls[i]);
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(result, 0x20), mload(result))
                }
            }
            results[i] = result;
        }
    }

    /// @inheritdoc IChunkedModelRegistry
    function resolve(string calldata namespace, string calldata name, string calldata ref)
        external
        view
        returns (Resolution memory resolution)
    {
        bytes32 model = _knownModel(_namespaceKey(namespace), namespace, name);
        bytes32 version = Names.versionKey(ref);
        if (version == 0) {
            bytes32 channel = Names.channelKey(ref);
            if (channel == 0) revert ReferenceInvalid(ref);
            ChannelRecord storage record = _channels[model][channel];
            if (record.seq == 0) revert ChannelUnknown(namespace, name, ref);
            version = _versions[model][record.number];
            resolution.channelSeq = record.seq;
            resolution.changedBlock = record.changedBlock;
        }
        ReleaseRecord storage release = _releases[_releaseId(model, version)];
        if (release.publishedAt == 0) revert VersionUnknown(namespace, name, ref);
        ModelRecord storage parent = _models[model];

        resolution.release = _release(model, version);
        resolution.active = parent.active;
        if (release.mode == RecordMode.LOGGED) resolution.segmentCount = uint64(_segmentCount(release.chunkCount));
        resolution.changedBlock = _later(resolution.changedBlock, _later(release.changedBlock, parent.changedBlock));
    }

    function _later(uint64 a, uint64 b) private pure returns (uint64) {
        return a > b ? a : b;
    }
}
