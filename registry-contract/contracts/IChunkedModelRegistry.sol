// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A registry that says what the bytes of AI models are
/// @notice A model `namespace/name` has write-once versions. The release of a version binds the digest of its manifest and
/// the Merkle root and count of its chunks' SHA-256 digests. No function changes or removes a release: only its status,
/// the channels that point to it and the model's activity move. There is no administrator, no proxy and no balance.
///
/// Grammar (checked on chain; versions and channels can't be confused, since one begins with a digit, the other with a letter):
/// - namespace `[a-z0-9]+(-[a-z0-9]+)*`, at most 31 bytes; or `0x` and 40 lower-case hex, which belongs to that address
///   without registration and can't be transferred
/// - name `[a-z0-9]+([._-][a-z0-9]+)*`, at most 64 bytes, not ending in `.git` or `.ipynb`
/// - version `[0-9][0-9A-Za-z]*([.-][0-9A-Za-z]+)*`, at most 32 bytes
/// - channel `[a-z][a-z0-9-]{0,30}`
///
/// Paged getters take `start` and `limit` and return fewer than `limit` rows only at the end.
interface IChunkedModelRegistry {
    /// @notice What the chain holds of a release's chunk digests.
    /// @dev LOGGED: every segment was recorded, so the digests were public and `chunkRoot` is proven to be their root.
    /// ROOT_ONLY: `chunkRoot` is the publisher's claim, which every reader checks from the index of the release.
    enum RecordMode {
        LOGGED,
        ROOT_ONLY
    }

    /// @notice Active, Deprecated and Yanked follow each other in any order; Revoked follows any of them and is the end.
    /// @dev Readers still take a Deprecated release, take a Yanked one only by exact version, and refuse a Revoked one.
    enum Status {
        Active,
        Deprecated,
        Yanked,
        Revoked
    }

    /// @notice What a publisher states of a new version.
    /// @param manifestDigest SHA-256 of the manifest block
    /// @param chunkRoot root of the binary SHA-256 tree over the chunk digests in order, an odd node promoted
    /// @param chunkCount digests under `chunkRoot`, 1 to 4,000,000
    /// @param byteCount sum of the file sizes
    /// @param segmentRoots LOGGED: the root of each 1,024 consecutive digests (the last: the rest). ROOT_ONLY: empty
    struct Publication {
        string namespace;
        string name;
        string version;
        bytes32 manifestDigest;
        bytes32 chunkRoot;
        uint64 chunkCount;
        uint64 byteCount;
        RecordMode mode;
        bytes32[] segmentRoots;
    }

    /// @notice The record of one version.
    /// @param publishedAt block time, seconds since 1970
    struct Release {
        string version;
        bytes32 manifestDigest;
        bytes32 chunkRoot;
        uint64 chunkCount;
        uint64 byteCount;
        address publisher;
        uint64 publishedAt;
        RecordMode mode;
        Status status;
    }

    /// @notice All that a reader needs of one reference, as of one block.
    /// @param active false: the model is deactivated, and only exact versions are to be used
    /// @param channelSeq how often the channel was set; 0 when an exact version was asked for
    /// @param segmentCount segments recorded on chain for this release; 0 for ROOT_ONLY
    /// @param changedBlock block of the last change of anything in this answer
    struct Resolution {
        Release release;
        bool active;
        uint64 channelSeq;
        uint64 segmentCount;
        uint64 changedBlock;
    }

    /// @notice Who owns a namespace.
    /// @param owner zero: nobody registered the namespace
    /// @param pendingOwner zero: no transfer is open
    /// @param modelCount models that have a release
    struct NamespaceInfo {
        address owner;
        address pendingOwner;
        uint64 modelCount;
    }

    /// @notice A model and how many rows `versions` and `channels` have.
    struct ModelInfo {
        string name;
        bool active;
        uint64 versionCount;
        uint64 channelCount;
    }

    /// @notice Where a channel points.
    /// @param seq how often the channel was set, from 1; a reader refuses one lower than it has seen
    /// @param changedBlock block in which it was last set
    struct ChannelInfo {
        string channel;
        string version;
        uint64 seq;
        uint64 changedBlock;
    }

    /// @notice A free label was taken.
    event NamespaceRegistered(string namespace, address indexed owner);

