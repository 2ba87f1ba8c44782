// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModels} from "../interfaces/IModels.sol";
import {Names} from "../lib/Names.sol";
import {Roles} from "./Roles.sol";

/// @title Models and whether they are in use
/// @notice The manual is `IModels`.
abstract contract Models is Roles, IModels {
    /// @inheritdoc IModels
    function createModel(string calldata namespace, string calldata name)
        external
        whenNotPaused
        returns (bytes32 model)
    {
        bytes20 id = Names.namespaceId(namespace, _namespaceKey(namespace));
        _requireRole(id, 0, msg.sender, PUBLISH);
        if (!Names.isModelName(name)) revert ModelNameInvalid(name);
        model = _modelId(id, name);
        if (_models[model].namespace != 0) revert ModelExists(model);
        _models[model].namespace = id;
        emit ModelCreated(model, id, name);
    }

    /// @inheritdoc IModels
    function setModelActive(bytes32 model, bool active, Reason reason, bytes32 reportDigest) external {
        ModelRecord storage record = _models[model];
        _requireModelRole(model, msg.sender, ADMIN);
        if (record.inactive != active) revert ModelActivityUnchanged(model, active);
        record.inactive = !active;
        record.changedBlock = uint40(block.number);
        emit ModelActivityChanged(model, active, reason, reportDigest);
    }

    function _requireModelRole(bytes32 model, address actor, uint32 role) internal view {
        _requireRole(_knownNamespace(model), model, actor, role);
    }

    /// @dev Enters a model into the lists; once, with its first release.
    function _enlist(bytes20 namespace, bytes32 key, string calldata name) internal {
        uint256 number = _namespaces[namespace].modelCount++;
        if (number == 0) _namespaceKeys.push(key);
        _modelNames[namespace][number] = name;
    }
}
