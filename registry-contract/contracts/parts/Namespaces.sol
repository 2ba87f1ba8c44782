// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../IChunkedModelRegistry.sol";
import {Names} from "../lib/Names.sol";
import {Page} from "../lib/Page.sol";

/// @title Who may write where
abstract contract Namespaces is IChunkedModelRegistry {
    /// @dev An address's own namespace has no owner here, only a count.
    struct NamespaceRecord {
        address owner;
        uint64 modelCount;
        address pendingOwner;
    }

    mapping(bytes32 namespaceKey => NamespaceRecord) internal _namespaces;

    /// @dev Namespaces that hold a release, in the order of their first: an address's own is registered nowhere else.
    bytes32[] internal _namespaceKeys;

    /// @inheritdoc IChunkedModelRegistry
    function registerNamespace(string calldata namespace) external {
        bytes32 key = _namespaceKey(namespace);
        if (Names.isReserved(key)) revert NamespaceReserved(namespace);
        address owner = _ownerOf(key);
        if (owner != address(0)) revert NamespaceTaken(namespace, owner);
        _namespaces[key].owner = msg.sender;
        emit NamespaceRegistered(namespace, msg.sender);
    }

    /// @inheritdoc IChunkedModelRegistry
    function transferNamespace(string calldata namespace, address pendingOwner) external {
        bytes32 key = _ownedNamespace(namespace);
        if (Names.isAddress(key)) revert NamespaceNotTransferable(namespace);
        _namespaces[key].pendingOwner = pendingOwner;
        emit NamespaceTransferStarted(namespace, msg.sender, pendingOwner);
    }

    /// @inheritdoc IChunkedModelRegistry
    function acceptNamespace(string calldata namespace) external {
        NamespaceRecord storage record = _namespaces[_namespaceKey(namespace)];
        if (msg.sender != record.pendingOwner) revert NotPendingOwner(namespace, msg.sender);
        address previousOwner = record.owner;
        record.owner = msg.sender;
        delete record.pendingOwner;
        emit NamespaceTransferred(namespace, previousOwner, msg.sender);
    }

    /// @inheritdoc IChunkedModelRegistry
    function namespaceInfo(string calldata namespace) external view returns (NamespaceInfo memory) {
        bytes32 key = _namespaceKey(namespace);
        NamespaceRecord storage record = _namespaces[key];
        return NamespaceInfo(_ownerOf(key), record.pendingOwner, record.modelCount);
    }

    /// @inheritdoc IChunkedModelRegistry
    function namespaces(uint256 start, uint256 limit) external view returns (string[] memory rows) {
        rows = new string[](Page.size(start, limit, _namespaceKeys.length));
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = Names.namespaceText(_namespaceKeys[start + i]);
        }
    }

    /// @dev The key of a namespace that the caller owns; reverts otherwise.
    function _ownedNamespace(string calldata namespace) internal view returns (bytes32 key) {
        key = _namespaceKey(namespace);
        address owner = _ownerOf(key);
        if (owner == address(0)) revert NamespaceUnknown(namespace);
        if (owner != msg.sender) revert NotNamespaceOwner(namespace, msg.sender);
    }

    function _namespaceKey(string calldata namespace) internal pure returns (bytes32 key) {
        key = Names.namespaceKey(namespace);
        if (key == 0) revert NamespaceInvalid(namespace);
    }

    function _ownerOf(bytes32 key) private view returns (address) {
        return Names.isAddress(key) ? address(uint160(uint256(key))) : _namespaces[key].owner;
    }
}
