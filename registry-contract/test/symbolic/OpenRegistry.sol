// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {TypedData} from "../../contracts/lib/TypedData.sol";
import {Administration} from "../../contracts/parts/Administration.sol";
import {SignedActions} from "../../contracts/parts/SignedActions.sol";

/// @notice One of each thing that the registry keeps.
struct Place {
    bytes32 release;
    bytes32 model;
    bytes20 namespace;
    address account;
    bytes32 channel;
    uint256 number;
    bytes32 root;
    uint256 count;
    uint192 lane;
}

/// @notice What the registry keeps there. `sizes` and `state` are whole words, grants too.
struct Facts {
    bytes32 manifestDigest;
    bytes32 chunkRoot;
    uint256 sizes;
    uint256 state;
    bytes32 base;
    bytes20 modelNamespace;
    uint24 versionCount;
    bytes32 version;
    uint256 channel;
    uint256 segment;
    uint256 page;
    address owner;
    address pendingOwner;
    address statementKey;
    uint32 epoch;
    uint256 grant;
    uint256 modelGrant;
    uint256 nonce;
    address authority;
    address successor;
    bool paused;
}

/// @notice The writing half of the registry, and a look into its storage. What `ChunkedModelRegistry` adds writes nothing by
/// itself: the fallback runs the reader, `multicall` makes calls of these functions as the same caller.
contract OpenRegistry is SignedActions {
    constructor(address manager) Administration(manager) {}

    function look(Place calldata place) external view returns (Facts memory facts) {
        ReleaseRecord storage release = _releases[place.release];
        ChannelRecord storage channel = _channels[place.model][place.channel];
        NamespaceRecord storage namespace = _namespaces[place.namespace];
        (facts.manifestDigest, facts.chunkRoot) = (release.manifestDigest, release.chunkRoot);
        (facts.sizes, facts.state) = (_word(release, 2), _word(release, 3));
        facts.base = _bases[place.release];
        facts.modelNamespace = _models[place.model].namespace;
        facts.versionCount = _models[place.model].versionCount;
        facts.version = _versions[place.model][place.number];
        assembly ("memory-safe") {
            mstore(add(facts, 0x100), sload(channel.slot))
        }
        facts.segment = _segments[place.count][place.root];
        facts.page = _pages[place.count][place.root];
        (facts.owner, facts.pendingOwner) = (namespace.owner, namespace.pendingOwner);
        (facts.statementKey, facts.epoch) = (namespace.statementKey, namespace.epoch);
        facts.grant = _word(_grants[place.namespace][0][place.account]);
        facts.modelGrant = _word(_grants[place.namespace][place.model][place.account]);
        facts.nonce = nonces(place.account, place.lane);
        (facts.authority, facts.successor, facts.paused) = (authority, _successor, paused());
    }

    function rolesIn(bytes20 namespace, bytes32 model, address account) external view returns (uint32) {
        return _rolesOf(namespace, model, account);
    }

    /// @dev That the places which a publication fills are empty: storage of a dynamic type can't be any.
    function isEmpty(bytes32 release, bytes20 namespace) external view returns (bool) {
        uint32 number = _namespaces[namespace].modelCount;
        return _pageStores[release].length == 0 && bytes(_modelNames[namespace][number]).length == 0;
    }

    /// @dev What the signer of an attestation signs.
    function hashOf(Attestation calldata attestation, Authorization calldata authorization)
        external
        view
        returns (bytes32)
    {
        bytes32 structHash = TypedData.attest(attestation, authorization);
        return MessageHashUtils.toTypedDataHash(TypedData.domainSeparator(), structHash);
    }

    function _word(ReleaseRecord storage record, uint256 offset) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(add(record.slot, offset))
        }
    }

    /// @dev Without the 64 bits that no field has.
    function _word(GrantRecord storage record) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := shr(64, shl(64, sload(record.slot)))
        }
    }
}

/// @notice A signer who is a contract, and says anything about a signature.
contract AnyWallet {
    bytes4 private _answer;

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return _answer;
    }
}
