// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReasons} from "../../../contracts/interfaces/IReasons.sol";
import {IReleases} from "../../../contracts/interfaces/IReleases.sol";
import {ISignedActions} from "../../../contracts/interfaces/ISignedActions.sol";
import {SegmentActions} from "./SegmentActions.sol";

/// @notice What the actors publish: any mode, one unit or two of digests, now and then with something wrong.
abstract contract Publications is SegmentActions {
    /// @dev `units`: the digests of each segment or page, all `leaf`. `sound`: texts, digests, roots and base are right.
    struct Plan {
        IReleases.Publication publication;
        bytes20 namespace;
        bytes32 leaf;
        uint256[] units;
        bool sound;
    }

    bytes32 private constant TYPE = keccak256(
        "Publish(string namespace,string name,string version,bytes32 manifestDigest,bytes32 chunkRoot,uint64 chunkCount,uint64 byteCount,uint8 mode,uint64 homeChainId,bytes32 base,bytes32[] segmentRoots,uint256 nonce,uint256 deadline)"
    );
    uint64 private constant ELSEWHERE = 10;

    function _plan() internal returns (Plan memory plan) {
        IReleases.Publication memory publication = plan.publication;
        (plan.namespace, publication.namespace) = _namespace();
        publication.name = names[_draw(2)];
        uint256 version = _rarely() ? LEGAL_VERSIONS : _draw(LEGAL_VERSIONS);
        publication.version = versionTexts[version];
        publication.mode = IReleases.RecordMode(_draw(3));
        publication.byteCount = uint64(_draw(type(uint64).max));
        publication.homeChainId = _draw(4) == 0 ? ELSEWHERE : _draw(2) == 0 ? uint64(block.chainid) : 0;
        publication.base = _base();
        plan.sound = plan.namespace != 0 && version < LEGAL_VERSIONS && _isBase(publication);
        _measure(plan);
        _spoil(plan);
    }

    function _mayPublish(Plan memory plan, address actor) internal view returns (bool) {
        bytes32 model = _modelId(plan.namespace, plan.publication.name);
        bytes32 release = _releaseId(model, bytes32(bytes(plan.publication.version)));
        return plan.sound && !pausedGhost && _has(model, actor, PUBLISH) && releaseGhosts[release].model == 0;
    }

    function _isRecorded(Plan memory plan) internal view returns (bool) {
        bool code = plan.publication.mode == IReleases.RecordMode.CODE;
        for (uint256 i = 0; i < plan.units.length; i++) {
            (bytes32 root, uint256 count) = (_root(plan.leaf, plan.units[i]), plan.units[i]);
            if (code ? pageGhosts[root][count] == address(0) : segmentGhosts[root][count] == 0) return false;
        }
        return true;
    }

    /// @dev Those that record all its digests, and then the publication.
    function _calls(Plan memory plan) internal view returns (bytes[] memory calls) {
        bool code = plan.publication.mode == IReleases.RecordMode.CODE;
        calls = new bytes[](plan.units.length + 1);
        for (uint256 i = 0; i < plan.units.length; i++) {
            bytes memory packed = _packed(plan.leaf, plan.units[i]);
            calls[i] =
                code ? abi.encodeCall(registry.recordPage, (packed)) : abi.encodeCall(registry.recordSegment, (packed));
        }
        calls[plan.units.length] = abi.encodeCall(registry.publish, (plan.publication));
    }

    function _recorded(Plan memory plan) internal {
        for (uint256 i = 0; i < plan.units.length; i++) {
            (bytes32 root, uint256 count) = (_root(plan.leaf, plan.units[i]), plan.units[i]);
            if (plan.publication.mode == IReleases.RecordMode.CODE) _pageRecorded(root, count);
            else _segmentRecorded(root, count);
        }
    }

    function _published(Plan memory plan, address publisher) internal {
        IReleases.Publication memory publication = plan.publication;
        bytes32 model = _modelId(plan.namespace, publication.name);
        IReleases.Release memory record;
        record.version = bytes32(bytes(publication.version));
        record.manifestDigest = publication.manifestDigest;
        record.chunkRoot = publication.chunkRoot;
        record.chunkCount = publication.chunkCount;
        record.byteCount = publication.byteCount;
        record.publisher = publisher;
        record.publishedAt = uint64(block.timestamp);
        record.mode = publication.mode;
        record.homeChainId = publication.homeChainId == ELSEWHERE ? ELSEWHERE : uint64(block.chainid);
        record.base = publication.base;

        bytes32 id = _releaseId(model, record.version);
        bytes32[] storage versions = modelGhosts[model].versions;
        bytes32[] storage models = namespaceGhosts[plan.namespace].models;
        if (versions.length == 0 && models.length == 0) listedNamespaces.push(plan.namespace);
        if (versions.length == 0) models.push(model);
        versions.push(record.version);
        releases.push(id);
        bytes32 hash = _fixedHash(model, record.version);
        releaseGhosts[id] = ReleaseGhost(record, model, hash, plan.leaf, uint64(block.number));
    }

    /// @dev Of what may never change, by the registry's answer now.
    function _fixedHash(bytes32 model, bytes32 version) internal view returns (bytes32) {
        IReleases.Release memory record = registry.resolve(model, version).release;
        (record.status, record.statusSeq, record.reason) = (IReleases.Status.Active, 0, IReasons.Reason.None);
        return keccak256(abi.encode(record));
    }

    function _hash(IReleases.Publication memory publication, ISignedActions.Authorization memory authorization)
        internal
        pure
        returns (bytes32)
    {
        bytes memory texts = abi.encode(
            TYPE,
            keccak256(bytes(publication.namespace)),
            keccak256(bytes(publication.name)),
            keccak256(bytes(publication.version))
        );
        bytes memory numbers = abi.encode(
            publication.manifestDigest,
            publication.chunkRoot,
            publication.chunkCount,
            publication.byteCount,
            publication.mode,
            publication.homeChainId,
            publication.base
        );
        bytes32 roots = keccak256(abi.encodePacked(publication.segmentRoots));
        return keccak256(bytes.concat(texts, numbers, abi.encode(roots, authorization.nonce, authorization.deadline)));
    }

    /// @dev Mostly none; else a release, or what is none here.
    function _base() private returns (bytes32) {
        if (_draw(3) != 0) return 0;
        return releases.length == 0 || _draw(4) == 0 ? keccak256("elsewhere") : releases[_draw(releases.length)];
    }

    function _isBase(IReleases.Publication memory publication) private view returns (bool) {
        bytes32 base = publication.base;
        return base == 0 || publication.homeChainId == ELSEWHERE || releaseGhosts[base].model != 0;
    }

    /// @dev One to three chunks, or one to three more than a whole unit.
    function _measure(Plan memory plan) private {
        IReleases.Publication memory publication = plan.publication;
        uint256 unit = publication.mode == IReleases.RecordMode.CODE ? PAGE : SEGMENT;
        uint256 whole = _draw(4) == 0 ? 1 : 0;
        uint256 count = whole * unit + _draw(3) + 1;
        plan.leaf = _leaf();
        publication.manifestDigest = plan.leaf;
        publication.chunkCount = uint64(count);
        publication.chunkRoot = _root(plan.leaf, count);
        if (publication.mode == IReleases.RecordMode.ROOT_ONLY) return;
        plan.units = new uint256[](whole + 1);
        if (whole == 1) plan.units[0] = unit;
        plan.units[whole] = count - whole * unit;
        publication.segmentRoots = new bytes32[](whole + 1);
        for (uint256 i = 0; i <= whole; i++) {
            publication.segmentRoots[i] = _root(plan.leaf, plan.units[i]);
        }
    }

    /// @dev Rarely, in one of the ways that every mode refuses.
    function _spoil(Plan memory plan) private {
        if (!_rarely()) return;
        plan.sound = false;
        uint256 way = _draw(4);
        if (way == 0) plan.publication.manifestDigest = 0;
        if (way == 1) plan.publication.chunkRoot = 0;
        if (way == 2) plan.publication.chunkCount = _draw(2) == 0 ? 0 : 4_000_001;
        if (way == 3) plan.publication.segmentRoots = new bytes32[](3);
    }
}
