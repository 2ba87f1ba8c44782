// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../../contracts/IChunkedModelRegistry.sol";
import {IAdministration} from "../../contracts/interfaces/IAdministration.sol";
import {IAttestations} from "../../contracts/interfaces/IAttestations.sol";
import {IChannels} from "../../contracts/interfaces/IChannels.sol";
import {IModels} from "../../contracts/interfaces/IModels.sol";
import {INamespaces} from "../../contracts/interfaces/INamespaces.sol";
import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {IRoles} from "../../contracts/interfaces/IRoles.sol";
import {ISegments} from "../../contracts/interfaces/ISegments.sol";
import {ISignedActions} from "../../contracts/interfaces/ISignedActions.sol";
import {MiniTest} from "../MiniTest.sol";
import {Handler} from "./Handler.sol";

/// @notice Whatever many people do in whatever order: each call succeeds exactly when the ghost says so (the handler fails
/// otherwise), and after each call the registry says what the ghost holds.
contract RegistryInvariantTest is MiniTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;

    /// @dev A history begins where every kind of action has happened already.
    function setUp() external {
        handler = new Handler();
        for (uint256 seed = 0; seed < 6; seed++) {
            handler.commitNamespace(seed);
            handler.wait(seed);
            handler.registerNamespace(seed);
            handler.createModel(seed);
            handler.grant(seed);
            handler.recordAndPublish(seed);
        }
    }

    function targetContracts() external view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory list) {
        bytes4[32] memory actions = handler.actions();
        list = new FuzzSelector[](1);
        list[0] = FuzzSelector(address(handler), new bytes4[](actions.length));
        for (uint256 i = 0; i < actions.length; i++) {
            list[0].selectors[i] = actions[i];
        }
    }

    /// @dev A handler whose calls are refused proves little: every function of the registry succeeds, and a third of all calls.
    function test_EveryWriteSucceedsOften() external {
        bytes4[29] memory writes = [
            INamespaces.registerNamespace.selector,
            INamespaces.commitNamespace.selector,
            INamespaces.transferNamespace.selector,
            INamespaces.acceptNamespace.selector,
            INamespaces.setStatementKey.selector,
            IAdministration.reserveNamespace.selector,
            IRoles.grant.selector,
            IRoles.dropGrants.selector,
            ISignedActions.grantBySig.selector,
            IModels.createModel.selector,
            IModels.setModelActive.selector,
            IModels.setMetadata.selector,
            ISegments.recordSegment.selector,
            ISegments.republishSegment.selector,
            ISegments.recordPage.selector,
            IReleases.publish.selector,
            ISignedActions.publishBySig.selector,
            IChunkedModelRegistry.multicall.selector,
            IReleases.setStatus.selector,
            ISignedActions.setStatusBySig.selector,
            IChannels.setChannel.selector,
            ISignedActions.setChannelBySig.selector,
            IAttestations.attest.selector,
            ISignedActions.attestBySig.selector,
            IAttestations.attestBatch.selector,
            ISignedActions.cancelNonce.selector,
            IAdministration.pause.selector,
            IAdministration.unpause.selector,
            IAdministration.announceSuccessor.selector
        ];
        bytes4[32] memory actions = handler.actions();
        for (uint256 i = 0; i < 40 * actions.length; i++) {
            bytes memory arguments = abi.encode(keccak256(abi.encode(i)), i % 2, i);
            (bool ok,) = address(handler).call(bytes.concat(actions[i % actions.length], arguments));
            assertTrue(ok, "the ghost and the registry agree");
        }
        uint256 all = 0;
        for (uint256 i = 0; i < writes.length; i++) {
            uint256 successes = handler.successes(writes[i]);
            assertTrue(successes != 0, vm.toString(uint32(writes[i])));
            all += successes;
        }
        assertTrue(3 * all > handler.turn(), vm.toString(all));
    }

    /// @dev One invariant, not seven: a runner replays all histories for each.
    function invariant_TheRegistrySaysWhatTheGhostHolds() external view {
        handler.checkRecordsNeverChange();
        handler.checkResolutions();
        handler.checkLists();
        handler.checkRights();
        handler.checkDigests();
        handler.checkAudits();
        handler.checkSpent();
    }
}
