// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../interfaces/IChannels.sol";
import {IModels} from "../interfaces/IModels.sol";
import {IRecords} from "../interfaces/IRecords.sol";
import {IReleases} from "../interfaces/IReleases.sol";
import {Names} from "../lib/Names.sol";
import {Page} from "../lib/Page.sol";
import {Lookups} from "./Lookups.sol";

/// @title Many records at a time
/// @notice The manual is `IRecords`.
abstract contract Lists is Lookups {
    /// @inheritdoc IRecords
    function namespaces(uint256 start, uint256 limit) external view returns (string[] memory rows) {
        rows = new string[](Page.size(start, limit, _namespaceKeys.length));
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = Names.namespaceText(_namespaceKeys[start + i]);
        }
    }

    /// @inheritdoc IRecords
    function models(bytes20 namespace, uint256 start, uint256 limit)
        external
        view
        returns (string[] memory names, IModels.ModelInfo[] memory infos)
    {
        uint256 size = Page.size(start, limit, _namespaces[namespace].modelCount);
        names = new string[](size);
        infos = new IModels.ModelInfo[](size);
        for (uint256 i = 0; i < size; i++) {
            names[i] = _modelNames[namespace][start + i];
            infos[i] = _modelInfo(_modelId(namespace, names[i]));
        }
    }

    /// @inheritdoc IRecords
    function versions(bytes32 model, uint256 start, uint256 limit)
        external
        view
        returns (IReleases.Release[] memory rows)
    {
        _knownNamespace(model);
        rows = new IReleases.Release[](Page.size(start, limit, _models[model].versionCount));
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = _release(model, _versions[model][start + i]);
        }
    }

    /// @inheritdoc IRecords
    function channels(bytes32 model, uint256 start, uint256 limit)
        external
        view
        returns (IChannels.ChannelInfo[] memory rows)
    {
        _knownNamespace(model);
        rows = new IChannels.ChannelInfo[](Page.size(start, limit, _models[model].channelCount));
        for (uint256 i = 0; i < rows.length; i++) {
            bytes32 key = _channelKeys[model][start + i];
            ChannelRecord storage record = _channels[model][key];
            bytes32 version = _versions[model][record.number];
            rows[i] = IChannels.ChannelInfo(key, version, record.seq, record.changedBlock);
        }
    }

    /// @inheritdoc IRecords
    function segmentBlocks(bytes32[] calldata roots, uint64 chunkCount) external view returns (uint256[] memory) {
        return _placesOf(_segments, roots, chunkCount, SEGMENT_CHUNKS);
    }

    /// @inheritdoc IRecords
    function pageStores(bytes32[] calldata roots, uint64 chunkCount) external view returns (address[] memory stores) {
        uint256[] memory places = _placesOf(_pages, roots, chunkCount, PAGE_CHUNKS);
        stores = new address[](places.length);
        for (uint256 i = 0; i < places.length; i++) {
            stores[i] = address(uint160(places[i]));
        }
    }
}