    /// @notice `pendingOwner` may accept; zero: an open transfer was called off.
    event NamespaceTransferStarted(string namespace, address indexed owner, address indexed pendingOwner);

    /// @notice The pending owner accepted.
    event NamespaceTransferred(string namespace, address indexed previousOwner, address indexed owner);

    /// @param model as `modelId` gives it
    event ModelCreated(bytes32 indexed model, string namespace, string name);

    /// @notice From now on only exact versions of the model are to be used.
    event ModelDeactivated(bytes32 indexed model);

    /// @notice Channels of the model are to be used again.
    event ModelReactivated(bytes32 indexed model);

    /// @notice A segment was recorded for the first time; `digests` holds its SHA-256 digests, 32 bytes each, in order.
    event SegmentRecorded(bytes32 indexed root, uint64 count, bytes digests);

    /// @notice A version was written; the fields are those of `Publication` and `Release`.
    /// @param release as `releaseId` gives it
    /// @param segmentRoots empty for ROOT_ONLY; not kept in storage, since anyone with the index can recompute them
    event ReleasePublished(
        bytes32 indexed release,
        bytes32 indexed model,
        bytes32 indexed manifestDigest,
        string version,
        bytes32 chunkRoot,
        uint64 chunkCount,
        uint64 byteCount,
        address publisher,
        RecordMode mode,
        bytes32[] segmentRoots
    );

    /// @notice The status of a release changed.
    event StatusChanged(bytes32 indexed release, Status from, Status to);

    /// @notice A channel was created (`seq` 1) or set again.
    event ChannelMoved(bytes32 indexed model, bytes32 indexed release, string channel, uint64 seq);

    /// @notice Outside the grammar above, or the zero address's.
    error NamespaceInvalid(string namespace);
    /// @notice `local` and `default` are words of clients.
    error NamespaceReserved(string namespace);
    /// @notice Somebody, perhaps the caller, owns the namespace.
    error NamespaceTaken(string namespace, address owner);
    /// @notice Nobody owns the namespace.
    error NamespaceUnknown(string namespace);
    /// @notice Only the owner of the namespace may do this.
    error NotNamespaceOwner(string namespace, address caller);
    /// @notice An address's own namespace stays with it.
    error NamespaceNotTransferable(string namespace);
    /// @notice No transfer of the namespace is open to the caller.
    error NotPendingOwner(string namespace, address caller);
    /// @notice Outside the grammar above.
    error ModelNameInvalid(string name);
    /// @notice The namespace has a model of this name.
    error ModelExists(string namespace, string name);
    /// @notice The namespace has no model of this name.
    error ModelUnknown(string namespace, string name);
    /// @notice The model is already as the caller wants it.
    error ModelActivityUnchanged(string namespace, string name, bool active);
    /// @notice Outside the grammar above.
    error VersionInvalid(string version);
    /// @notice The version is written; what it says can't change.
    error VersionTaken(string namespace, string name, string version);
    /// @notice The model has no such version.
    error VersionUnknown(string namespace, string name, string version);
    /// @notice No release has this id.
    error ReleaseUnknown(bytes32 release);
    /// @notice Outside the grammar above.
    error ChannelInvalid(string channel);
    /// @notice The channel was never set.
    error ChannelUnknown(string namespace, string name, string channel);
    /// @notice Somebody moved the channel since the caller read it.
    error ChannelSeqMismatch(string channel, uint64 expected, uint64 actual);
    /// @notice A channel can't be set to a Yanked or Revoked release.
    error ChannelTargetWithdrawn(string version, Status status);
    /// @notice Neither a version nor a channel.
    error ReferenceInvalid(string ref);
    /// @notice The status is the same already, or `from` is Revoked.
    error StatusTransitionRefused(Status from, Status to);
    /// @notice Not 1 to 1,024 digests of 32 bytes; `length` is in bytes.
    error SegmentLengthInvalid(uint256 length);
    /// @notice The segment at `position` was not recorded with this root and count.
    error SegmentUnknown(uint256 position, bytes32 root, uint64 count);
    /// @notice The number of segment roots does not follow from the chunk count and the mode.
    error SegmentCountMismatch(uint256 expected, uint256 actual);
    /// @notice Not 1 to 4,000,000.
    error ChunkCountOutOfRange(uint64 chunkCount);
    /// @notice The tree over the segment roots has another root than the publication states.
    error ChunkRootMismatch(bytes32 composed, bytes32 stated);
    /// @notice A manifest digest or chunk root was left empty.
    error DigestZero();

