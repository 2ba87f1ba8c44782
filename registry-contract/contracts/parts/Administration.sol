// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {RegistryState} from "../RegistryState.sol";
import {IAdministration} from "../interfaces/IAdministration.sol";

/// @title Pause and successor
/// @notice The manual is `IAdministration`.
abstract contract Administration is RegistryState, IAdministration, Pausable {
    /// @inheritdoc IAdministration
    address public authority;

    /// @dev Roles and delays are the manager's, which calls in the name of whoever may (`AccessManager.execute`).
    modifier onlyAuthority() {
        if (msg.sender != authority) revert NotAuthority(msg.sender);
        _;
    }

    constructor(address manager) {
        authority = manager;
        emit AuthoritySet(manager);
    }

    /// @inheritdoc IAdministration
    function pause() external onlyAuthority {
        _pause();
    }

    /// @inheritdoc IAdministration
    function unpause() external onlyAuthority {
        _unpause();
    }

    /// @inheritdoc IAdministration
    function announceSuccessor(address next) external onlyAuthority {
        if (_successor != address(0)) revert SuccessorStands(_successor);
        if (next == address(this) || next.code.length == 0) revert SuccessorInvalid(next);
        _successor = next;
        emit SuccessorAnnounced(next);
    }

    /// @inheritdoc IAdministration
    function paused() public view override(IAdministration, Pausable) returns (bool) {
        return super.paused();
    }
}
