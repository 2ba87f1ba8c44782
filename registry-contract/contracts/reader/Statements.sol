// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRecords} from "../interfaces/IRecords.sol";
import {Names} from "../lib/Names.sol";
import {TypedData} from "../lib/TypedData.sol";
import {Lookups} from "./Lookups.sol";

/// @title What a statement key signs
/// @notice The manual is `IRecords`.
abstract contract Statements is Lookups {
    /// @inheritdoc IRecords
    function statementHash(
        string calldata namespace,
        string calldata name,
        string calldata version,
        uint64 issuedAt,
        uint64 expiresAt
    ) external view returns (bytes32) {
        bytes32 model = _modelId(namespaceId(namespace), name);
        (, ReleaseRecord storage record) = _knownRelease(model, Names.versionKey(version));
        TypedData.Statement memory statement;
        statement.namespace = keccak256(bytes(namespace));
        statement.model = keccak256(bytes(name));
        statement.version = keccak256(bytes(version));
        statement.manifestDigest = record.manifestDigest;
        statement.chunkRoot = record.chunkRoot;
        statement.chunkCount = record.chunkCount;
        statement.byteCount = record.byteCount;
        statement.issuedAt = issuedAt;
        statement.expiresAt = expiresAt;
        return TypedData.statement(statement);
    }
}
