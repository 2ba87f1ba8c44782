// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReasons} from "./IReasons.sol";

/// @title Models and whether they are in use
/// @notice Name: `[a-z0-9]+([._-][a-z0-9]+)*`, at most 64 bytes, not ending in `.git` or `.ipynb`. A model's id is
/// `keccak256(abi.encode(bytes20 namespace, string name))`, the same on every chain.
interface IModels is IReasons {
    /// @notice A model and how many rows `versions` and `channels` have.
    /// @param active false: only exact versions of it are to be used
    /// @param changedBlock block of the last change of `active`; zero: never
    struct ModelInfo {
        bytes20 namespace;
        bool active;
        uint32 versionCount;
        uint32 channelCount;
        uint64 changedBlock;
    }

    /// @notice A name was taken; `model` is its id.
    event ModelCreated(bytes32 indexed model, bytes20 indexed namespace, string name);

    /// @notice Whether channels of the model are to be used changed, and why. The report is anything that explains it.
    event ModelActivityChanged(bytes32 indexed model, bool active, Reason reason, bytes32 reportDigest);

    /// @notice A text about a model, or about one version of it (else zero), was set: `license`, `description` …
    event MetadataChanged(bytes32 indexed model, bytes32 indexed version, bytes32 indexed key, string value);

    /// @notice Outside the grammar above.
    error ModelNameInvalid(string name);
    /// @notice The namespace has a model of this name.
    error ModelExists(bytes32 model);
    /// @notice No model has this id.
    error ModelUnknown(bytes32 model);
    /// @notice The model is already as the caller wants it.
    error ModelActivityUnchanged(bytes32 model, bool active);
    /// @notice A key must have the grammar of a channel, a value at most 1,024 bytes.
    error MetadataInvalid(bytes32 key, uint256 valueLength);

    /// @notice Creates an active model without versions. The owner, or PUBLISH for the namespace.
    function createModel(string calldata namespace, string calldata name) external returns (bytes32 model);

    /// @notice Makes a model resolve by exact version only, or undoes that. The owner, or ADMIN.
    function setModelActive(bytes32 model, bool active, Reason reason, bytes32 reportDigest) external;

    /// @notice States a text about a model or one of its versions (else zero). It lives in events alone and proves nothing
    /// about bytes. The owner, or PUBLISH.
    function setMetadata(bytes32 model, bytes32 version, bytes32 key, string calldata value) external;
}