    /// @notice Takes a free label for the caller: first come, first served.
    function registerNamespace(string calldata namespace) external;

    /// @notice Offers a registered namespace to `pendingOwner`, who must accept; zero calls an open offer off.
    function transferNamespace(string calldata namespace, address pendingOwner) external;

    /// @notice Completes a transfer that was offered to the caller.
    function acceptNamespace(string calldata namespace) external;

    /// @notice Creates an active model without versions. Only the owner of the namespace.
    function createModel(string calldata namespace, string calldata name) external returns (bytes32 model);

    /// @notice Makes a model resolve by exact version only. Only the owner of the namespace.
    function deactivateModel(string calldata namespace, string calldata name) external;

    /// @notice Undoes `deactivateModel`. Only the owner of the namespace.
    function reactivateModel(string calldata namespace, string calldata name) external;

    /// @notice Computes and keeps the root of 1 to 1,024 packed digests and logs them. Anyone may; again is harmless and does
    /// nothing, so that the first block stays the one to look in for the log.
    function recordSegment(bytes calldata digests) external returns (bytes32 root);

    /// @notice Writes a version, once and for ever. Only the owner of the namespace.
    function publish(Publication calldata publication) external returns (bytes32 release);

    /// @notice Changes the status of a release (see `Status`). Only the owner of the namespace.
    function setStatus(string calldata namespace, string calldata name, string calldata version, Status to) external;

    /// @notice Points a channel to a version. Only the owner of the namespace.
    /// @param expectedSeq the channel's seq that the caller has seen; 0 for a channel that does not exist
    function setChannel(
        string calldata namespace,
        string calldata name,
        string calldata channel,
        string calldata version,
        uint64 expectedSeq
    ) external returns (uint64 seq);

    /// @notice Makes several calls of this contract in order, all or none, as the same caller.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);

    /// @notice Answers `ref`, a version or a channel, in one call. The answer may be a withdrawn release or a deactivated
    /// model's: the caller must look at `status`, `active` and `channelSeq`.
    function resolve(string calldata namespace, string calldata name, string calldata ref)
        external
        view
        returns (Resolution memory);

    /// @notice Whether `digest` is the chunk digest at `index` of the release.
    /// @param proof siblings from the leaf up; its length follows from the index and the release's chunk count
    function verifyChunk(bytes32 release, uint256 index, bytes32 digest, bytes32[] calldata proof)
        external
        view
        returns (bool);

    /// @notice The block in which each segment of a run was recorded; 0: not yet.
    /// @param roots roots of consecutive segments
    /// @param chunkCount digests under all of them: 1,024 each, the last the rest
    function segmentBlocks(bytes32[] calldata roots, uint64 chunkCount) external view returns (uint64[] memory blocks);

    /// @notice Owner and size of a namespace; owner zero when it is free.
    function namespaceInfo(string calldata namespace) external view returns (NamespaceInfo memory);

    /// @notice The namespaces that hold a release, in the order of their first.
    function namespaces(uint256 start, uint256 limit) external view returns (string[] memory);

    /// @notice One model, with or without releases.
    function modelInfo(string calldata namespace, string calldata name) external view returns (ModelInfo memory);

    /// @notice The models of a namespace that have a release, in the order of their first.
    function models(string calldata namespace, uint256 start, uint256 limit) external view returns (ModelInfo[] memory);

    /// @notice The releases of a model in order of publication, any status.
    function versions(string calldata namespace, string calldata name, uint256 start, uint256 limit)
        external
        view
        returns (Release[] memory);

    /// @notice The channels of a model in order of creation.
    function channels(string calldata namespace, string calldata name, uint256 start, uint256 limit)
        external
        view
        returns (ChannelInfo[] memory);

    /// @notice The id in events: keccak256(abi.encode(bytes32 namespaceKey, string name)), where namespaceKey is a label
    /// padded with zeros on the right or an address padded on the left.
    function modelId(string calldata namespace, string calldata name) external pure returns (bytes32);

    /// @notice The id in events and of `verifyChunk`: keccak256(abi.encode(bytes32 modelId, bytes32 version)).
    function releaseId(string calldata namespace, string calldata name, string calldata version)
        external
        pure
        returns (bytes32);
}
