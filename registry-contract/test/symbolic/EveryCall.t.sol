// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../../contracts/interfaces/IChannels.sol";
import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {IRoles} from "../../contracts/interfaces/IRoles.sol";
import {AnyState} from "./AnyState.sol";
import {Facts, Place} from "./OpenRegistry.sol";

/// @notice Nothing changes beside what a call is about, whoever makes it with whatever arguments: a status, a move and a grant
/// are of one release, one channel, one account; no other function changes any, nor a model's namespace; what is recorded of
/// digests stays.
/// @dev Bounds: texts have one character, digests are one, a batch has one attestation, signatures have 65 bytes.
/// @custom:halmos --loop 33 --default-array-lengths 1 --default-bytes-lengths 1 --array-lengths digests=32,authorization.signature=65
contract EveryCallProof is AnyState {
    function checkDeep_RecordsStay(Place calldata place, address caller) external {
        Facts memory before = registry.look(place);
        // Every model has a namespace, whose id is no zero; no block is block zero.
        vm.assume(before.modelNamespace != 0 && block.number != 0);
        _anyOtherCall(caller);
        Facts memory later = registry.look(place);
        assert(_changeOfAll(before, later) == 0);
        assert(later.modelNamespace == before.modelNamespace);
        assert(before.page == 0 || later.page == before.page);
        assert(before.segment == 0 || later.segment != 0);
    }

    function checkDeep_AStatusIsOfOneRelease(
        Place calldata place,
        address caller,
        IReleases.StatusChange calldata change
    ) external {
        vm.assume(place.release != keccak256(abi.encode(change.model, change.version)));
        Facts memory before = registry.look(place);
        vm.prank(caller);
        registry.setStatus(change);
        assert(_changeOfAll(before, registry.look(place)) == 0);
    }

    function checkDeep_AMoveIsOfOneChannel(Place calldata place, address caller, IChannels.ChannelMove memory move)
        external
    {
        move.channel = "latest";
        vm.assume(place.model != move.model || place.channel != move.channel);
        Facts memory before = registry.look(place);
        vm.prank(caller);
        registry.setChannel(move);
        assert(_changeOfAll(before, registry.look(place)) == 0);
    }

    function checkDeep_AGrantIsOfOneAccount(Place calldata place, address caller, IRoles.RoleGrant calldata to)
        external
    {
        vm.assume(place.namespace != to.namespace || place.account != to.account);
        Facts memory before = registry.look(place);
        vm.prank(caller);
        registry.grant(to);
        assert(_changeOfAll(before, registry.look(place)) == 0);
    }

    /// @dev Zero: the release, with its status, the channel, the version and the grants are what they were.
    function _changeOfAll(Facts memory before, Facts memory later) private pure returns (uint256 change) {
        change = _change(before, later) | (before.state ^ later.state) | (before.channel ^ later.channel);
        change |= (before.grant ^ later.grant) | (before.modelGrant ^ later.modelGrant);
        change |= uint256(before.version ^ later.version);
    }
}
