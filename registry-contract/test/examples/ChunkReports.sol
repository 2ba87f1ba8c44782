// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../../contracts/IChunkedModelRegistry.sol";
import {IRecords} from "../../contracts/interfaces/IRecords.sol";
import {IReleases} from "../../contracts/interfaces/IReleases.sol";

/// @notice Takes reports about chunks of a model, and about nothing that is not one.
contract ChunkReports {
    IChunkedModelRegistry private immutable REGISTRY;

    event ChunkReported(bytes32 indexed release, uint256 indexed index, address indexed reporter, string report);

    error Withdrawn(bytes32 release);
    error NotAChunk(bytes32 release, uint256 index, bytes32 digest);

    constructor(IChunkedModelRegistry registry) {
        REGISTRY = registry;
    }

    /// @param label a version or a channel of the model, padded with zeros on the right
    /// @param proof siblings of the digest from the leaves up
    function report(
        bytes32 model,
        bytes32 label,
        uint256 index,
        bytes32 digest,
        bytes32[] calldata proof,
        string calldata text
    ) external {
        IRecords.Resolution memory found = REGISTRY.resolve(model, label);
        bytes32 release = REGISTRY.releaseId(model, found.release.version);
        if (!found.active || found.release.status > IReleases.Status.Deprecated) revert Withdrawn(release);
        if (!REGISTRY.verifyChunk(release, index, digest, proof)) revert NotAChunk(release, index, digest);
        emit ChunkReported(release, index, msg.sender, text);
    }
}
