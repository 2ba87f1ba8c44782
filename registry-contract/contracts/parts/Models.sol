// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../IChunkedModelRegistry.sol";
import {Names} from "../lib/Names.sol";
import {Page} from "../lib/Page.sol";
import {Namespaces} from "./Namespaces.sol";

/// @title Models and whether they are in use
abstract contract Models is Namespaces {
    /// @dev One slot. `changedBlock`, that of creation or of the last change of `active`, is zero for no model.
    struct ModelRecord {
        uint64 changedBlock;
        bool active;
        uint32 versionCount;
        uint32 channelCount;
    }

    mapping(bytes32 modelId => ModelRecord) internal _models;

    /// @dev Models that have a release, in the order of their first, so that whoever lists pays for no empty names.
    mapping(bytes32 namespaceKey => mapping(uint256 number => string name)) private _modelNames;

    /// @inheritdoc IChunkedModelRegistry
    function createModel(string calldata namespace, string calldata name) external returns (bytes32 model) {
        bytes32 key = _ownedNamespace(namespace);
        if (!Names.isModelName(name)) revert ModelNameInvalid(name);
        model = _modelId(key, name);
        if (_models[model].changedBlock != 0) revert ModelExists(namespace, name);
        _models[model] = ModelRecord(uint64(block.number), true, 0, 0);
        emit ModelCreated(model, namespace, name);
    }

    /// @inheritdoc IChunkedModelRegistry
    function deactivateModel(string calldata namespace, string calldata name) external {
        emit ModelDeactivated(_setActive(namespace, name, false));
    }

    /// @inheritdoc IChunkedModelRegistry
    function reactivateModel(string calldata namespace, string calldata name) external {
        emit ModelReactivated(_setActive(namespace, name, true));
    }

    /// @inheritdoc IChunkedModelRegistry
    function modelInfo(string calldata namespace, string calldata name) external view returns (ModelInfo memory) {
        return _modelInfo(_knownModel(_namespaceKey(namespace), namespace, name), name);
    }

    /// @inheritdoc IChunkedModelRegistry
    function models(string calldata namespace, uint256 start, uint256 limit)
        external
        view
        returns (ModelInfo[] memory rows)
    {
        bytes32 key = _namespaceKey(namespace);
        rows = new ModelInfo[](Page.size(start, limit, _namespaces[key].modelCount));
        for (uint256 i = 0; i < rows.length; i++) {
            string memory name = _modelNames[key][start + i];
            rows[i] = _modelInfo(_modelId(key, name), name);
        }
    }

    /// @inheritdoc IChunkedModelRegistry
    function modelId(string calldata namespace, string calldata name) external pure returns (bytes32) {
        return _modelId(_namespaceKey(namespace), name);
    }

    /// @dev The id of an existing model in a namespace that the caller owns; reverts otherwise.
    function _ownedModel(string calldata namespace, string calldata name) internal view returns (bytes32) {
        return _knownModel(_ownedNamespace(namespace), namespace, name);
    }

    /// @dev The id of an existing model; reverts otherwise.
    function _knownModel(bytes32 key, string calldata namespace, string calldata name)
        internal
        view
        returns (bytes32 model)
    {
        model = _modelId(key, name);
        if (_models[model].changedBlock == 0) revert ModelUnknown(namespace, name);
    }

    /// @dev Enters a model into the lists; once, with its first release.
    function _enlist(bytes32 key, string calldata name) internal {
        uint64 number = _namespaces[key].modelCount++;
        if (number == 0) _namespaceKeys.push(key);
        _modelNames[key][number] = name;
    }

    function _modelId(bytes32 key, string memory name) internal pure returns (bytes32) {
        return keccak256(abi.encode(key, name));
    }

    function _setActive(string calldata namespace, string calldata name, bool active) private returns (bytes32 model) {
        model = _ownedModel(namespace, name);
        ModelRecord storage record = _models[model];
        if (record.active == active) revert ModelActivityUnchanged(namespace, name, active);
        record.active = active;
        record.changedBlock = uint64(block.number);
    }

    function _modelInfo(bytes32 model, string memory name) private view returns (ModelInfo memory) {
        ModelRecord storage record = _models[model];
        return ModelInfo(name, record.active, record.versionCount, record.channelCount);
    }
}
