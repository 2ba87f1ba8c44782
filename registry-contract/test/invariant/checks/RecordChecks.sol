// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModels} from "../../../contracts/interfaces/IModels.sol";
import {IRecords} from "../../../contracts/interfaces/IRecords.sol";
import {IReleases} from "../../../contracts/interfaces/IReleases.sol";
import {Publications} from "../actions/Publications.sol";

/// @notice Releases, channels, models: what the getters say against the ghost.
abstract contract RecordChecks is Publications {
    /// @notice A record is there for ever, and says what it said at first (by the registry's own words then).
    function checkRecordsNeverChange() external view {
        for (uint256 i = 0; i < releases.length; i++) {
            ReleaseGhost storage ghost = releaseGhosts[releases[i]];
            assertEq(_fixedHash(ghost.model, ghost.record.version), ghost.fixedHash);
        }
    }

    /// @notice Each version and each channel resolves to what was done.
    function checkResolutions() external view {
        for (uint256 i = 0; i < releases.length; i++) {
            ReleaseGhost storage ghost = releaseGhosts[releases[i]];
            IRecords.Resolution memory expected = _resolution(releases[i]);
            _assertResolves(ghost.model, ghost.record.version, expected);
        }
        for (uint256 i = 0; i < 2 * namespaceIds.length; i++) {
            bytes32 model = _modelId(namespaceIds[i / 2], names[i % 2]);
            for (uint256 j = 0; j < modelGhosts[model].channels.length; j++) {
                bytes32 key = modelGhosts[model].channels[j];
                ChannelGhost storage channel = channelGhosts[model][key];
                IRecords.Resolution memory expected = _resolution(_releaseId(model, channel.version));
                expected.channelSeq = channel.seq;
                if (channel.changedBlock > expected.changedBlock) expected.changedBlock = channel.changedBlock;
                _assertResolves(model, key, expected);
            }
        }
    }

    /// @notice Lists have every row, once, in order; what was never made is in none.
    function checkLists() external view {
        string[] memory listed = registry.namespaces(0, type(uint256).max);
        assertEq(listed.length, listedNamespaces.length);
        for (uint256 i = 0; i < listed.length; i++) {
            assertEq(bytes32(registry.namespaceId(listed[i])), bytes32(listedNamespaces[i]));
        }
        for (uint256 i = 0; i < namespaceIds.length; i++) {
            _checkNamespace(namespaceIds[i]);
            for (uint256 j = 0; j < 2; j++) {
                _checkModel(_modelId(namespaceIds[i], names[j]));
            }
        }
    }

    function _resolution(bytes32 id) private view returns (IRecords.Resolution memory expected) {
        ReleaseGhost storage ghost = releaseGhosts[id];
        ModelGhost storage model = modelGhosts[ghost.model];
        expected.release = ghost.record;
        expected.active = !model.inactive;
        uint256 count = ghost.record.chunkCount;
        if (ghost.record.mode == IReleases.RecordMode.LOGGED) expected.segmentCount = count > SEGMENT ? 2 : 1;
        if (ghost.record.mode == IReleases.RecordMode.CODE) expected.segmentCount = count > PAGE ? 2 : 1;
        expected.changedBlock = ghost.changedBlock > model.changedBlock ? ghost.changedBlock : model.changedBlock;
        expected.statementKey = namespaceGhosts[model.namespace].statementKey;
        expected.successor = successorGhost;
    }

    function _assertResolves(bytes32 model, bytes32 label, IRecords.Resolution memory expected) private view {
        assertEq(keccak256(abi.encode(registry.resolve(model, label))), keccak256(abi.encode(expected)));
    }

    function _checkNamespace(bytes20 id) private view {
        NamespaceGhost storage ghost = namespaceGhosts[id];
        bytes memory expected =
            abi.encode(ghost.owner, ghost.pendingOwner, ghost.statementKey, ghost.epoch, ghost.models.length);
        assertEq(keccak256(abi.encode(registry.namespaceInfo(id))), keccak256(expected));
        (string[] memory listed, IModels.ModelInfo[] memory infos) = registry.models(id, 0, type(uint256).max);
        assertEq(listed.length, ghost.models.length);
        for (uint256 i = 0; i < listed.length; i++) {
            assertEq(listed[i], modelGhosts[ghost.models[i]].name);
            assertEq(keccak256(abi.encode(infos[i])), _infoHash(ghost.models[i]));
        }
    }

    function _checkModel(bytes32 id) private view {
        ModelGhost storage ghost = modelGhosts[id];
        if (!ghost.exists) {
            (bool ok,) = address(registry).staticcall(abi.encodeCall(registry.modelInfo, (id)));
            return assertTrue(!ok, "a model that nobody created");
        }
        assertEq(keccak256(abi.encode(registry.modelInfo(id))), _infoHash(id));
        IReleases.Release[] memory rows = registry.versions(id, 0, type(uint256).max);
        assertEq(rows.length, ghost.versions.length);
        for (uint256 i = 0; i < rows.length; i++) {
            IReleases.Release storage record = releaseGhosts[_releaseId(id, ghost.versions[i])].record;
            assertEq(keccak256(abi.encode(rows[i])), keccak256(abi.encode(record)));
        }
        assertEq(keccak256(abi.encode(registry.channels(id, 0, type(uint256).max))), _channelsHash(id));
    }

    function _infoHash(bytes32 id) private view returns (bytes32) {
        ModelGhost storage ghost = modelGhosts[id];
        return keccak256(
            abi.encode(
                ghost.namespace, !ghost.inactive, ghost.versions.length, ghost.channels.length, ghost.changedBlock
            )
        );
    }

    function _channelsHash(bytes32 id) private view returns (bytes32) {
        bytes32[] storage keys = modelGhosts[id].channels;
        bytes memory rows = abi.encode(uint256(32), keys.length);
        for (uint256 i = 0; i < keys.length; i++) {
            ChannelGhost storage ghost = channelGhosts[id][keys[i]];
            rows = bytes.concat(rows, abi.encode(keys[i], ghost.version, ghost.seq, ghost.changedBlock));
        }
        return keccak256(rows);
    }
}
