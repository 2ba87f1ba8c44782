// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NoncesKeyed} from "@openzeppelin/contracts/utils/NoncesKeyed.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISignedActions} from "../interfaces/ISignedActions.sol";
import {TypedData} from "../lib/TypedData.sol";
import {Attestations} from "./Attestations.sol";
import {Channels} from "./Channels.sol";

/// @title The same actions, signed by one account and sent by another
/// @notice The manual is `ISignedActions`.
abstract contract SignedActions is Channels, Attestations, NoncesKeyed, ISignedActions {
    /// @inheritdoc ISignedActions
    function publishBySig(Publication calldata publication, Authorization calldata authorization)
        external
        returns (bytes32 release)
    {
        _authorize(TypedData.publish(publication, authorization), authorization);
        return _publish(publication, authorization.signer);
    }

    /// @inheritdoc ISignedActions
    function setStatusBySig(StatusChange calldata change, Authorization calldata authorization) external {
        _authorize(TypedData.setStatus(change, authorization), authorization);
        _setStatus(change, authorization.signer);
    }

    /// @inheritdoc ISignedActions
    function setChannelBySig(ChannelMove calldata move, Authorization calldata authorization)
        external
        returns (uint64 seq)
    {
        _authorize(TypedData.setChannel(move, authorization), authorization);
        return _setChannel(move, authorization.signer);
    }

    /// @inheritdoc ISignedActions
    function attestBySig(Attestation calldata attestation, Authorization calldata authorization) external {
        _authorize(TypedData.attest(attestation, authorization), authorization);
        _attest(attestation, authorization.signer);
    }

    /// @inheritdoc ISignedActions
    function grantBySig(RoleGrant calldata roleGrant, Authorization calldata authorization) external {
        _authorize(TypedData.grant(roleGrant, authorization), authorization);
        _grant(roleGrant, authorization.signer);
    }

    /// @inheritdoc ISignedActions
    function cancelNonce(uint256 nonce) external {
        _spend(msg.sender, nonce);
    }

    /// @inheritdoc ISignedActions
    function nonces(address signer, uint192 lane) public view override(ISignedActions, NoncesKeyed) returns (uint256) {
        return super.nonces(signer, lane);
    }

    /// @dev The account's own signature first: an account that delegates to code by EIP-7702 has code, but its key is still
    /// its owner's. The nonce is used before the signer's contract is asked, and that by a static call.
    function _authorize(bytes32 structHash, Authorization calldata authorization) private {
        if (block.timestamp > authorization.deadline) revert SignatureExpired(authorization.deadline);
        address signer = authorization.signer;
        _spend(signer, authorization.nonce);
        bytes32 hash = MessageHashUtils.toTypedDataHash(TypedData.domainSeparator(), structHash);
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(hash, authorization.signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return;
        if (!SignatureChecker.isValidERC1271SignatureNowCalldata(signer, hash, authorization.signature)) {
            revert SignatureInvalid(signer);
        }
    }

    function _spend(address signer, uint256 nonce) private {
        _useCheckedNonce(signer, nonce);
        emit NonceUsed(signer, nonce);
    }
}
