// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ChunkedModelRegistry} from "../../contracts/ChunkedModelRegistry.sol";
import {IChunkedModelRegistry} from "../../contracts/IChunkedModelRegistry.sol";
import {AdminActions} from "./actions/AdminActions.sol";
import {AuditActions} from "./actions/AuditActions.sol";
import {ChannelActions} from "./actions/ChannelActions.sol";
import {ModelActions} from "./actions/ModelActions.sol";
import {ReleaseActions} from "./actions/ReleaseActions.sol";
import {RoleActions} from "./actions/RoleActions.sol";
import {TimeActions} from "./actions/TimeActions.sol";
import {Checks} from "./checks/Checks.sol";

/// @notice Everything that can happen to a registry, from its first block on.
contract Handler is
    AdminActions,
    RoleActions,
    ModelActions,
    ReleaseActions,
    ChannelActions,
    AuditActions,
    TimeActions,
    Checks
{
    constructor() {
        vm.roll(100);
        vm.warp(1_800_000_000);
        _gather();
        _name();
        manager = new AccessManager(address(this));
        registry = IChunkedModelRegistry(address(new ChunkedModelRegistry(address(manager))));
        _employ();
    }

    /// @notice What can happen next; some of it more often.
    function actions() external pure returns (bytes4[32] memory) {
        return [
            this.commitNamespace.selector,
            this.registerNamespace.selector,
            this.transferNamespace.selector,
            this.acceptNamespace.selector,
            this.setStatementKey.selector,
            this.grant.selector,
            this.grant.selector,
            this.resign.selector,
            this.dropGrants.selector,
            this.createModel.selector,
            this.setModelActive.selector,
            this.setMetadata.selector,
            this.recordSegment.selector,
            this.republishSegment.selector,
            this.recordPage.selector,
            this.publish.selector,
            this.recordAndPublish.selector,
            this.setStatus.selector,
            this.setStatus.selector,
            this.setChannel.selector,
            this.setChannel.selector,
            this.attest.selector,
            this.attestBatch.selector,
            this.pause.selector,
            this.unpause.selector,
            this.reserveNamespace.selector,
            this.scheduleSuccessor.selector,
            this.announceSuccessor.selector,
            this.wait.selector,
            this.wait.selector,
            this.replay.selector,
            this.cancelNonce.selector
        ];
    }
}
