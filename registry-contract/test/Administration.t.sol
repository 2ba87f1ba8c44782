// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChunkedModelRegistry} from "../contracts/ChunkedModelRegistry.sol";
import {IChunkedModelRegistry} from "../contracts/IChunkedModelRegistry.sol";
import {IAdministration as I} from "../contracts/interfaces/IAdministration.sol";
import {INamespaces} from "../contracts/interfaces/INamespaces.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice Administrators by OpenZeppelin's AccessManager: guardians pause at once, governors wait for a week.
contract AdministrationTest is RegistryTest {
    uint64 private constant GUARDIANS = 1;
    uint64 private constant GOVERNORS = 2;
    address private constant GUARDIAN = address(0x9a4d);
    address private constant GOVERNOR = address(0x90f0);
    AccessManager private manager;

    function setUp() public override {
        super.setUp();
        manager = new AccessManager(address(this));
        registry = IChunkedModelRegistry(address(new ChunkedModelRegistry(address(manager))));
        namespace = register(NS);
        model = registry.createModel(NS, NAME);
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = I.pause.selector;
        manager.setTargetFunctionRole(address(registry), selectors, GUARDIANS);
        selectors = new bytes4[](3);
        (selectors[0], selectors[1]) = (I.unpause.selector, I.announceSuccessor.selector);
        selectors[2] = I.reserveNamespace.selector;
        manager.setTargetFunctionRole(address(registry), selectors, GOVERNORS);
        manager.grantRole(GUARDIANS, GUARDIAN, 0);
        manager.grantRole(GOVERNORS, GOVERNOR, 1 weeks);
    }

    function test_TheRegistryAnnouncesItsAuthority() external {
        vm.recordLogs();
        ChunkedModelRegistry other = new ChunkedModelRegistry(address(manager));
        bytes32[] memory topics = vm.getRecordedLogs()[0].topics;
        assertEq(topics[0], I.AuthoritySet.selector);
        assertEq(topics[1], bytes32(uint256(uint160(address(manager)))));
        assertEq(other.authority(), address(manager));
    }

    function test_AGuardianPausesAtOnce() external {
        emits();
        emit Pausable.Paused(address(manager));
        vm.prank(GUARDIAN);
        manager.execute(address(registry), abi.encodeCall(I.pause, ()));
        assertTrue(registry.paused(), "paused");
        refused(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        publish("1");
        vm.prank(GUARDIAN);
        refused(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        manager.execute(address(registry), abi.encodeCall(I.pause, ()));
    }

    function test_AGovernorWaitsForHisDelay() external {
        vm.prank(GUARDIAN);
        manager.execute(address(registry), abi.encodeCall(I.pause, ()));
        bytes memory call = abi.encodeCall(I.unpause, ());
        bytes32 operation = manager.hashOperation(GOVERNOR, address(registry), call);
        refused(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation));
        vm.prank(GOVERNOR);
        manager.execute(address(registry), call);
        vm.prank(GOVERNOR);
        manager.schedule(address(registry), call, 0);
        vm.warp(block.timestamp + 1 weeks - 1);
        refused(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation));
        vm.prank(GOVERNOR);
        manager.execute(address(registry), call);
        vm.warp(block.timestamp + 1);
        emits();
        emit Pausable.Unpaused(address(manager));
        vm.prank(GOVERNOR);
        manager.execute(address(registry), call);
        assertTrue(!registry.paused(), "unpaused");
        publish("1");
    }

    function test_AScheduledCallCanBeCalledOff() external {
        bytes memory call = abi.encodeCall(I.announceSuccessor, (address(manager)));
        vm.prank(GOVERNOR);
        manager.schedule(address(registry), call, 0);
        manager.cancel(GOVERNOR, address(registry), call);
        vm.warp(block.timestamp + 1 weeks);
        bytes32 operation = manager.hashOperation(GOVERNOR, address(registry), call);
        refused(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation));
        vm.prank(GOVERNOR);
        manager.execute(address(registry), call);
    }

    function test_NobodyDoesAnothersPart() external {
        bytes memory call = abi.encodeCall(I.announceSuccessor, (address(manager)));
        refused(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector, GUARDIAN, registry, I.announceSuccessor.selector
            )
        );
        vm.prank(GUARDIAN);
        manager.execute(address(registry), call);
        refused(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector, STRANGER, registry, I.pause.selector
            )
        );
        vm.prank(STRANGER);
        manager.execute(address(registry), abi.encodeCall(I.pause, ()));
    }

    /// @dev Not even those whom the manager lets: the registry knows the manager alone.
    function test_OnlyTheManagerCalls() external {
        address[4] memory callers = [address(this), GUARDIAN, GOVERNOR, STRANGER];
        bytes[4] memory calls = [
            abi.encodeCall(I.pause, ()),
            abi.encodeCall(I.unpause, ()),
            abi.encodeCall(I.announceSuccessor, (address(manager))),
            abi.encodeCall(I.reserveNamespace, ("kept", STRANGER))
        ];
        for (uint256 i = 0; i < 4; i++) {
            for (uint256 j = 0; j < 4; j++) {
                vm.prank(callers[i]);
                (bool ok, bytes memory why) = address(registry).call(calls[j]);
                assertTrue(!ok, "only the manager");
                assertEq(why, abi.encodeWithSelector(I.NotAuthority.selector, callers[i]));
            }
        }
    }

    /// @dev The manager's administrator can make it call anything: even so it owns no namespace and holds no role.
    function test_E10_AdministratorsWriteForNobody() external {
        publish("1");
        refused(abi.encodeWithSelector(INamespaces.NotNamespaceOwner.selector, namespace, manager));
        manager.execute(address(registry), abi.encodeCall(INamespaces.transferNamespace, (namespace, address(this))));
        refused(abi.encodeWithSelector(INamespaces.NotPendingOwner.selector, namespace, manager));
        manager.execute(address(registry), abi.encodeCall(INamespaces.acceptNamespace, (namespace)));
    }

    /// @dev The manager decides by function: behind `multicall` it would not see which.
    function test_TheManagerMakesNoMulticall() external {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IChunkedModelRegistry.multicall.selector;
        manager.setTargetFunctionRole(address(registry), selectors, GUARDIANS);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(I.announceSuccessor, (address(manager)));
        refused(abi.encodeWithSelector(I.MulticallRefused.selector, manager));
        vm.prank(GUARDIAN);
        manager.execute(address(registry), abi.encodeCall(IChunkedModelRegistry.multicall, (calls)));
    }

    function test_AnnouncesASuccessorOnce() external {
        address first = address(new ChunkedModelRegistry(address(0)));
        vm.startPrank(address(manager));
        refused(abi.encodeWithSelector(I.SuccessorInvalid.selector, address(registry)));
        registry.announceSuccessor(address(registry));
        refused(abi.encodeWithSelector(I.SuccessorInvalid.selector, STRANGER));
        registry.announceSuccessor(STRANGER);
        refused(abi.encodeWithSelector(I.SuccessorInvalid.selector, address(0)));
        registry.announceSuccessor(address(0));
        emits();
        emit I.SuccessorAnnounced(first);
        registry.announceSuccessor(first);
        refused(abi.encodeWithSelector(I.SuccessorStands.selector, first));
        registry.announceSuccessor(address(manager));
        refused(abi.encodeWithSelector(I.SuccessorStands.selector, first));
        registry.announceSuccessor(address(0));
        vm.stopPrank();
        assertEq(registry.successor(), first);
        publish("1");
    }

    function test_WithoutAnAuthorityThereIsNone() external {
        registry = IChunkedModelRegistry(address(new ChunkedModelRegistry(address(0))));
        assertEq(registry.authority(), address(0));
        refused(abi.encodeWithSelector(I.NotAuthority.selector, address(this)));
        registry.pause();
        refused(abi.encodeWithSelector(I.NotAuthority.selector, address(registry)));
        vm.prank(address(registry));
        registry.pause();
    }

    /// @dev The sender of an `eth_call` that names none is the zero address, which is nobody's authority.
    function test_WithoutAnAuthorityAnybodyReadsByMulticall() external {
        registry = IChunkedModelRegistry(address(new ChunkedModelRegistry(address(0))));
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(I.authority, ());
        vm.prank(address(0));
        assertEq(registry.multicall(calls)[0], abi.encode(address(0)));
    }
}
