// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Stage} from "./Stage.sol";

/// @notice Labels are promised, taken, handed over.
abstract contract NamespaceActions is Stage {
    function commitNamespace(uint256 seed) external drawing(seed) {
        address actor = _actor();
        bytes32 commitment = keccak256(abi.encode(_label(), actor, SALT));
        uint256 madeAt = commitmentGhosts[commitment];
        bool stands = madeAt != 0 && block.timestamp <= madeAt + 1 days;
        if (_act(actor, abi.encodeCall(registry.commitNamespace, (commitment)), !stands)) {
            commitmentGhosts[commitment] = block.timestamp;
        }
    }

    function registerNamespace(uint256 seed) external drawing(seed) {
        address actor = _actor();
        string memory label = _label();
        bytes20 id = bytes20(keccak256(bytes(label)));
        bytes32 commitment = keccak256(abi.encode(label, actor, SALT));
        bool allowed = !pausedGhost && _isFree(id) && namespaceGhosts[id].pendingOwner == address(0)
            && _isRipe(commitmentGhosts[commitment]);
        if (_act(actor, abi.encodeCall(registry.registerNamespace, (label, SALT)), allowed)) {
            namespaceGhosts[id].owner = actor;
            delete commitmentGhosts[commitment];
        }
    }

    function transferNamespace(uint256 seed) external drawing(seed) {
        bytes20 id = _owned();
        address actor = _likely(id);
        address next = _draw(8) == 0 ? address(0) : _actor();
        bool allowed = namespaceGhosts[id].owner == actor;
        if (_act(actor, abi.encodeCall(registry.transferNamespace, (id, next)), allowed)) {
            namespaceGhosts[id].pendingOwner = next;
        }
    }

    function acceptNamespace(uint256 seed) external drawing(seed) {
        bytes20 id = _owned();
        address pending = namespaceGhosts[id].pendingOwner;
        address actor = _draw(2) == 0 && pending != address(0) ? pending : _actor();
        bool taken = namespaceGhosts[id].owner != address(0);
        if (_act(actor, abi.encodeCall(registry.acceptNamespace, (id)), actor == pending && (taken || !pausedGhost))) {
            namespaceGhosts[id].owner = actor;
            namespaceGhosts[id].pendingOwner = address(0);
            namespaceGhosts[id].statementKey = address(0);
            namespaceGhosts[id].epoch++;
        }
    }

    function setStatementKey(uint256 seed, address key) external drawing(seed) {
        bytes20 id = _owned();
        address actor = _likely(id);
        if (_act(actor, abi.encodeCall(registry.setStatementKey, (id, key)), actor == _owner(id))) {
            namespaceGhosts[id].statementKey = key;
        }
    }

    function _label() internal returns (string memory) {
        return labels[_rarely() ? FREE_LABELS + _draw(2) : _draw(FREE_LABELS)];
    }

    function _isFree(bytes20 id) internal view returns (bool) {
        bool legal = false;
        for (uint256 i = 0; i < FREE_LABELS; i++) {
            legal = legal || id == namespaceIds[i];
        }
        return legal && namespaceGhosts[id].owner == address(0);
    }

    function _isRipe(uint256 madeAt) private view returns (bool) {
        uint256 age = block.timestamp - madeAt;
        return madeAt != 0 && age >= 60 && age <= 86_400;
    }
}
