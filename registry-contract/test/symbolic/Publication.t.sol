// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {AnyState} from "./AnyState.sol";
import {Facts, Place} from "./OpenRegistry.sol";

/// @notice What is published is its publisher's to state.
/// @dev Bounds: one text of each kind, so one version of one model; no base; the root alone is recorded.
/// @custom:halmos --loop 8 --array-lengths publication.segmentRoots=0 --default-bytes-lengths 1
contract PublicationProof is AnyState {
    bytes20 private constant NAMESPACE = bytes20(keccak256("a"));

    function checkDeep_PublicationIsOfItsPublisher(address caller, IReleases.Publication memory publication) external {
        Place memory place;
        (place.namespace, place.account) = (NAMESPACE, caller);
        place.model = keccak256(abi.encode(NAMESPACE, "b"));
        Facts memory before = registry.look(place);
        // `createModel` writes nothing else there (RightsProof).
        vm.assume(before.modelNamespace == 0 || before.modelNamespace == NAMESPACE);
        _publish(caller, publication);
        assert(caller == _owner(before, NAMESPACE) || _roles(before) & PUBLISH != 0);
    }

    function _publish(address caller, IReleases.Publication memory publication) private {
        (publication.namespace, publication.name, publication.version) = ("a", "b", "1");
        (publication.mode, publication.base) = (IReleases.RecordMode.ROOT_ONLY, 0);
        bytes32 model = keccak256(abi.encode(NAMESPACE, "b"));
        vm.assume(registry.isEmpty(keccak256(abi.encode(model, bytes32("1"))), NAMESPACE));
        vm.prank(caller);
        registry.publish(publication);
    }
}
