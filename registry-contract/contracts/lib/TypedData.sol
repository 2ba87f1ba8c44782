// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IAttestations} from "../interfaces/IAttestations.sol";
import {IChannels} from "../interfaces/IChannels.sol";
import {IReleases} from "../interfaces/IReleases.sol";
import {IRoles} from "../interfaces/IRoles.sol";
import {ISignedActions} from "../interfaces/ISignedActions.sol";

/// @title EIP-712 hashes of what people sign
/// @notice The types that `ISignedActions` and `IRecords.statementHash` name.
/// @dev A struct of static fields is encoded in memory as EIP-712 wants it: type hash, fields, nonce, deadline, a word each.
/// OpenZeppelin's EIP712 base keeps its domain in immutables, which would give the registry other code on each chain; its
/// MessageHashUtils computes the same domain, for some 400 gas.
library TypedData {
    /// @dev What a statement says; texts by their hashes.
    struct Statement {
        bytes32 namespace;
        bytes32 model;
        bytes32 version;
        bytes32 manifestDigest;
        bytes32 chunkRoot;
        uint64 chunkCount;
        uint64 byteCount;
        uint64 issuedAt;
        uint64 expiresAt;
    }

    string internal constant NAME = "Ballast";
    string internal constant VERSION = "1";

    bytes32 private constant PUBLISH = keccak256(
        "Publish(string namespace,string name,string version,bytes32 manifestDigest,bytes32 chunkRoot,uint64 chunkCount,uint64 byteCount,uint8 mode,uint64 homeChainId,bytes32 base,bytes32[] segmentRoots,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant SET_STATUS = keccak256(
        "SetStatus(bytes32 model,bytes32 version,uint8 from,uint8 to,uint64 seq,uint8 reason,bytes32 reportDigest,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant SET_CHANNEL = keccak256(
        "SetChannel(bytes32 model,bytes32 channel,bytes32 version,uint64 seq,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant ATTEST = keccak256(
        "Attest(bytes32 release,uint32 checked,uint32 ok,bool full,uint64 asOf,bytes32 reportDigest,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant GRANT = keccak256(
        "Grant(bytes20 namespace,bytes32 model,address account,uint32 roles,uint64 expiresAt,uint64 seq,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant STATEMENT = keccak256(
        "Release(uint256 chainId,address registry,string namespace,string model,string version,bytes32 manifestDigest,bytes32 chunkRoot,uint64 chunkCount,uint64 bytes,uint64 issuedAt,uint64 expiresAt)"
    );

    /// @notice Binds chain and contract.
    function domainSeparator() internal view returns (bytes32) {
        return MessageHashUtils.toDomainSeparator(0x0f, NAME, VERSION, block.chainid, address(this), 0);
    }

    function publish(IReleases.Publication calldata publication, ISignedActions.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            bytes.concat(
                abi.encode(
                    PUBLISH,
                    keccak256(bytes(publication.namespace)),
                    keccak256(bytes(publication.name)),
                    keccak256(bytes(publication.version)),
                    publication.manifestDigest,
                    publication.chunkRoot,
                    publication.chunkCount
                ),
                abi.encode(
                    publication.byteCount,
                    publication.mode,
                    publication.homeChainId,
                    publication.base,
                    keccak256(abi.encodePacked(publication.segmentRoots)),
                    authorization.nonce,
                    authorization.deadline
                )
            )
        );
    }

    function setStatus(IReleases.StatusChange calldata change, ISignedActions.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(SET_STATUS, change, authorization.nonce, authorization.deadline));
    }

    function setChannel(IChannels.ChannelMove calldata move, ISignedActions.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(SET_CHANNEL, move, authorization.nonce, authorization.deadline));
    }

    function attest(IAttestations.Attestation calldata attestation, ISignedActions.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(ATTEST, attestation, authorization.nonce, authorization.deadline));
    }

    function grant(IRoles.RoleGrant calldata roleGrant, ISignedActions.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(GRANT, roleGrant, authorization.nonce, authorization.deadline));
    }

    /// @notice The whole hash that a statement key signs, under a domain without chain and contract: the statement names both,
    /// and is checked where there is neither.
    function statement(Statement memory release) internal view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(STATEMENT, block.chainid, address(this), release));
        bytes32 domain = MessageHashUtils.toDomainSeparator(0x03, NAME, VERSION, 0, address(0), 0);
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }
}
