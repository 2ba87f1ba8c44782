// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry as I} from "../contracts/IChunkedModelRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract NamespacesTest is RegistryTest {
    string private constant OWN = "0x0000000000000000000000000000000000000bad";

    function test_RegistersAFreeLabel() external {
        emits();
        emit I.NamespaceRegistered("meta-llama", STRANGER);
        vm.prank(STRANGER);
        registry.registerNamespace("meta-llama");
        assertEq(registry.namespaceInfo("meta-llama").owner, STRANGER);
        assertEq(registry.namespaceInfo("free").owner, address(0));
    }

    function test_RefusesATakenLabel() external {
        refused(abi.encodeWithSelector(I.NamespaceTaken.selector, NS, address(this)));
        registry.registerNamespace(NS);
    }

    function test_RefusesReservedWords() external {
        refused(abi.encodeWithSelector(I.NamespaceReserved.selector, "local"));
        registry.registerNamespace("local");
        refused(abi.encodeWithSelector(I.NamespaceReserved.selector, "default"));
        registry.registerNamespace("default");
        registry.registerNamespace("locals");
    }

    function test_RefusesAnIllegalLabel() external {
        refused(abi.encodeWithSelector(I.NamespaceInvalid.selector, "Acme"));
        registry.registerNamespace("Acme");
        refused(abi.encodeWithSelector(I.NamespaceInvalid.selector, "acme\x00"));
        registry.registerNamespace("acme\x00");
    }

    function test_AnAddressOwnsItsNamespace() external {
        assertEq(registry.namespaceInfo(OWN).owner, STRANGER);
        refused(abi.encodeWithSelector(I.NamespaceTaken.selector, OWN, STRANGER));
        registry.registerNamespace(OWN);
        refused(abi.encodeWithSelector(I.NotNamespaceOwner.selector, OWN, address(this)));
        registry.createModel(OWN, NAME);
        vm.prank(STRANGER);
        registry.createModel(OWN, NAME);
    }

    function test_AnAddressKeepsItsNamespace() external {
        refused(abi.encodeWithSelector(I.NamespaceNotTransferable.selector, OWN));
        vm.prank(STRANGER);
        registry.transferNamespace(OWN, address(this));
        refused(abi.encodeWithSelector(I.NotPendingOwner.selector, OWN, address(this)));
        registry.acceptNamespace(OWN);
    }

    function test_NothingIsWrittenWhereNobodyOwns() external {
        refused(abi.encodeWithSelector(I.NamespaceUnknown.selector, "free"));
        registry.createModel("free", NAME);
    }

    function test_TransfersInTwoSteps() external {
        emits();
        emit I.NamespaceTransferStarted(NS, address(this), STRANGER);
        registry.transferNamespace(NS, STRANGER);
        assertEq(registry.namespaceInfo(NS).owner, address(this));
        assertEq(registry.namespaceInfo(NS).pendingOwner, STRANGER);

        emits();
        emit I.NamespaceTransferred(NS, address(this), STRANGER);
        vm.prank(STRANGER);
        registry.acceptNamespace(NS);
        assertEq(registry.namespaceInfo(NS).owner, STRANGER);
        assertEq(registry.namespaceInfo(NS).pendingOwner, address(0));
        refused(abi.encodeWithSelector(I.NotNamespaceOwner.selector, NS, address(this)));
        registry.createModel(NS, "other");
    }

    function test_ACalledOffTransferCantBeAccepted() external {
        registry.transferNamespace(NS, STRANGER);
        emits();
        emit I.NamespaceTransferStarted(NS, address(this), address(0));
        registry.transferNamespace(NS, address(0));
        refused(abi.encodeWithSelector(I.NotPendingOwner.selector, NS, STRANGER));
        vm.prank(STRANGER);
        registry.acceptNamespace(NS);
    }

    function test_OnlyTheOwnerTransfers() external {
        refusedToStranger();
        registry.transferNamespace(NS, STRANGER);
        refused(abi.encodeWithSelector(I.NamespaceUnknown.selector, "free"));
        registry.transferNamespace("free", STRANGER);
    }

    function test_OnlyThePendingOwnerAccepts() external {
        registry.transferNamespace(NS, STRANGER);
        refused(abi.encodeWithSelector(I.NotPendingOwner.selector, NS, address(this)));
        registry.acceptNamespace(NS);
    }

    function test_ListsNamespacesWithARelease() external {
        assertEq(registry.namespaces(0, 10).length, 0);
        publish("1");
        publish("2");
        vm.prank(STRANGER);
        registry.createModel(OWN, NAME);
        I.Publication memory own = claim("1");
        own.namespace = OWN;
        vm.prank(STRANGER);
        registry.publish(own);

        string[] memory all = registry.namespaces(0, 10);
        assertEq(all.length, 2);
        assertEq(all[0], NS);
        assertEq(all[1], OWN);
        assertEq(registry.namespaces(1, 1)[0], OWN);
        assertEq(registry.namespaces(2, 1).length, 0);
        assertEq(registry.namespaces(1, type(uint256).max).length, 1);
        assertEq(registry.namespaces(type(uint256).max, type(uint256).max).length, 0);
    }
}
