// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {INamespaces as I} from "../contracts/interfaces/INamespaces.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {IRoles} from "../contracts/interfaces/IRoles.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract NamespacesTest is RegistryTest {
    string private constant OWN = "0x0000000000000000000000000000000000000bad";
    bytes20 private constant OWN_ID = bytes20(STRANGER);
    string private constant LABEL = "meta-llama";

    function test_CommitsThenRegistersAFreeLabel() external {
        bytes32 commitment = keccak256(abi.encode(LABEL, STRANGER, SALT));
        bytes20 id = bytes20(keccak256("meta-llama"));
        emits();
        emit I.NamespaceCommitted(commitment);
        registry.commitNamespace(commitment);
        vm.warp(block.timestamp + 1 minutes);
        emits();
        emit I.NamespaceRegistered(id, LABEL, STRANGER, commitment);
        vm.prank(STRANGER);
        assertEq(registry.registerNamespace(LABEL, SALT), id);
        assertEq(registry.namespaceInfo(id).owner, STRANGER);
        assertEq(registry.namespaceInfo(id).epoch, 0);
        assertEq(registry.namespaceId(LABEL), id);
        assertEq(registry.namespaceInfo(bytes20(keccak256("free"))).owner, address(0));
    }

    function test_ACommitmentHoldsFromAMinuteToADay() external {
        bytes32 commitment = _commit(address(this));
        uint256 madeAt = block.timestamp;
        _refusesAt(madeAt, commitment, madeAt);
        _refusesAt(madeAt + 59, commitment, madeAt);
        _refusesAt(madeAt + 1 days + 1, commitment, madeAt);
        vm.warp(madeAt + 1 days);
        assertEq(registry.commitmentMadeAt(commitment), madeAt);
        registry.registerNamespace(LABEL, SALT);
        assertEq(registry.commitmentMadeAt(commitment), 0);
    }

    function testFuzz_ACommitmentHoldsFromAMinuteToADay(uint256 age) external {
        age %= 2 days;
        bytes32 commitment = _commit(address(this));
        uint256 madeAt = block.timestamp;
        vm.warp(madeAt + age);
        if (age < 1 minutes || age > 1 days) {
            refused(abi.encodeWithSelector(I.CommitmentUnusable.selector, commitment, madeAt));
        }
        registry.registerNamespace(LABEL, SALT);
    }

    function test_RegistersNothingWithoutACommitment() external {
        bytes32 commitment = keccak256(abi.encode(LABEL, address(this), SALT));
        _refusesAt(block.timestamp, commitment, 0);
    }

    /// @dev Nobody can keep it young by repeating it, and none is lost by being late.
    function test_ACommitmentStandsForADayThenStartsAnew() external {
        bytes32 commitment = _commit(address(this));
        uint256 madeAt = block.timestamp;
        vm.warp(madeAt + 1 days);
        refused(abi.encodeWithSelector(I.CommitmentStands.selector, commitment));
        registry.commitNamespace(commitment);
        vm.warp(madeAt + 1 days + 1);
        registry.commitNamespace(commitment);
        _refusesAt(madeAt + 1 days + 60, commitment, madeAt + 1 days + 1);
        vm.warp(madeAt + 1 days + 61);
        registry.registerNamespace(LABEL, SALT);
    }

    /// @dev Fault D16: whoever copies the commitment has made it for us; whoever sees the label comes a minute too late.
    function test_D16_AFrontRunnerTakesNothing() external {
        bytes32 ours = keccak256(abi.encode(LABEL, address(this), SALT));
        vm.prank(STRANGER);
        registry.commitNamespace(ours);
        uint256 madeAt = block.timestamp;
        refused(abi.encodeWithSelector(I.CommitmentStands.selector, ours));
        registry.commitNamespace(ours);

        vm.warp(madeAt + 1 minutes);
        bytes32 theirs = keccak256(abi.encode(LABEL, STRANGER, SALT));
        refused(abi.encodeWithSelector(I.CommitmentUnusable.selector, theirs, 0));
        vm.prank(STRANGER);
        registry.registerNamespace(LABEL, SALT);
        registry.commitNamespace(theirs);
        refused(abi.encodeWithSelector(I.CommitmentUnusable.selector, theirs, block.timestamp));
        vm.prank(STRANGER);
        registry.registerNamespace(LABEL, SALT);
        registry.registerNamespace(LABEL, SALT);
        assertEq(registry.namespaceInfo(bytes20(keccak256("meta-llama"))).owner, address(this));
    }

    function test_RefusesATakenLabel() external {
        refused(abi.encodeWithSelector(I.NamespaceTaken.selector, NS, address(this)));
        registry.registerNamespace(NS, SALT);
    }

    function test_RefusesWordsOfClients() external {
        refused(abi.encodeWithSelector(I.NamespaceKept.selector, "local", address(registry)));
        registry.registerNamespace("local", SALT);
        refused(abi.encodeWithSelector(I.NamespaceKept.selector, "default", address(registry)));
        registry.registerNamespace("default", SALT);
        register("locals");
    }

    function test_RefusesAnIllegalLabel() external {
        refused(abi.encodeWithSelector(I.NamespaceInvalid.selector, "Acme"));
        registry.registerNamespace("Acme", SALT);
        refused(abi.encodeWithSelector(I.NamespaceInvalid.selector, "acme\x00"));
        registry.registerNamespace("acme\x00", SALT);
        refused(abi.encodeWithSelector(I.NamespaceInvalid.selector, ""));
        registry.namespaceId("");
    }

    function test_AnAddressOwnsItsNamespace() external {
        assertEq(registry.namespaceId(OWN), OWN_ID);
        assertEq(registry.namespaceInfo(OWN_ID).owner, address(0));
        assertEq(registry.rolesOf(OWN_ID, 0, STRANGER), ALL_ROLES);
        refused(abi.encodeWithSelector(I.NamespaceTaken.selector, OWN, STRANGER));
        registry.registerNamespace(OWN, SALT);
        refused(abi.encodeWithSelector(IRoles.RoleMissing.selector, OWN_ID, 0, address(this), PUBLISH));
        registry.createModel(OWN, NAME);
        vm.prank(STRANGER);
        registry.createModel(OWN, NAME);
    }

    function test_NothingIsWrittenWhereNobodyOwns() external {
        bytes20 id = bytes20(keccak256("free"));
        refused(abi.encodeWithSelector(IRoles.RoleMissing.selector, id, 0, address(this), PUBLISH));
        registry.createModel("free", NAME);
        refused(abi.encodeWithSelector(I.NotNamespaceOwner.selector, id, address(this)));
        registry.setStatementKey(id, STRANGER);
        refused(abi.encodeWithSelector(I.NotNamespaceOwner.selector, id, address(this)));
        registry.transferNamespace(id, STRANGER);
    }

    function test_OnlyTheOwnerSetsTheStatementKey() external {
        emits();
        emit I.StatementKeyChanged(namespace, STRANGER);
        registry.setStatementKey(namespace, STRANGER);
        assertEq(registry.namespaceInfo(namespace).statementKey, STRANGER);
        refusedToStranger();
        registry.setStatementKey(namespace, address(0));
        emits();
        emit I.StatementKeyChanged(namespace, address(0));
        registry.setStatementKey(namespace, address(0));
        assertEq(registry.namespaceInfo(namespace).statementKey, address(0));
    }

    function test_AnAddressHasAStatementKeyToo() external {
        vm.prank(STRANGER);
        registry.setStatementKey(OWN_ID, address(this));
        assertEq(registry.namespaceInfo(OWN_ID).statementKey, address(this));
        assertEq(registry.namespaceInfo(OWN_ID).owner, address(0));
    }

    function test_ListsNamespacesWithARelease() external {
        assertEq(registry.namespaces(0, 10).length, 0);
        publish("1");
        publish("2");
        vm.prank(STRANGER);
        registry.createModel(OWN, NAME);
        IReleases.Publication memory own = claim("1");
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

    function _commit(address owner) private returns (bytes32 commitment) {
        commitment = keccak256(abi.encode(LABEL, owner, SALT));
        registry.commitNamespace(commitment);
    }

    function _refusesAt(uint256 time, bytes32 commitment, uint256 madeAt) private {
        vm.warp(time);
        refused(abi.encodeWithSelector(I.CommitmentUnusable.selector, commitment, madeAt));
        registry.registerNamespace(LABEL, SALT);
    }
}
