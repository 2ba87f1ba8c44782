// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReasons} from "../../../contracts/interfaces/IReasons.sol";
import {Stage} from "./Stage.sol";

/// @notice Models are created, deactivated, described.
abstract contract ModelActions is Stage {
    function createModel(uint256 seed) external drawing(seed) {
        (bytes20 namespace, string memory text) = _namespace();
        uint256 pick = _rarely() ? 2 : _draw(2);
        string memory name = names[pick];
        address actor = _likely(namespace);
        bytes32 model = _modelId(namespace, name);
        bool free = namespace != 0 && pick < 2 && !modelGhosts[model].exists;
        bool allowed = free && !pausedGhost && _roles(namespace, 0, actor) & PUBLISH != 0;
        if (_act(actor, abi.encodeCall(registry.createModel, (text, name)), allowed)) {
            ModelGhost storage ghost = modelGhosts[model];
            (ghost.namespace, ghost.name, ghost.exists) = (namespace, name, true);
        }
    }

    function setModelActive(uint256 seed, bool active, bytes32 report) external drawing(seed) {
        bytes32 model = _model();
        ModelGhost storage ghost = modelGhosts[model];
        address actor = _likely(ghost.namespace);
        IReasons.Reason why = IReasons.Reason(_draw(9));
        bool allowed = _has(model, actor, ADMIN) && ghost.inactive == active;
        if (_act(actor, abi.encodeCall(registry.setModelActive, (model, active, why, report)), allowed)) {
            ghost.inactive = !active;
            ghost.changedBlock = uint64(block.number);
        }
    }

    /// @dev Lives in events alone: the ghost says who may, and then finds nothing changed.
    function setMetadata(uint256 seed) external drawing(seed) {
        bytes32 model = _model();
        bytes32 version = _draw(2) == 0 ? bytes32(0) : bytes32(bytes(versionTexts[_draw(LEGAL_VERSIONS)]));
        bytes32 key = channelKeys[_rarely() ? 2 : _draw(2)];
        address actor = _likely(modelGhosts[model].namespace);
        uint256 length = _rarely() ? 1025 : _draw(1025);
        bool known = version == 0 || releaseGhosts[_releaseId(model, version)].model != 0;
        bool allowed = _has(model, actor, PUBLISH) && known && key != channelKeys[2] && length <= 1024;
        string memory value = string(new bytes(length));
        _act(actor, abi.encodeCall(registry.setMetadata, (model, version, key, value)), allowed);
    }
}
