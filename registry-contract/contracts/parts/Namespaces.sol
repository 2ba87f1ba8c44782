// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdministration} from "../interfaces/IAdministration.sol";
import {INamespaces} from "../interfaces/INamespaces.sol";
import {Names} from "../lib/Names.sol";
import {Administration} from "./Administration.sol";

/// @title Who owns what
/// @notice The manual is `INamespaces`.
abstract contract Namespaces is Administration, INamespaces {
    uint256 private constant COMMITMENT_MIN_AGE = 1 minutes;
    uint256 private constant COMMITMENT_MAX_AGE = 1 days;

    /// @inheritdoc INamespaces
    /// @dev A commitment that stands is refused, or else whoever sees it could make it younger for ever.
    function commitNamespace(bytes32 commitment) external {
        uint256 madeAt = _commitments[commitment];
        if (madeAt != 0 && block.timestamp - madeAt <= COMMITMENT_MAX_AGE) revert CommitmentStands(commitment);
        _commitments[commitment] = block.timestamp;
        emit NamespaceCommitted(commitment);
    }

    /// @inheritdoc INamespaces
    function registerNamespace(string calldata label, bytes32 salt) external whenNotPaused returns (bytes20 namespace) {
        NamespaceRecord storage record;
        (namespace, record) = _freeLabel(label);
        if (record.pendingOwner != address(0)) revert NamespaceKept(label, record.pendingOwner);

        bytes32 commitment = keccak256(abi.encode(label, msg.sender, salt));
        uint256 madeAt = _commitments[commitment];
        uint256 age = block.timestamp - madeAt;
        if (madeAt == 0 || age < COMMITMENT_MIN_AGE || age > COMMITMENT_MAX_AGE) {
            revert CommitmentUnusable(commitment, madeAt);
        }
        delete _commitments[commitment];
        record.owner = msg.sender;
        emit NamespaceRegistered(namespace, label, msg.sender, commitment);
    }

    /// @inheritdoc IAdministration
    function reserveNamespace(string calldata label, address holder) external onlyAuthority {
        (bytes20 namespace, NamespaceRecord storage record) = _freeLabel(label);
        record.pendingOwner = holder;
        emit NamespaceReserved(namespace, label, holder);
    }

    /// @inheritdoc INamespaces
    function transferNamespace(bytes20 namespace, address pendingOwner) external {
        NamespaceRecord storage record = _namespaces[namespace];
        if (record.owner != msg.sender) {
            if (address(namespace) == msg.sender) revert NamespaceNotTransferable(namespace);
            revert NotNamespaceOwner(namespace, msg.sender);
        }
        record.pendingOwner = pendingOwner;
        emit NamespaceTransferStarted(namespace, msg.sender, pendingOwner);
    }

    /// @inheritdoc INamespaces
    function acceptNamespace(bytes20 namespace) external {
        NamespaceRecord storage record = _namespaces[namespace];
        if (msg.sender != record.pendingOwner) revert NotPendingOwner(namespace, msg.sender);
        address previousOwner = record.owner;
        if (previousOwner == address(0)) _requireNotPaused();
        record.owner = msg.sender;
        record.epoch++;
        delete record.pendingOwner;
        delete record.statementKey;
        emit NamespaceTransferred(namespace, previousOwner, msg.sender);
    }

    /// @inheritdoc INamespaces
    function setStatementKey(bytes20 namespace, address key) external {
        _requireOwner(namespace, msg.sender);
        _namespaces[namespace].statementKey = key;
        emit StatementKeyChanged(namespace, key);
    }

    function _requireOwner(bytes20 namespace, address actor) internal view {
        if (actor != _ownerOf(namespace)) revert NotNamespaceOwner(namespace, actor);
    }

    function _namespaceKey(string calldata namespace) internal pure returns (bytes32 key) {
        key = Names.namespaceKey(namespace);
        if (key == 0) revert NamespaceInvalid(namespace);
    }

    /// @dev A label that nobody owns, whether administrators keep it or not; reverts otherwise.
    function _freeLabel(string calldata label)
        private
        view
        returns (bytes20 namespace, NamespaceRecord storage record)
    {
        bytes32 key = _namespaceKey(label);
        if (Names.isReserved(key)) revert NamespaceKept(label, address(this));
        namespace = Names.namespaceId(label, key);
        record = _namespaces[namespace];
        if (Names.isAddress(key)) revert NamespaceTaken(label, address(namespace));
        if (record.owner != address(0)) revert NamespaceTaken(label, record.owner);
    }
}
