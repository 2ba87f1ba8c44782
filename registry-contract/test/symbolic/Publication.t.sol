// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {AnyState} from "./AnyState.sol";
import {Facts, Place} from "./OpenRegistry.sol";

/// @notice A version is published once, by who may, as he states it, and no other release changes with it.
/// @dev Bounds: one text of each kind, so one version of one model; no base; the root alone is recorded.
/// @custom:halmos --loop 8 --array-lengths publication.segmentRoots=0 --default-bytes-lengths 1
contract PublicationProof is AnyState {
    bytes20 private constant NAMESPACE = bytes20(keccak256("a"));
    bytes32 private constant RELEASE = keccak256(abi.encode(keccak256(abi.encode(NAMESPACE, "b")), bytes32("1")));

    function checkDeep_PublicationIsOfItsPublisher(address caller, IReleases.Publication memory publication) external {
        Place memory place;
        (place.namespace, place.account) = (NAMESPACE, caller);
        place.model = keccak256(abi.encode(NAMESPACE, "b"));
        Facts memory before = registry.look(place);
        // `createModel` writes nothing else there (RightsProof).
        vm.assume(before.modelNamespace == 0 || before.modelNamespace == NAMESPACE);
        vm.assume(_publish(caller, publication));
        assert(caller == _owner(before, NAMESPACE) || _roles(before) & PUBLISH != 0);
    }

    function check_AVersionIsTakenOnce(address caller, IReleases.Publication memory publication) external {
        Place memory place;
        place.release = RELEASE;
        // Since when it is published.
        vm.assume(uint64(registry.look(place).sizes >> 64) != 0);
        assert(!_publish(caller, publication));
    }

    function checkDeep_ARecordIsWhatWasStated(address caller, IReleases.Publication memory publication) external {
        vm.assume(_publish(caller, publication));
        Place memory place;
        place.release = RELEASE;
        Facts memory record = registry.look(place);
        assert(record.manifestDigest == publication.manifestDigest && record.chunkRoot == publication.chunkRoot);
        assert(uint64(record.sizes) == publication.byteCount && uint32(record.sizes >> 192) == publication.chunkCount);
        assert(uint64(record.sizes >> 64) == block.timestamp && address(uint160(record.state)) == caller);
        assert(record.manifestDigest != 0 && record.chunkRoot != 0 && publication.chunkCount != 0);
    }

    function checkDeep_OtherReleasesStay(Place memory place, address caller, IReleases.Publication memory publication)
        external
    {
        vm.assume(place.release != RELEASE);
        Facts memory before = registry.look(place);
        vm.assume(_publish(caller, publication));
        Facts memory later = registry.look(place);
        assert(_change(before, later) | (before.state ^ later.state) == 0);
    }

    function _publish(address caller, IReleases.Publication memory publication) private returns (bool ok) {
        (publication.namespace, publication.name, publication.version) = ("a", "b", "1");
        (publication.mode, publication.base) = (IReleases.RecordMode.ROOT_ONLY, 0);
        bytes32 model = keccak256(abi.encode(NAMESPACE, "b"));
        vm.assume(registry.isEmpty(keccak256(abi.encode(model, bytes32("1"))), NAMESPACE));
        vm.prank(caller);
        (ok,) = address(registry).call(abi.encodeCall(registry.publish, (publication)));
    }
}
