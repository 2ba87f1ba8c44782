// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdministration} from "../contracts/interfaces/IAdministration.sol";
import {INamespaces as I} from "../contracts/interfaces/INamespaces.sol";
import {IRoles} from "../contracts/interfaces/IRoles.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice Fault E5: ownership moves in two steps, to nobody by accident, and is never given up.
contract TransfersTest is RegistryTest {
    address private constant DELEGATE = address(0xde1e);
    bytes20 private constant KEPT = bytes20(keccak256("kept"));

    function test_E5_TransfersInTwoSteps() external {
        emits();
        emit I.NamespaceTransferStarted(namespace, address(this), STRANGER);
        registry.transferNamespace(namespace, STRANGER);
        assertEq(registry.namespaceInfo(namespace).owner, address(this));
        assertEq(registry.namespaceInfo(namespace).pendingOwner, STRANGER);
        registry.createModel(NS, "still-mine");

        emits();
        emit I.NamespaceTransferred(namespace, address(this), STRANGER);
        vm.prank(STRANGER);
        registry.acceptNamespace(namespace);
        I.NamespaceInfo memory info = registry.namespaceInfo(namespace);
        assertEq(info.owner, STRANGER);
        assertEq(info.pendingOwner, address(0));
        assertEq(info.epoch, 1);
        refused(abi.encodeWithSelector(IRoles.RoleMissing.selector, namespace, 0, address(this), PUBLISH));
        registry.createModel(NS, "other");
        vm.prank(STRANGER);
        registry.createModel(NS, "other");
    }

    function test_E5_TheZeroAddressCallsAnOfferOff() external {
        registry.transferNamespace(namespace, STRANGER);
        emits();
        emit I.NamespaceTransferStarted(namespace, address(this), address(0));
        registry.transferNamespace(namespace, address(0));
        refused(abi.encodeWithSelector(I.NotPendingOwner.selector, namespace, STRANGER));
        vm.prank(STRANGER);
        registry.acceptNamespace(namespace);
        assertEq(registry.namespaceInfo(namespace).owner, address(this));
    }

    function test_ALaterOfferReplacesAnEarlier() external {
        registry.transferNamespace(namespace, STRANGER);
        registry.transferNamespace(namespace, DELEGATE);
        refused(abi.encodeWithSelector(I.NotPendingOwner.selector, namespace, STRANGER));
        vm.prank(STRANGER);
        registry.acceptNamespace(namespace);
        vm.prank(DELEGATE);
        registry.acceptNamespace(namespace);
    }

    function test_AnOfferIsAcceptedOnce() external {
        registry.transferNamespace(namespace, STRANGER);
        vm.prank(STRANGER);
        registry.acceptNamespace(namespace);
        refused(abi.encodeWithSelector(I.NotPendingOwner.selector, namespace, STRANGER));
        vm.prank(STRANGER);
        registry.acceptNamespace(namespace);
    }

    function test_OnlyTheOwnerOffers() external {
        refusedToStranger();
        registry.transferNamespace(namespace, STRANGER);
        grant(0, DELEGATE, ALL_ROLES);
        refused(abi.encodeWithSelector(I.NotNamespaceOwner.selector, namespace, DELEGATE));
        vm.prank(DELEGATE);
        registry.transferNamespace(namespace, DELEGATE);
    }

    function test_OnlyThePendingOwnerAccepts() external {
        registry.transferNamespace(namespace, STRANGER);
        refused(abi.encodeWithSelector(I.NotPendingOwner.selector, namespace, address(this)));
        registry.acceptNamespace(namespace);
    }

    function test_AnAddressKeepsItsNamespace() external {
        refused(abi.encodeWithSelector(I.NamespaceNotTransferable.selector, bytes20(STRANGER)));
        vm.prank(STRANGER);
        registry.transferNamespace(bytes20(STRANGER), address(this));
        refused(abi.encodeWithSelector(I.NotPendingOwner.selector, bytes20(STRANGER), address(this)));
        registry.acceptNamespace(bytes20(STRANGER));
    }

    function test_ANewOwnerStartsWithoutOldRolesAndKey() external {
        registry.setStatementKey(namespace, DELEGATE);
        grant(0, DELEGATE, ALL_ROLES);
        grant(model, DELEGATE, PUBLISH);
        assertEq(registry.rolesOf(namespace, model, DELEGATE), ALL_ROLES);

        registry.transferNamespace(namespace, STRANGER);
        assertEq(registry.rolesOf(namespace, model, DELEGATE), ALL_ROLES);
        vm.prank(STRANGER);
        registry.acceptNamespace(namespace);
        assertEq(registry.rolesOf(namespace, model, DELEGATE), 0);
        assertEq(registry.grantOf(namespace, 0, DELEGATE).roles, 0);
        assertEq(registry.grantOf(namespace, 0, DELEGATE).seq, 1);
        assertEq(registry.grantOf(namespace, model, DELEGATE).roles, 0);
        assertEq(registry.namespaceInfo(namespace).statementKey, address(0));
    }

    /// @dev Back with the first owner, nothing that he granted before holds again.
    function test_OldRolesDontReturnWithTheOldOwner() external {
        grant(0, DELEGATE, PUBLISH);
        registry.transferNamespace(namespace, STRANGER);
        vm.startPrank(STRANGER);
        registry.acceptNamespace(namespace);
        registry.transferNamespace(namespace, address(this));
        vm.stopPrank();
        registry.acceptNamespace(namespace);
        assertEq(registry.namespaceInfo(namespace).epoch, 2);
        assertEq(registry.rolesOf(namespace, 0, DELEGATE), 0);
    }

    function test_AnOwnerMayClearAllRolesByATransferToHimself() external {
        grant(0, DELEGATE, PUBLISH);
        registry.transferNamespace(namespace, address(this));
        registry.acceptNamespace(namespace);
        assertEq(registry.namespaceInfo(namespace).owner, address(this));
        assertEq(registry.rolesOf(namespace, 0, DELEGATE), 0);
    }

    function test_AKeptLabelIsTakenByItsHolder() external {
        _keep("kept", STRANGER);
        assertEq(registry.namespaceInfo(KEPT).owner, address(0));
        assertEq(registry.namespaceInfo(KEPT).pendingOwner, STRANGER);
        bytes memory kept = abi.encodeWithSelector(I.NamespaceKept.selector, "kept", STRANGER);
        refused(kept);
        registry.registerNamespace("kept", SALT);
        refused(kept);
        vm.prank(STRANGER);
        registry.registerNamespace("kept", SALT);

        emits();
        emit I.NamespaceTransferred(KEPT, address(0), STRANGER);
        vm.prank(STRANGER);
        registry.acceptNamespace(KEPT);
        assertEq(registry.namespaceInfo(KEPT).owner, STRANGER);
        refused(abi.encodeWithSelector(I.NamespaceTaken.selector, "kept", STRANGER));
        vm.prank(AUTHORITY);
        registry.reserveNamespace("kept", AUTHORITY);
    }

    function test_ALabelMayBeKeptForNobodyAndFreedAgain() external {
        _keep("kept", address(registry));
        refused(abi.encodeWithSelector(I.NamespaceKept.selector, "kept", address(registry)));
        registry.registerNamespace("kept", SALT);
        _keep("kept", address(0));
        assertEq(register("kept"), KEPT);
    }

    function test_KeepsOnlyLegalFreeLabels() external {
        vm.startPrank(AUTHORITY);
        refused(abi.encodeWithSelector(I.NamespaceTaken.selector, NS, address(this)));
        registry.reserveNamespace(NS, STRANGER);
        refused(abi.encodeWithSelector(I.NamespaceInvalid.selector, "Kept"));
        registry.reserveNamespace("Kept", STRANGER);
        refused(abi.encodeWithSelector(I.NamespaceKept.selector, "local", address(registry)));
        registry.reserveNamespace("local", STRANGER);
        string memory own = "0x0000000000000000000000000000000000000bad";
        refused(abi.encodeWithSelector(I.NamespaceTaken.selector, own, STRANGER));
        registry.reserveNamespace(own, AUTHORITY);
        vm.stopPrank();
        refused(abi.encodeWithSelector(IAdministration.NotAuthority.selector, address(this)));
        registry.reserveNamespace("kept", STRANGER);
    }

    function _keep(string memory label, address holder) private {
        emits();
        emit I.NamespaceReserved(bytes20(keccak256(bytes(label))), label, holder);
        vm.prank(AUTHORITY);
        registry.reserveNamespace(label, holder);
    }
}
