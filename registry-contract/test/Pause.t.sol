// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../contracts/interfaces/IAttestations.sol";
import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {IModels} from "../contracts/interfaces/IModels.sol";
import {INamespaces} from "../contracts/interfaces/INamespaces.sol";
import {IProofs} from "../contracts/interfaces/IProofs.sol";
import {IReasons} from "../contracts/interfaces/IReasons.sol";
import {IRecords} from "../contracts/interfaces/IRecords.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {ISegments} from "../contracts/interfaces/ISegments.sol";
import {ISignedActions} from "../contracts/interfaces/ISignedActions.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {SigningTest} from "./SigningTest.sol";

/// @notice Fault E10: a pause stops exactly new namespaces, models, segments, pages and releases.
contract PauseTest is SigningTest {
    bytes20 private constant KEPT = bytes20(keccak256("kept"));

    bytes[] private stopped;
    bytes[] private going;

    function setUp() public override {
        super.setUp();
        registry.recordSegment(digests(0, 3));
        registry.commitNamespace(keccak256(abi.encode("new", address(this), SALT)));
        vm.startPrank(AUTHORITY);
        registry.reserveNamespace("kept", address(this));
        registry.pause();
        vm.stopPrank();
        vm.warp(block.timestamp + 1 minutes);

        stopped.push(abi.encodeCall(INamespaces.registerNamespace, ("new", SALT)));
        stopped.push(abi.encodeCall(INamespaces.acceptNamespace, (KEPT)));
        stopped.push(abi.encodeCall(IModels.createModel, (NS, "new")));
        stopped.push(abi.encodeCall(ISegments.recordSegment, (digests(0, 4))));
        stopped.push(abi.encodeCall(ISegments.recordSegment, (digests(0, 3))));
        stopped.push(abi.encodeCall(ISegments.republishSegment, (digests(0, 3))));
        stopped.push(abi.encodeCall(ISegments.recordPage, (digests(0, 4))));
        stopped.push(abi.encodeCall(IReleases.publish, (claim("2"))));
        stopped.push(signed(Action.Publish));

        going.push(abi.encodeCall(INamespaces.commitNamespace, (keccak256("later"))));
        going.push(abi.encodeCall(INamespaces.transferNamespace, (namespace, address(this))));
        going.push(abi.encodeCall(INamespaces.acceptNamespace, (namespace)));
        going.push(abi.encodeCall(INamespaces.setStatementKey, (namespace, STRANGER)));
        going.push(abi.encodeCall(IModels.setModelActive, (model, false, IReasons.Reason.None, 0)));
        going.push(abi.encodeCall(IModels.setMetadata, (model, 0, "license", "mit")));
        going.push(abi.encodeCall(IChannels.setChannel, (IChannels.ChannelMove(model, "stable", "1", 0))));
        going.push(abi.encodeCall(IReleases.setStatus, (change())));
        going.push(abi.encodeCall(IAttestations.attest, (attestation())));
        going.push(abi.encodeCall(IAttestations.attestBatch, (new IAttestations.Attestation[](0))));
        going.push(abi.encodeCall(ISignedActions.cancelNonce, (0)));
    }

    function test_E10_StopsWhatIsNew() external {
        for (uint256 i = 0; i < stopped.length; i++) {
            (bool ok, bytes memory why) = address(registry).call(stopped[i]);
            assertTrue(!ok, "nothing new is written in a pause");
            assertEq(why, abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        }
        vm.prank(AUTHORITY);
        registry.unpause();
        for (uint256 i = 0; i < stopped.length; i++) {
            if (i == 7) continue;
            (bool ok, bytes memory why) = address(registry).call(stopped[i]);
            if (!ok) revert UnequalBytes(why, stopped[i]);
        }
    }

    function test_E10_StopsNothingElse() external {
        for (uint256 i = 0; i < going.length; i++) {
            (bool ok, bytes memory why) = address(registry).call(going[i]);
            if (!ok) revert UnequalBytes(why, going[i]);
        }
    }

    function test_E10_StopsNoOtherSignedAction() external {
        for (uint8 i = 1; i < ACTIONS; i++) {
            uint256 before = vm.snapshotState();
            (bool ok, bytes memory why) = relay(signed(Action(i)));
            if (!ok) revert UnequalBytes(why, signed(Action(i)));
            vm.revertToState(before);
        }
    }

    /// @dev Each status can be reached, and a label reserved: damage is contained and squatters are kept out in a pause too.
    function test_E10_DamageCanBeContained() external {
        setStatus("1", IReleases.Status.Active, IReleases.Status.Deprecated, 0);
        setStatus("1", IReleases.Status.Deprecated, IReleases.Status.Yanked, 1);
        setStatus("1", IReleases.Status.Yanked, IReleases.Status.Revoked, 2);
        grant(0, STRANGER, YANK);
        vm.startPrank(AUTHORITY);
        registry.reserveNamespace("squatted", address(registry));
        registry.announceSuccessor(address(this));
        vm.stopPrank();
    }

    function test_E10_StopsNoRead() external view {
        assertTrue(registry.paused(), "paused");
        registry.resolve(model, "1");
        registry.versions(model, 0, 1);
        registry.channels(model, 0, 1);
        registry.models(namespace, 0, 1);
        registry.namespaces(0, 1);
        registry.statementHash(NS, NAME, "1", 0, 0);
        registry.verifyChunk(release, 0, 0, new bytes32[](0));
        registry.rolesOf(namespace, model, signer);
        assertTrue(registry.supportsInterface(type(IProofs).interfaceId), "proofs");
        assertTrue(registry.supportsInterface(type(IRecords).interfaceId), "records");
    }

    function test_OnlyWhatIsPausedIsUnpaused() external {
        vm.startPrank(AUTHORITY);
        registry.unpause();
        refused(abi.encodeWithSelector(Pausable.ExpectedPause.selector));
        registry.unpause();
    }
}
