// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModels} from "../interfaces/IModels.sol";
import {IReleases} from "../interfaces/IReleases.sol";
import {Names} from "../lib/Names.sol";
import {ReleaseState, published} from "../types/ReleaseState.sol";
import {Models} from "./Models.sol";
import {Segments} from "./Segments.sol";

/// @title Write-once versions and their status
/// @notice The manual is `IReleases`.
abstract contract Releases is Models, Segments, IReleases {
    uint256 private constant MAX_CHUNKS = 4_000_000;

    /// @dev 128 pages, whose places a publish writes for 2.9 million gas.
    uint256 private constant MAX_CODE_CHUNKS = 65_536;

    /// @inheritdoc IReleases
    function publish(Publication calldata publication) external returns (bytes32 release) {
        return _publish(publication, msg.sender);
    }

    /// @inheritdoc IReleases
    function setStatus(StatusChange calldata change) external {
        _setStatus(change, msg.sender);
    }

    /// @inheritdoc IModels
    function setMetadata(bytes32 model, bytes32 version, bytes32 key, string calldata value) external {
        _requireModelRole(model, msg.sender, PUBLISH);
        if (version != 0) _knownRelease(model, version);
        if (!Names.isChannel(key) || bytes(value).length > 1024) revert MetadataInvalid(key, bytes(value).length);
        emit MetadataChanged(model, version, key, value);
    }

    function _publish(Publication calldata publication, address publisher)
        internal
        whenNotPaused
        returns (bytes32 release)
    {
        bytes32 key = _namespaceKey(publication.namespace);
        bytes20 namespace = Names.namespaceId(publication.namespace, key);
        bytes32 model = _modelId(namespace, publication.name);
        _requireModelRole(model, publisher, PUBLISH);
        bytes32 version = Names.versionKey(publication.version);
        if (version == 0) revert VersionInvalid(publication.version);
        release = _releaseId(model, version);
        if (_releases[release].publishedAt != 0) revert VersionTaken(model, version);
        _check(release, publication);

        uint32 number = _models[model].versionCount++;
        if (number == 0) _enlist(namespace, key, publication.name);
        _versions[model][number] = version;
        _write(_releases[release], publication, publisher, number);
        emit ReleasePublished(release, model, publisher, publication);
    }

    function _setStatus(StatusChange calldata change, address actor) internal {
        bytes32 model = change.model;
        (bytes32 release, ReleaseRecord storage record) = _knownRelease(model, change.version);
        ReleaseState state = record.state;
        (Status from, Status to, uint32 seq) = (state.status(), change.to, state.statusSeq());
        if (to != Status.Revoked && (change.from != from || change.seq != seq)) {
            revert StatusMismatch(release, from, seq);
        }
        if (from == to || from == Status.Revoked) revert StatusTransitionRefused(from, to);
        bytes20 namespace = _models[model].namespace;
        if (actor != _ownerOf(namespace)) {
            if (to == Status.Revoked) revert NotNamespaceOwner(namespace, actor);
            _requireRole(namespace, model, actor, from == Status.Yanked || to == Status.Yanked ? YANK : DEPRECATE);
        }

        Reason reason = change.reason;
        record.state = state.changed(to, reason, ++seq);
        emit StatusChanged(release, to, seq, reason, change.reportDigest);
    }

    /// @dev Refuses what contradicts itself or what is recorded; keeps what has no place in the record.
    function _check(bytes32 release, Publication calldata publication) private {
        uint64 chunkCount = publication.chunkCount;
        RecordMode mode = publication.mode;
        bytes32[] calldata roots = publication.segmentRoots;
        if (chunkCount == 0 || chunkCount > (mode == RecordMode.CODE ? MAX_CODE_CHUNKS : MAX_CHUNKS)) {
            revert ChunkCountOutOfRange(chunkCount);
        }
        if (publication.manifestDigest == 0 || publication.chunkRoot == 0) revert DigestZero();
        if (mode == RecordMode.LOGGED) {
            _requireSegments(roots, chunkCount, publication.chunkRoot);
        } else if (mode == RecordMode.CODE) {
            _pageStores[release] = _requirePages(roots, chunkCount, publication.chunkRoot);
        } else if (roots.length != 0) {
            revert SegmentCountMismatch(0, roots.length);
        }
        if (publication.base != 0) {
            if (_isHome(publication.homeChainId)) _releaseOf(publication.base);
            _bases[release] = publication.base;
        }
    }

    function _write(ReleaseRecord storage record, Publication calldata publication, address publisher, uint32 number)
        private
    {
        record.manifestDigest = publication.manifestDigest;
        record.chunkRoot = publication.chunkRoot;
        record.byteCount = publication.byteCount;
        record.publishedAt = uint64(block.timestamp);
        record.homeChainId = _isHome(publication.homeChainId) ? uint64(block.chainid) : publication.homeChainId;
        record.chunkCount = uint32(publication.chunkCount);
        record.number = number;
        record.state = published(publisher, publication.mode);
    }

    function _isHome(uint64 homeChainId) private view returns (bool) {
        return homeChainId == 0 || homeChainId == block.chainid;
    }
}
