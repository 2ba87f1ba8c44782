// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnyState} from "./AnyState.sol";
import {Facts, Place} from "./OpenRegistry.sol";

/// @notice No function but those that have a proof of their own changes a release, a grant or a channel, a model's namespace or
/// its versions, whoever calls it with whatever arguments; and what is recorded of digests stays.
/// @dev Bounds: texts have one character, digests are one, a batch has one attestation, signatures have 65 bytes.
/// @custom:halmos --loop 33 --default-array-lengths 1 --default-bytes-lengths 1 --array-lengths digests=32,authorization.signature=65
contract EveryCallProof is AnyState {
    function checkDeep_RecordsStay(Place calldata place, address caller) external {
        Facts memory before = registry.look(place);
        // Every model has a namespace, whose id is no zero; no block is block zero.
        vm.assume(before.modelNamespace != 0 && block.number != 0);
        _anyOtherCall(caller);
        Facts memory later = registry.look(place);
        uint256 change = _change(before, later) | (before.state ^ later.state) | (before.channel ^ later.channel);
        change |= (before.grant ^ later.grant) | (before.modelGrant ^ later.modelGrant);
        assert(change | uint256(before.version ^ later.version) == 0);
        assert(later.modelNamespace == before.modelNamespace);
        assert(before.page == 0 || later.page == before.page);
        assert(before.segment == 0 || later.segment != 0);
    }
}
