// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProofs} from "../interfaces/IProofs.sol";
import {IReleases} from "../interfaces/IReleases.sol";
import {RegistryState} from "../RegistryState.sol";
import {DataContract} from "../lib/DataContract.sol";
import {Merkle} from "../lib/Merkle.sol";

/// @title What is a chunk of a release
/// @notice The manual is `IProofs`.
abstract contract Proofs is RegistryState, IProofs {
    /// @inheritdoc IProofs
    function verifyChunk(bytes32 release, uint256 index, bytes32 digest, bytes32[] calldata proof)
        public
        view
        returns (bool)
    {
        ReleaseRecord storage record = _releaseOf(release);
        return Merkle.verify(record.chunkRoot, index, record.chunkCount, digest, proof);
    }

    /// @inheritdoc IProofs
    function verifyChunkData(bytes32 release, uint256 index, bytes calldata data, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return verifyChunk(release, index, sha256(data), proof);
    }

    /// @inheritdoc IProofs
    function verifyChunks(
        bytes32 release,
        uint256[] calldata indices,
        bytes32[] calldata digests,
        bytes32[] calldata proof
    ) external view returns (bool) {
        ReleaseRecord storage record = _releaseOf(release);
        return Merkle.verifyMany(record.chunkRoot, indices, record.chunkCount, digests, proof);
    }

    /// @inheritdoc IProofs
    function chunkDigest(bytes32 release, uint256 index) external view returns (bytes32) {
        ReleaseRecord storage record = _releaseOf(release);
        if (record.state.mode() != IReleases.RecordMode.CODE) revert DigestNotInCode(release);
        if (index >= record.chunkCount) revert ChunkIndexOutOfRange(index, record.chunkCount);
        address store = address(uint160(_pageStores[release][index / PAGE_CHUNKS]));
        return DataContract.word(store, index % PAGE_CHUNKS);
    }
}
