// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "./IAttestations.sol";
import {IChannels} from "./IChannels.sol";
import {IModels} from "./IModels.sol";
import {INamespaces} from "./INamespaces.sol";
import {IReleases} from "./IReleases.sol";
import {IRoles} from "./IRoles.sol";

/// @title What the registry says
/// @notice Nothing here can be paused. Paged getters take `start` and `limit` and return fewer than `limit` rows only at the
/// end. A model, version or channel that does not exist is an error; of a namespace, grant, commitment or audit that nothing
/// was written about, all is zero.
interface IRecords {
    /// @notice All that a reader needs of one reference, as of one block.
    /// @param active false: the model is deactivated, and only exact versions are to be used
    /// @param channelSeq how often the channel was set; 0 when an exact version was asked for
    /// @param segmentCount segments (CODE: pages) recorded on chain for this release; 0 for ROOT_ONLY
    /// @param changedBlock block (`block.number`: on Arbitrum that of L1) of the last change of anything about release, model or
    /// channel in this answer; not of the two fields that follow, which are to be taken from a final block
    /// @param statementKey whose statements vouch for the namespace; zero: none
    /// @param successor the registry that comes after this one; zero: none
    struct Resolution {
        IReleases.Release release;
        bool active;
        uint64 channelSeq;
        uint64 segmentCount;
        uint64 changedBlock;
        address statementKey;
        address successor;
    }

    /// @notice Answers a version or a channel of a model in one call. The answer may be a withdrawn release or a deactivated
    /// model's: the caller must look at `status`, `active` and `channelSeq`.
    function resolve(bytes32 model, bytes32 label) external view returns (Resolution memory);

    /// @notice What the registry holds of a namespace. An address's own has no owner here: it is the address.
    function namespaceInfo(bytes20 namespace) external view returns (INamespaces.NamespaceInfo memory);

    /// @notice The namespaces that hold a release, in the order of their first.
    function namespaces(uint256 start, uint256 limit) external view returns (string[] memory);

    /// @notice When a commitment to a label was made, in seconds since 1970; zero: never, or it was used.
    function commitmentMadeAt(bytes32 commitment) external view returns (uint256);

    /// @notice The id of a namespace, label or address.
    function namespaceId(string calldata namespace) external pure returns (bytes20);

    /// @notice The grant itself, whether it has expired or not; no roles where all were dropped since (`epoch`).
    function grantOf(bytes20 namespace, bytes32 model, address account) external view returns (IRoles.RoleGrant memory);

    /// @notice The roles that hold now, of the namespace and of the model together; all of them for the owner.
    /// @param model zero: those of the namespace alone
    function rolesOf(bytes20 namespace, bytes32 model, address account) external view returns (uint32);

    /// @notice Whether the account owns the namespace of the model or has ADMIN for either; false for an unknown model. For
    /// contracts beside this one that let the same people decide.
    function mayAdminister(bytes32 model, address account) external view returns (bool);

    /// @notice One model, with or without releases.
    function modelInfo(bytes32 model) external view returns (IModels.ModelInfo memory);

    /// @notice The models of a namespace that have a release, in the order of their first.
    function models(bytes20 namespace, uint256 start, uint256 limit)
        external
        view
        returns (string[] memory names, IModels.ModelInfo[] memory infos);

    /// @notice The id of a model, whether it exists or not. The namespace must be a legal one; the name is not looked at.
    function modelId(string calldata namespace, string calldata name) external pure returns (bytes32);

    /// @notice The block in which each segment of a run was recorded last; 0: not yet. On a chain where `block.number` is
    /// another chain's (Arbitrum), look for the log by its root instead.
    /// @param roots roots of consecutive segments
    /// @param chunkCount digests under all of them: 1,024 each, the last the rest
    function segmentBlocks(bytes32[] calldata roots, uint64 chunkCount) external view returns (uint256[] memory blocks);

    /// @notice The contract whose code holds each page of a run; zero: not yet.
    /// @param roots roots of consecutive pages
    /// @param chunkCount digests under all of them: 512 each, the last the rest
    function pageStores(bytes32[] calldata roots, uint64 chunkCount) external view returns (address[] memory stores);

    /// @notice The releases of a model in order of publication, any status.
    function versions(bytes32 model, uint256 start, uint256 limit) external view returns (IReleases.Release[] memory);

    /// @notice What a statement key signs so that a release can be trusted while no chain can be reached: the EIP-712 hash of
    /// `Release(uint256 chainId,address registry,string namespace,string model,string version,bytes32 manifestDigest,bytes32
    /// chunkRoot,uint64 chunkCount,uint64 bytes,uint64 issuedAt,uint64 expiresAt)` under the domain `{name: "Ballast",
    /// version: "1"}`, without chain and contract, with this chain, this registry and the release's record, whatever its status
    /// and home.
    function statementHash(
        string calldata namespace,
        string calldata name,
        string calldata version,
        uint64 issuedAt,
        uint64 expiresAt
    ) external view returns (bytes32);

    /// @notice The id of a release, whether it exists or not.
    function releaseId(bytes32 model, bytes32 version) external pure returns (bytes32);

    /// @notice The channels of a model in order of creation.
    function channels(bytes32 model, uint256 start, uint256 limit)
        external
        view
        returns (IChannels.ChannelInfo[] memory);

    /// @notice The slots of these auditors.
    function attestedBy(bytes32 release, address[] calldata auditors)
        external
        view
        returns (IAttestations.Attested[] memory);

    /// @notice The latest audit by one of these in which all that was checked was right, were it one chunk, and even where a later
    /// one of his found damage: `attestedBy` tells how much his last one checked.
    /// @return auditor the first of those who have the latest; zero: none ever did
    /// @return asOf the block that he names
    function lastGoodAudit(bytes32 release, address[] calldata auditors)
        external
        view
        returns (address auditor, uint64 asOf);

    /// @notice The registry that comes after this one; zero: none.
    function successor() external view returns (address);
}
