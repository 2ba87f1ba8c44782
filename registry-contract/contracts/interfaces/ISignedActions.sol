// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "./IAttestations.sol";
import {IChannels} from "./IChannels.sol";
import {IReleases} from "./IReleases.sol";
import {IRoles} from "./IRoles.sol";

/// @title The same actions, signed by one account and sent by another
/// @notice EIP-712 under the domain `{name: "Ballast", version: "1", chainId, verifyingContract}`. The signed struct has the
/// fields of the argument and then `uint256 nonce, uint256 deadline`; its type is named `Publish`, `SetStatus`,
/// `SetChannel`, `Attest` or `Grant`; enums are `uint8`. A nonce is a 192-bit lane and a 64-bit number that counts up from
/// zero in its lane: lanes are independent of each other, so signatures in different lanes come in any order.
///
/// The signature is an account's own (ECDSA, 65 bytes), or what its contract accepts (ERC-1271). An account with both, by
/// EIP-7702, signs either way. Whoever sees an action signed may send it first, alone: it then happens as signed, and a bundle
/// that holds it reverts.
interface ISignedActions {
    /// @notice Who signed, and until when it holds.
    /// @param deadline last second since 1970 in which it may be used
    struct Authorization {
        address signer;
        uint256 nonce;
        uint256 deadline;
        bytes signature;
    }

    /// @notice A nonce was used, by an action or by `cancelNonce`; the next of its lane is the only one that can be.
    event NonceUsed(address indexed signer, uint256 nonce);

    /// @notice Too late.
    error SignatureExpired(uint256 deadline);
    /// @notice Not the signature of `signer` over exactly this action, nonce and deadline on this chain and contract.
    error SignatureInvalid(address signer);

    /// @notice `publish` as the signer, who becomes the publisher.
    function publishBySig(IReleases.Publication calldata publication, Authorization calldata authorization)
        external
        returns (bytes32 release);

    /// @notice `setStatus` as the signer.
    function setStatusBySig(IReleases.StatusChange calldata change, Authorization calldata authorization) external;

    /// @notice `setChannel` as the signer.
    function setChannelBySig(IChannels.ChannelMove calldata move, Authorization calldata authorization)
        external
        returns (uint64 seq);

    /// @notice `attest` as the signer.
    function attestBySig(IAttestations.Attestation calldata attestation, Authorization calldata authorization) external;

    /// @notice `grant` as the signer.
    function grantBySig(IRoles.RoleGrant calldata roleGrant, Authorization calldata authorization) external;

    /// @notice Uses up a nonce of the caller, so that what was signed with it is worthless, and what was signed with the next of
    /// its lane can be used.
    function cancelNonce(uint256 nonce) external;

    /// @notice The next nonce of an account in a lane; the lane is its upper 192 bits.
    function nonces(address signer, uint192 lane) external view returns (uint256);
}
