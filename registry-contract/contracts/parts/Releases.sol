// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../IChunkedModelRegistry.sol";
import {Merkle} from "../lib/Merkle.sol";
import {Names} from "../lib/Names.sol";
import {Page} from "../lib/Page.sol";
import {Models} from "./Models.sol";
import {Segments} from "./Segments.sol";

/// @title Write-once versions and their status
abstract contract Releases is Models, Segments {
    /// @dev Four slots; only the last ever changes. `publishedAt` is zero for no release.
    struct ReleaseRecord {
        bytes32 manifestDigest;
        bytes32 chunkRoot;
        uint64 byteCount;
        uint64 chunkCount;
        uint64 publishedAt;
        uint32 number;
        address publisher;
        uint64 changedBlock;
        RecordMode mode;
        Status status;
    }

    uint256 private constant MAX_CHUNKS = 4_000_000;

    mapping(bytes32 releaseId => ReleaseRecord) internal _releases;
    mapping(bytes32 modelId => mapping(uint256 number => bytes32 version)) internal _versions;

    /// @inheritdoc IChunkedModelRegistry
    function publish(Publication calldata publication) external returns (bytes32 release) {
        bytes32 namespace = _ownedNamespace(publication.namespace);
        bytes32 model = _knownModel(namespace, publication.namespace, publication.name);
        bytes32 version = _versionKey(publication.version);
        release = _releaseId(model, version);
        if (_releases[release].publishedAt != 0) {
            revert VersionTaken(publication.namespace, publication.name, publication.version);
        }
        _check(publication);

        uint32 number = _models[model].versionCount++;
        if (number == 0) _enlist(namespace, publication.name);
        _versions[model][number] = version;
        _releases[release] = ReleaseRecord({
            manifestDigest: publication.manifestDigest,
            chunkRoot: publication.chunkRoot,
            byteCount: publication.byteCount,
            chunkCount: publication.chunkCount,
            publishedAt: uint64(block.timestamp),
            number: number,
            publisher: msg.sender,
            changedBlock: uint64(block.number),
            mode: publication.mode,
            status: Status.Active
        });
        _announce(release, model, publication);
    }

    /// @inheritdoc IChunkedModelRegistry
    function setStatus(string calldata namespace, string calldata name, string calldata version, Status to) external {
        bytes32 release = _knownRelease(_ownedModel(namespace, name), namespace, name, version);
        ReleaseRecord storage record = _releases[release];
        Status from = record.status;
        if (from == to || from == Status.Revoked) revert StatusTransitionRefused(from, to);
        record.status = to;
        record.changedBlock = uint64(block.number);
        emit StatusChanged(release, from, to);
    }

    /// @inheritdoc IChunkedModelRegistry
    function verifyChunk(bytes32 release, uint256 index, bytes32 digest, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        ReleaseRecord storage record = _releases[release];
        if (record.publishedAt == 0) revert ReleaseUnknown(release);
        return Merkle.verify(record.chunkRoot, index, record.chunkCount, digest, proof);
    }

    /// @inheritdoc IChunkedModelRegistry
    function versions(string calldata namespace, string calldata name, uint256 start, uint256 limit)
        external
        view
        returns (Release[] memory rows)
    {
        bytes32 model = _knownModel(_namespaceKey(namespace), namespace, name);
        rows = new Release[](Page.size(start, limit, _models[model].versionCount));
        for (uint256 i = 0; i < rows.length; i++) {
            rows[i] = _release(model, _versions[model][start + i]);
        }
    }

    /// @inheritdoc IChunkedModelRegistry
    function releaseId(string calldata namespace, string calldata name, string calldata version)
        external
        pure
        returns (bytes32)
    {
        return _releaseId(_modelId(_namespaceKey(namespace), name), _versionKey(version));
    }

    function _release(bytes32 model, bytes32 version) internal view returns (Release memory) {
        ReleaseRecord storage record = _releases[_releaseId(model, version)];
        return Release({
            version: Names.toText(version),
            manifestDigest: record.manifestDigest,
            chunkRoot: record.chunkRoot,
            chunkCount: record.chunkCount,
            byteCount: record.byteCount,
            publisher: record.publisher,
            publishedAt: record.publishedAt,
            mode: record.mode,
            status: record.status
        });
    }

    /// @dev The id of an existing release; reverts otherwise.
    function _knownRelease(bytes32 model, string calldata namespace, string calldata name, string calldata version)
        internal
        view
        returns (bytes32 release)
    {
        release = _releaseId(model, _versionKey(version));
        if (_releases[release].publishedAt == 0) revert VersionUnknown(namespace, name, version);
    }

    function _releaseId(bytes32 model, bytes32 version) internal pure returns (bytes32) {
        return keccak256(abi.encode(model, version));
    }

    function _versionKey(string calldata version) private pure returns (bytes32 key) {
        key = Names.versionKey(version);
        if (key == 0) revert VersionInvalid(version);
    }

    function _check(Publication calldata publication) private view {
        uint64 chunkCount = publication.chunkCount;
        if (chunkCount == 0 || chunkCount > MAX_CHUNKS) revert ChunkCountOutOfRange(chunkCount);
        if (publication.manifestDigest == 0 || publication.chunkRoot == 0) revert DigestZero();
        if (publication.mode == RecordMode.LOGGED) {
            _requireRecorded(publication.segmentRoots, chunkCount, publication.chunkRoot);
        } else if (publication.segmentRoots.length != 0) {
            revert SegmentCountMismatch(0, publication.segmentRoots.length);
        }
    }

    function _announce(bytes32 release, bytes32 model, Publication calldata publication) private {
        emit ReleasePublished(
            release,
            model,
            publication.manifestDigest,
            publication.version,
            publication.chunkRoot,
            publication.chunkCount,
            publication.byteCount,
            msg.sender,
            publication.mode,
            publication.segmentRoots
        );
    }
}
