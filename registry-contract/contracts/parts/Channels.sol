// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../IChunkedModelRegistry.sol";
import {Names} from "../lib/Names.sol";
import {Page} from "../lib/Page.sol";
import {Releases} from "./Releases.sol";

/// @title Movable labels that point to releases
abstract contract Channels is Releases {
    /// @dev One slot. `seq` is zero for no channel; `number` is the version's place in its model.
    struct ChannelRecord {
        uint64 seq;
        uint64 changedBlock;
        uint32 number;
    }

    mapping(bytes32 modelId => mapping(bytes32 channel => ChannelRecord)) internal _channels;
    mapping(bytes32 modelId => mapping(uint256 number => bytes32 channel)) private _channelKeys;

    /// @inheritdoc IChunkedModelRegistry
    function setChannel(
        string calldata namespace,
        string calldata name,
        string calldata channel,
        string calldata version,
        uint64 expectedSeq
    ) external returns (uint64 seq) {
        bytes32 model = _ownedModel(namespace, name);
        bytes32 key = Names.channelKey(channel);
        if (key == 0) revert ChannelInvalid(channel);
        bytes32 release = _knownRelease(model, namespace, name, version);
        Status status = _releases[release].status;
        if (status == Status.Yanked || status == Status.Revoked) revert ChannelTargetWithdrawn(version, status);

        ChannelRecord storage record = _channels[model][key];
        if (record.seq != expectedSeq) revert ChannelSeqMismatch(channel, expectedSeq, record.seq);
        if (expectedSeq == 0) _channelKeys[model][_models[model].channelCount++] = key;
        seq = expectedSeq + 1;
        _channels[model][key] = ChannelRecord(seq, uint64(block.number), _releases[release].number);
        emit ChannelMoved(model, release, channel, seq);
    }

    /// @inheritdoc IChunkedModelRegistry
    function channels(string calldata namespace, string calldata name, uint256 start, uint256 limit)
        external
        view
        returns (ChannelInfo[] memory rows)
    {
        bytes32 model = _knownModel(_namespaceKey(namespace), namespace, name);
        rows = new ChannelInfo[](Page.size(start, limit, _models[model].channelCount));
        for (uint256 i = 0; i < rows.length; i++) {
            bytes32 key = _channelKeys[model][start + i];
            ChannelRecord storage record = _channels[model][key];
            string memory version = Names.toText(_versions[model][record.number]);
            rows[i] = ChannelInfo(Names.toText(key), version, record.seq, record.changedBlock);
        }
    }
}
