// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What is a chunk of a release
/// @notice Answers about the bytes of a release whatever its status: look at `resolve` before you use them. A proof lists
/// siblings from the leaves up; its length follows from the indices and the chunk count, and any other is refused. What is
/// not proven is false; a release that does not exist is an error (`ReleaseUnknown`).
interface IProofs {
    /// @notice The release keeps its digests elsewhere than in code.
    error DigestNotInCode(bytes32 release);
    /// @notice The release has fewer chunks.
    error ChunkIndexOutOfRange(uint256 index, uint256 chunkCount);

    /// @notice Whether `digest` is the chunk digest at `index` of the release.
    function verifyChunk(bytes32 release, uint256 index, bytes32 digest, bytes32[] calldata proof)
        external
        view
        returns (bool);

    /// @notice Whether `data` is the chunk at `index` of the release. For small chunks: the caller pays for every byte.
    function verifyChunkData(bytes32 release, uint256 index, bytes calldata data, bytes32[] calldata proof)
        external
        view
        returns (bool);

    /// @notice Whether all `digests` are the chunk digests at `indices` of the release.
    /// @param indices at least one, strictly rising
    /// @param proof level after level from the leaves up, on each from left to right: the siblings that don't follow from
    /// what is known already
    function verifyChunks(
        bytes32 release,
        uint256[] calldata indices,
        bytes32[] calldata digests,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice The chunk digest at `index` of a release whose mode is CODE.
    function chunkDigest(bytes32 release, uint256 index) external view returns (bytes32);
}
