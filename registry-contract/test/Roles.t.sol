// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {IModels} from "../contracts/interfaces/IModels.sol";
import {INamespaces} from "../contracts/interfaces/INamespaces.sol";
import {IReasons} from "../contracts/interfaces/IReasons.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {IRoles} from "../contracts/interfaces/IRoles.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice Fault E2: each function that writes for an owner, against each role in each scope. A role is necessary (all others
/// together don't do) and sufficient (it alone does).
contract RolesTest is RegistryTest {
    address private constant DELEGATE = address(0xde1e);
    uint32 private constant OWNER_ALONE = 0;

    /// @dev A call that an owner may make. @param ofNamespace only a role of the whole namespace does
    struct Action {
        bytes call;
        uint32 role;
        bool ofNamespace;
    }

    Action[] private actions;

    /// @dev Releases 1 (Active), 2 (Deprecated) and 3 (Yanked).
    function setUp() public override {
        super.setUp();
        publish("1");
        publish("2");
        publish("3");
        setStatus("2", IReleases.Status.Active, IReleases.Status.Deprecated, 0);
        setStatus("3", IReleases.Status.Active, IReleases.Status.Yanked, 0);

        _add(abi.encodeCall(IModels.createModel, (NS, "other")), PUBLISH, true);
        _add(abi.encodeCall(IReleases.publish, (claim("4"))), PUBLISH, false);
        _add(abi.encodeCall(IChannels.setChannel, (IChannels.ChannelMove(model, "latest", "1", 0))), PUBLISH, false);
        _add(abi.encodeCall(IModels.setMetadata, (model, 0, "license", "mit")), PUBLISH, false);
        _addStatus("1", IReleases.Status.Active, IReleases.Status.Deprecated, DEPRECATE);
        _addStatus("2", IReleases.Status.Deprecated, IReleases.Status.Active, DEPRECATE);
        _addStatus("1", IReleases.Status.Active, IReleases.Status.Yanked, YANK);
        _addStatus("2", IReleases.Status.Deprecated, IReleases.Status.Yanked, YANK);
        _addStatus("3", IReleases.Status.Yanked, IReleases.Status.Active, YANK);
        _addStatus("3", IReleases.Status.Yanked, IReleases.Status.Deprecated, YANK);
        _add(abi.encodeCall(IModels.setModelActive, (model, false, IReasons.Reason.None, 0)), ADMIN, false);
        _add(abi.encodeCall(IRoles.grant, (IRoles.RoleGrant(namespace, model, AUTHORITY, 0, 0, 0))), ADMIN, false);
        _addStatus("1", IReleases.Status.Active, IReleases.Status.Revoked, OWNER_ALONE);
        _addStatus("2", IReleases.Status.Deprecated, IReleases.Status.Revoked, OWNER_ALONE);
        _addStatus("3", IReleases.Status.Yanked, IReleases.Status.Revoked, OWNER_ALONE);
        _add(abi.encodeCall(INamespaces.transferNamespace, (namespace, DELEGATE)), OWNER_ALONE, true);
        _add(abi.encodeCall(IRoles.dropGrants, (namespace)), OWNER_ALONE, true);
        _add(abi.encodeCall(INamespaces.setStatementKey, (namespace, DELEGATE)), OWNER_ALONE, true);
    }

    function test_E2_TheOwnerNeedsNoRole() external {
        for (uint256 i = 0; i < actions.length; i++) {
            _isAllowed(address(this), actions[i]);
        }
    }

    function test_E2_AStrangerMayDoNothing() external {
        for (uint256 i = 0; i < actions.length; i++) {
            _isRefused(STRANGER, actions[i]);
        }
    }

    function test_E2_ARoleOfTheNamespaceIsNecessaryAndSufficient() external {
        for (uint256 i = 0; i < actions.length; i++) {
            uint256 before = vm.snapshotState();
            grant(0, DELEGATE, ALL_ROLES & ~actions[i].role);
            _isRefused(DELEGATE, actions[i]);
            vm.revertToState(before);
            if (actions[i].role == OWNER_ALONE) continue;
            grant(0, DELEGATE, actions[i].role);
            _isAllowed(DELEGATE, actions[i]);
            vm.revertToState(before);
        }
    }

    function test_E2_ARoleOfTheModelDoesForTheModel() external {
        for (uint256 i = 0; i < actions.length; i++) {
            uint256 before = vm.snapshotState();
            grant(model, DELEGATE, ALL_ROLES & ~actions[i].role);
            _isRefused(DELEGATE, actions[i]);
            vm.revertToState(before);
            if (actions[i].role == OWNER_ALONE) continue;
            grant(model, DELEGATE, actions[i].role);
            if (actions[i].ofNamespace) _isRefused(DELEGATE, actions[i]);
            else _isAllowed(DELEGATE, actions[i]);
            vm.revertToState(before);
        }
    }

    function test_E2_ARoleOfAnotherModelOrNamespaceDoesNothing() external {
        registry.grant(
            IRoles.RoleGrant(namespace, registry.createModel(NS, "another"), DELEGATE, ALL_ROLES, FOR_EVER, 0)
        );
        registry.grant(IRoles.RoleGrant(register("another"), 0, DELEGATE, ALL_ROLES, FOR_EVER, 0));
        for (uint256 i = 0; i < actions.length; i++) {
            _isRefused(DELEGATE, actions[i]);
        }
    }

    function test_E2_AnExpiredRoleDoesNothing() external {
        uint64 end = uint64(block.timestamp + 1 hours);
        registry.grant(IRoles.RoleGrant(namespace, 0, DELEGATE, ALL_ROLES, end, 0));
        vm.warp(end - 1);
        assertEq(registry.rolesOf(namespace, 0, DELEGATE), ALL_ROLES);
        for (uint256 i = 0; i < actions.length; i++) {
            if (actions[i].role != OWNER_ALONE) _isAllowed(DELEGATE, actions[i]);
        }
        vm.warp(end);
        assertEq(registry.rolesOf(namespace, 0, DELEGATE), 0);
        for (uint256 i = 0; i < actions.length; i++) {
            _isRefused(DELEGATE, actions[i]);
        }
    }

    function test_E2_TheRolesOfAnEarlierOwnerDoNothing() external {
        grant(0, DELEGATE, ALL_ROLES);
        grant(model, DELEGATE, ALL_ROLES);
        registry.transferNamespace(namespace, STRANGER);
        vm.prank(STRANGER);
        registry.acceptNamespace(namespace);
        for (uint256 i = 0; i < actions.length; i++) {
            _isRefused(DELEGATE, actions[i]);
            _isRefused(address(this), actions[i]);
        }
    }

    /// @dev Two halves make a whole: roles of the namespace and of the model add up.
    function test_RolesOfBothScopesAddUp() external {
        grant(0, DELEGATE, PUBLISH | REPAIR);
        grant(model, DELEGATE, YANK | REPAIR);
        assertEq(registry.rolesOf(namespace, 0, DELEGATE), PUBLISH | REPAIR);
        assertEq(registry.rolesOf(namespace, model, DELEGATE), PUBLISH | YANK | REPAIR);
        assertEq(registry.rolesOf(namespace, 0, address(this)), ALL_ROLES);
    }

    function test_SaysWhoMayAdministerAModel() external {
        assertTrue(registry.mayAdminister(model, address(this)), "the owner");
        assertTrue(!registry.mayAdminister(model, STRANGER), "not anybody");
        grant(model, STRANGER, ALL_ROLES & ~ADMIN);
        assertTrue(!registry.mayAdminister(model, STRANGER), "not by other roles");
        grant(0, DELEGATE, ADMIN);
        assertTrue(registry.mayAdminister(model, DELEGATE), "by the namespace");
        grant(model, AUTHORITY, ADMIN);
        assertTrue(registry.mayAdminister(model, AUTHORITY), "by the model");
        assertTrue(!registry.mayAdminister(registry.createModel(NS, "other"), AUTHORITY), "not another model");
        assertTrue(!registry.mayAdminister(0, address(0)), "not an unknown model");
    }

    function _add(bytes memory call, uint32 role, bool ofNamespace) private {
        actions.push(Action(call, role, ofNamespace));
    }

    function _addStatus(bytes32 version, IReleases.Status from, IReleases.Status to, uint32 role) private {
        uint64 seq = version == "1" ? 0 : 1;
        _add(abi.encodeCall(IReleases.setStatus, (statusChange(version, from, to, seq))), role, false);
    }

    function _isAllowed(address account, Action memory action) private {
        uint256 before = vm.snapshotState();
        vm.prank(account);
        (bool ok, bytes memory why) = address(registry).call(action.call);
        if (!ok) revert UnequalBytes(why, action.call);
        vm.revertToState(before);
    }

    function _isRefused(address account, Action memory action) private {
        bytes32 scope = action.ofNamespace ? bytes32(0) : model;
        bytes memory expected = action.role == OWNER_ALONE
            ? abi.encodeWithSelector(INamespaces.NotNamespaceOwner.selector, namespace, account)
            : abi.encodeWithSelector(IRoles.RoleMissing.selector, namespace, scope, account, action.role);
        vm.prank(account);
        (bool ok, bytes memory why) = address(registry).call(action.call);
        assertTrue(!ok, "only with the role");
        assertEq(why, expected);
    }
}
