// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {IModels} from "./interfaces/IModels.sol";
import {IReleases} from "./interfaces/IReleases.sol";
import {ISegments} from "./interfaces/ISegments.sol";
import {AuditState} from "./types/AuditState.sol";
import {ReleaseState} from "./types/ReleaseState.sol";

/// @title All that the registry keeps, and the lookups that its writing and its reading half share
/// @notice No function of it can be called from outside.
/// @dev Both halves inherit this first, so that both see the same slots. What every write reads lies in as few slots as
/// possible; zero means that a record does not exist.
abstract contract RegistryState {
    /// @dev An address's own namespace has no owner here.
    struct NamespaceRecord {
        address owner;
        uint32 modelCount;
        uint32 epoch;
        address pendingOwner;
        address statementKey;
    }

    /// @dev One slot. `seq` goes on when the namespace changes hands, and with it a grant signed before stays spent.
    struct GrantRecord {
        uint32 roles;
        uint32 epoch;
        uint64 expiresAt;
        uint64 seq;
    }

    /// @dev One slot, and full: a model costs one write, and whoever knows its id can ask who may write to it.
    struct ModelRecord {
        bytes20 namespace;
        uint40 changedBlock;
        uint24 versionCount;
        uint24 channelCount;
        bool inactive;
    }

    /// @dev Four slots; only the last, `state`, ever changes. It and `publishedAt` are zero for no release.
    struct ReleaseRecord {
        bytes32 manifestDigest;
        bytes32 chunkRoot;
        uint64 byteCount;
        uint64 publishedAt;
        uint64 homeChainId;
        uint32 chunkCount;
        uint32 number;
        ReleaseState state;
    }

    /// @dev One slot. `seq` is zero for no channel; `number` is the version's place in its model.
    struct ChannelRecord {
        uint64 seq;
        uint64 changedBlock;
        uint32 number;
    }

    uint32 internal constant PUBLISH = 1;
    uint32 internal constant DEPRECATE = 2;
    uint32 internal constant YANK = 4;
    uint32 internal constant REPAIR = 8;
    uint32 internal constant ADMIN = 16;
    uint32 internal constant ALL_ROLES = PUBLISH | DEPRECATE | YANK | REPAIR | ADMIN;

    uint256 internal constant SEGMENT_CHUNKS = 1024;

    /// @dev 16,384 bytes of code; a power of two, so that pages compose, and the largest below the limit of 24,576 (EIP-170).
    uint256 internal constant PAGE_CHUNKS = 512;

    mapping(bytes20 namespace => NamespaceRecord) internal _namespaces;

    /// @dev Keys (`Names`) of the namespaces that hold a release, in the order of their first.
    bytes32[] internal _namespaceKeys;

    /// @dev When each open commitment to a label was made, in seconds since 1970.
    mapping(bytes32 commitment => uint256 madeAt) internal _commitments;

    /// @dev Model zero: the namespace as a whole.
    mapping(bytes20 namespace => mapping(bytes32 modelId => mapping(address account => GrantRecord))) internal _grants;

    mapping(bytes32 modelId => ModelRecord) internal _models;

    /// @dev Models that have a release, in the order of their first, so that whoever lists pays for no empty names.
    mapping(bytes20 namespace => mapping(uint256 number => string name)) internal _modelNames;

    /// @dev Where the log of each segment lies; zero: nowhere. Root and count are the key: the same root over another count is
    /// another segment.
    mapping(uint256 count => mapping(bytes32 root => uint256 blockNumber)) internal _segments;

    /// @dev The contract whose code holds each page; zero: none.
    mapping(uint256 count => mapping(bytes32 root => uint256 store)) internal _pages;

    mapping(bytes32 releaseId => ReleaseRecord) internal _releases;
    mapping(bytes32 modelId => mapping(uint256 number => bytes32 version)) internal _versions;
    mapping(bytes32 releaseId => bytes32 base) internal _bases;

    /// @dev Of a release whose mode is CODE: where each of its pages lies.
    mapping(bytes32 releaseId => uint256[] stores) internal _pageStores;

    mapping(bytes32 modelId => mapping(bytes32 channel => ChannelRecord)) internal _channels;
    mapping(bytes32 modelId => mapping(uint256 number => bytes32 channel)) internal _channelKeys;
    mapping(bytes32 releaseId => mapping(address auditor => AuditState)) internal _attested;

    address internal _successor;

    /// @dev A namespace without an owner is an address's own. The id of a label that nobody registered is also an address; for
    /// why nobody has its key see `INamespaces`.
    function _ownerOf(bytes20 namespace) internal view returns (address owner) {
        owner = _namespaces[namespace].owner;
        if (owner == address(0)) owner = address(namespace);
    }

    /// @dev The roles that hold now, of the namespace and (unless zero) of the model together; all of them for the owner.
    function _rolesOf(bytes20 namespace, bytes32 model, address account) internal view returns (uint32 roles) {
        if (account == _ownerOf(namespace)) return ALL_ROLES;
        roles = _rolesIn(namespace, 0, account);
        if (model != 0) roles |= _rolesIn(namespace, model, account);
    }

    /// @dev The roles that hold now by the grant of exactly this scope.
    function _rolesIn(bytes20 namespace, bytes32 model, address account) internal view returns (uint32) {
        GrantRecord storage record = _grants[namespace][model][account];
        bool holds = block.timestamp < record.expiresAt && record.epoch == _namespaces[namespace].epoch;
        return holds ? record.roles : 0;
    }

    /// @dev The namespace of an existing model; reverts otherwise.
    function _knownNamespace(bytes32 model) internal view returns (bytes20 namespace) {
        namespace = _models[model].namespace;
        if (namespace == 0) revert IModels.ModelUnknown(model);
    }

    /// @dev An existing release; reverts otherwise.
    function _knownRelease(bytes32 model, bytes32 version)
        internal
        view
        returns (bytes32 release, ReleaseRecord storage record)
    {
        release = _releaseId(model, version);
        record = _releases[release];
        if (record.state.publisher() == address(0)) revert IReleases.VersionUnknown(model, version);
    }

    /// @dev An existing release; reverts otherwise.
    function _releaseOf(bytes32 id) internal view returns (ReleaseRecord storage record) {
        record = _releases[id];
        if (record.publishedAt == 0) revert IReleases.ReleaseUnknown(id);
    }

    function _modelId(bytes20 namespace, string memory name) internal pure returns (bytes32) {
        return keccak256(abi.encode(namespace, name));
    }

    function _releaseId(bytes32 model, bytes32 version) internal pure returns (bytes32) {
        return Hashes.efficientKeccak256(model, version);
    }

    /// @dev Segments or pages, of `unit` digests each, of a run of so many chunks.
    function _unitCount(uint256 chunkCount, uint256 unit) internal pure returns (uint256) {
        return (chunkCount + unit - 1) / unit;
    }

    /// @dev Where each segment or page of a run is recorded; zero: nowhere. The last has what is left.
    function _placesOf(
        mapping(uint256 => mapping(bytes32 => uint256)) storage units,
        bytes32[] calldata roots,
        uint256 chunkCount,
        uint256 unit
    ) internal view returns (uint256[] memory places) {
        uint256 expected = _unitCount(chunkCount, unit);
        if (roots.length != expected) revert ISegments.SegmentCountMismatch(expected, roots.length);
        places = new uint256[](expected);
        if (expected == 0) return places;
        uint256 last = expected - 1;
        mapping(bytes32 => uint256) storage full = units[unit];
        for (uint256 i = 0; i < last; i++) {
            places[i] = full[roots[i]];
        }
        places[last] = units[chunkCount - last * unit][roots[last]];
    }
}
