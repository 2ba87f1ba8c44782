// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModels} from "../interfaces/IModels.sol";
import {INamespaces} from "../interfaces/INamespaces.sol";
import {IChannels} from "../interfaces/IChannels.sol";
import {IRecords} from "../interfaces/IRecords.sol";
import {IReleases} from "../interfaces/IReleases.sol";
import {RegistryState} from "../RegistryState.sol";
import {Names} from "../lib/Names.sol";

/// @title One record at a time
/// @notice The manual is `IRecords`.
abstract contract Lookups is RegistryState, IRecords {
    /// @inheritdoc IRecords
    function resolve(bytes32 model, bytes32 label) external view returns (Resolution memory resolution) {
        bytes20 namespace = _knownNamespace(model);
        ModelRecord storage parent = _models[model];
        resolution.active = !parent.inactive;
        resolution.changedBlock = parent.changedBlock;

        bytes32 version = label;
        if (!Names.isVersion(label)) {
            ChannelRecord storage channel = _channels[model][label];
            if (channel.seq == 0) revert IChannels.ChannelUnknown(model, label);
            version = _versions[model][channel.number];
            resolution.channelSeq = channel.seq;
            resolution.changedBlock = _later(resolution.changedBlock, channel.changedBlock);
        }
        (, ReleaseRecord storage record) = _knownRelease(model, version);
        resolution.release = _release(model, version);
        resolution.changedBlock = _later(resolution.changedBlock, record.state.changedBlock());
        if (resolution.release.mode != IReleases.RecordMode.ROOT_ONLY) {
            uint256 unit = resolution.release.mode == IReleases.RecordMode.LOGGED ? SEGMENT_CHUNKS : PAGE_CHUNKS;
            resolution.segmentCount = uint64(_unitCount(record.chunkCount, unit));
        }
        resolution.statementKey = _namespaces[namespace].statementKey;
        resolution.successor = _successor;
    }

    /// @inheritdoc IRecords
    function namespaceInfo(bytes20 namespace) external view returns (INamespaces.NamespaceInfo memory) {
        NamespaceRecord storage record = _namespaces[namespace];
        return INamespaces.NamespaceInfo({
            owner: record.owner,
            pendingOwner: record.pendingOwner,
            statementKey: record.statementKey,
            epoch: record.epoch,
            modelCount: record.modelCount
        });
    }

    /// @inheritdoc IRecords
    function commitmentMadeAt(bytes32 commitment) external view returns (uint256) {
        return _commitments[commitment];
    }

    /// @inheritdoc IRecords
    function modelInfo(bytes32 model) external view returns (IModels.ModelInfo memory) {
        _knownNamespace(model);
        return _modelInfo(model);
    }

    /// @inheritdoc IRecords
    function successor() external view returns (address) {
        return _successor;
    }

    /// @inheritdoc IRecords
    function namespaceId(string calldata namespace) public pure returns (bytes20) {
        bytes32 key = Names.namespaceKey(namespace);
        if (key == 0) revert INamespaces.NamespaceInvalid(namespace);
        return Names.namespaceId(namespace, key);
    }

    /// @inheritdoc IRecords
    function modelId(string calldata namespace, string calldata name) external pure returns (bytes32) {
        return _modelId(namespaceId(namespace), name);
    }

    /// @inheritdoc IRecords
    function releaseId(bytes32 model, bytes32 version) external pure returns (bytes32) {
        return _releaseId(model, version);
    }

    function _modelInfo(bytes32 model) internal view returns (IModels.ModelInfo memory) {
        ModelRecord storage record = _models[model];
        return IModels.ModelInfo({
            namespace: record.namespace,
            active: !record.inactive,
            versionCount: record.versionCount,
            channelCount: record.channelCount,
            changedBlock: record.changedBlock
        });
    }

    function _release(bytes32 model, bytes32 version) internal view returns (IReleases.Release memory release) {
        bytes32 id = _releaseId(model, version);
        ReleaseRecord storage record = _releases[id];
        release.version = version;
        release.manifestDigest = record.manifestDigest;
        release.chunkRoot = record.chunkRoot;
        release.chunkCount = record.chunkCount;
        release.byteCount = record.byteCount;
        release.publisher = record.state.publisher();
        release.publishedAt = record.publishedAt;
        release.mode = record.state.mode();
        release.status = record.state.status();
        release.statusSeq = record.state.statusSeq();
        release.reason = record.state.reason();
        release.homeChainId = record.homeChainId;
        release.base = _bases[id];
    }

    function _later(uint64 a, uint64 b) private pure returns (uint64) {
        return a > b ? a : b;
    }
}
