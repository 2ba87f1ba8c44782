// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAdministration} from "../../../contracts/interfaces/IAdministration.sol";
import {NamespaceActions} from "./NamespaceActions.sol";

/// @notice Administrators act through a real AccessManager, and others try to.
abstract contract AdminActions is NamespaceActions {
    AccessManager internal manager;

    /// @dev When the steward's call may be executed; zero: none waits.
    uint256 private readyAt;

    function pause(uint256 seed) external drawing(seed) {
        if (_draw(6) != 0) return;
        if (_administer(GUARDIAN, abi.encodeCall(registry.pause, ()), !pausedGhost)) pausedGhost = true;
    }

    function unpause(uint256 seed) external drawing(seed) {
        if (_administer(GUARDIAN, abi.encodeCall(registry.unpause, ()), pausedGhost)) pausedGhost = false;
    }

    function reserveNamespace(uint256 seed) external drawing(seed) {
        string memory label = _label();
        bytes20 id = bytes20(keccak256(bytes(label)));
        address holder = _draw(3) == 0 ? address(registry) : _draw(2) == 0 ? address(0) : _actor();
        bytes memory call = abi.encodeCall(registry.reserveNamespace, (label, holder));
        if (_administer(GUARDIAN, call, _isFree(id))) namespaceGhosts[id].pendingOwner = holder;
    }

    function scheduleSuccessor(uint256 seed) external drawing(seed) {
        bytes memory call = abi.encodeCall(registry.announceSuccessor, (address(manager)));
        bool waits = readyAt != 0 && block.timestamp < readyAt + 1 weeks;
        address actor = _draw(2) == 0 ? STEWARD : _actor();
        bytes memory schedule = abi.encodeCall(manager.schedule, (address(registry), call, 0));
        if (_actOn(address(manager), actor, schedule, manager.schedule.selector, actor == STEWARD && !waits)) {
            readyAt = block.timestamp + 1 days;
        }
    }

    /// @dev The registry itself and what is no contract were never scheduled, and could not be announced.
    function announceSuccessor(uint256 seed) external drawing(seed) {
        address next = _rarely() ? address(registry) : _rarely() ? GUARDIAN : address(manager);
        bool ripe = readyAt != 0 && block.timestamp >= readyAt && block.timestamp < readyAt + 1 weeks;
        bytes memory call = abi.encodeCall(registry.announceSuccessor, (next));
        bool allowed = next == address(manager) && ripe && successorGhost == address(0);
        if (_administer(STEWARD, call, allowed)) (successorGhost, readyAt) = (next, 0);
    }

    /// @dev Half of the times by whom it is for, through the manager.
    function _administer(address officer, bytes memory call, bool allowed) private returns (bool) {
        uint256 way = _draw(6);
        if (way == 0) return _act(officer, call, false);
        if (way == 1) return _act(_actor(), call, false);
        address actor = way == 2 ? _actor() : officer;
        bytes memory execute = abi.encodeCall(manager.execute, (address(registry), call));
        return _actOn(address(manager), actor, execute, bytes4(call), allowed && actor == officer);
    }

    function _employ() internal {
        bytes4[] memory now_ = new bytes4[](3);
        (now_[0], now_[1], now_[2]) =
        (IAdministration.pause.selector, IAdministration.unpause.selector, IAdministration.reserveNamespace.selector);
        bytes4[] memory later = new bytes4[](1);
        later[0] = IAdministration.announceSuccessor.selector;
        manager.setTargetFunctionRole(address(registry), now_, 1);
        manager.setTargetFunctionRole(address(registry), later, 2);
        manager.grantRole(1, GUARDIAN, 0);
        manager.grantRole(2, STEWARD, 1 days);
    }
}
