// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../../contracts/interfaces/IAttestations.sol";
import {IChannels} from "../../contracts/interfaces/IChannels.sol";
import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {IRoles} from "../../contracts/interfaces/IRoles.sol";
import {ISignedActions} from "../../contracts/interfaces/ISignedActions.sol";
import {AnyState} from "./AnyState.sol";

/// @notice Each nonce is spent once: what succeeded by a signature was next in its lane, and never succeeds again.
/// @dev Bounds: signatures of 65 bytes; one legal channel; below 2^64 - 1 actions in a lane.
/// @custom:halmos --loop 33 --default-bytes-lengths 65
contract NoncesProof is AnyState {
    function check_Cancelled(address caller, uint256 nonce) external {
        uint256 next = _next(caller, nonce);
        vm.prank(caller);
        registry.cancelNonce(nonce);
        _assertSpent(caller, nonce, next);
        vm.prank(caller);
        _assertRefused(abi.encodeCall(registry.cancelNonce, (nonce)));
    }

    function check_Attested(
        address relayer,
        IAttestations.Attestation calldata found,
        ISignedActions.Authorization calldata authorization
    ) external {
        _assertOnce(relayer, authorization, abi.encodeCall(registry.attestBySig, (found, authorization)));
    }

    function checkDeep_Status(
        address relayer,
        IReleases.StatusChange calldata change,
        ISignedActions.Authorization calldata authorization
    ) external {
        _assertOnce(relayer, authorization, abi.encodeCall(registry.setStatusBySig, (change, authorization)));
    }

    function checkDeep_Channel(
        address relayer,
        IChannels.ChannelMove memory move,
        ISignedActions.Authorization calldata authorization
    ) external {
        move.channel = "latest";
        _assertOnce(relayer, authorization, abi.encodeCall(registry.setChannelBySig, (move, authorization)));
    }

    function checkDeep_Grant(
        address relayer,
        IRoles.RoleGrant calldata to,
        ISignedActions.Authorization calldata authorization
    ) external {
        _assertOnce(relayer, authorization, abi.encodeCall(registry.grantBySig, (to, authorization)));
    }

    /// @dev By the signer's key over exactly this, or by his contract.
    function check_NobodySignsForAnother(
        address relayer,
        IAttestations.Attestation calldata found,
        ISignedActions.Authorization calldata authorization
    ) external {
        vm.prank(relayer);
        registry.attestBySig(found, authorization);
        address signer = authorization.signer;
        if (signer == address(wallet)) return;
        bytes calldata signature = authorization.signature;
        bytes32 hash = registry.hashOf(found, authorization);
        (bytes32 r, bytes32 s) = (bytes32(signature[:32]), bytes32(signature[32:64]));
        assert(signer != address(0) && ecrecover(hash, uint8(signature[64]), r, s) == signer);
    }

    function _assertOnce(address relayer, ISignedActions.Authorization calldata authorization, bytes memory call)
        private
    {
        (address signer, uint256 nonce) = (authorization.signer, authorization.nonce);
        uint256 next = _next(signer, nonce);
        vm.prank(relayer);
        (bool ok,) = address(registry).call(call);
        vm.assume(ok);
        assert(block.timestamp <= authorization.deadline);
        _assertSpent(signer, nonce, next);
        vm.prank(relayer);
        _assertRefused(call);
    }

    function _next(address signer, uint256 nonce) private view returns (uint256 next) {
        next = registry.nonces(signer, uint192(nonce >> 64));
        vm.assume(uint64(next) != type(uint64).max);
    }

    function _assertSpent(address signer, uint256 nonce, uint256 next) private view {
        assert(nonce == next);
        assert(registry.nonces(signer, uint192(nonce >> 64)) == next + 1);
    }

    function _assertRefused(bytes memory call) private {
        (bool ok,) = address(registry).call(call);
        assert(!ok);
    }
}
