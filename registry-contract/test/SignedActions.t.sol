// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChunkedModelRegistry} from "../contracts/ChunkedModelRegistry.sol";
import {IChunkedModelRegistry} from "../contracts/IChunkedModelRegistry.sol";
import {IAttestations} from "../contracts/interfaces/IAttestations.sol";
import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {IRoles} from "../contracts/interfaces/IRoles.sol";
import {ISignedActions as I} from "../contracts/interfaces/ISignedActions.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {SigningTest} from "./SigningTest.sol";

/// @notice Each action as its signer, whoever sends it, and nothing but exactly this action.
contract SignedActionsTest is SigningTest {
    function test_PublishesAsTheSigner() external {
        bytes memory call = signed(Action.Publish);
        _emitsNonce();
        emit IReleases.ReleasePublished(registry.releaseId(model, "2"), model, signer, publication());
        (, bytes memory answer) = relay(call);
        assertEq(abi.decode(answer, (bytes32)), registry.releaseId(model, "2"));
        assertEq(registry.resolve(model, "2").release.publisher, signer);
    }

    function test_ChangesStatusAsTheSigner() external {
        bytes memory call = signed(Action.SetStatus);
        _emitsNonce();
        IReleases.StatusChange memory c = change();
        emit IReleases.StatusChanged(release, c.to, 1, c.reason, c.reportDigest);
        relay(call);
        assertEq(uint8(registry.resolve(model, "1").release.status), uint8(IReleases.Status.Yanked));
    }

    function test_MovesAChannelAsTheSigner() external {
        bytes memory call = signed(Action.SetChannel);
        _emitsNonce();
        emit IChannels.ChannelMoved(model, "latest", "1", 1);
        (, bytes memory answer) = relay(call);
        assertEq(abi.decode(answer, (uint64)), 1);
        assertEq(registry.resolve(model, "latest").release.version, "1");
    }

    function test_AttestsAsTheSigner() external {
        bytes memory call = signed(Action.Attest);
        _emitsNonce();
        emit IAttestations.ReleaseAttested(release, signer, attestation());
        relay(call);
        address[] memory auditors = new address[](2);
        (auditors[0], auditors[1]) = (signer, STRANGER);
        IAttestations.Attested[] memory rows = registry.attestedBy(release, auditors);
        assertEq(rows[0].asOf, 99);
        assertEq(rows[1].asOf, 0);
    }

    function test_GrantsAsTheSigner() external {
        bytes memory call = signed(Action.Grant);
        _emitsNonce();
        emit IRoles.RolesGranted(namespace, model, GRANTEE, PUBLISH | YANK, FOR_EVER, 1);
        relay(call);
        assertEq(registry.rolesOf(namespace, model, GRANTEE), PUBLISH | YANK);
    }

    /// @dev A role is asked of the signer, not of the sender; what is refused uses up no nonce.
    function test_E2_TheSignerNeedsTheRight() external {
        registry.grant(IRoles.RoleGrant(namespace, 0, signer, REPAIR, FOR_EVER, 1));
        uint32[5] memory roles = [PUBLISH, YANK, PUBLISH, 0, ADMIN];
        for (uint8 i = 0; i < ACTIONS; i++) {
            if (Action(i) == Action.Attest) continue;
            (bool ok, bytes memory why) = address(registry).call(signed(Action(i)));
            assertTrue(!ok, "sent by the owner, signed by another");
            assertEq(why, abi.encodeWithSelector(IRoles.RoleMissing.selector, namespace, model, signer, roles[i]));
        }
        assertEq(registry.nonces(signer, 0), 0);
    }

    function test_HoldsUpToItsDeadline() external {
        for (uint8 i = 0; i < ACTIONS; i++) {
            uint256 before = vm.snapshotState();
            uint256 deadline = block.timestamp + 10;
            bytes memory call = encode(Action(i), authorize(Action(i), KEY, 0, deadline));
            vm.warp(deadline + 1);
            refusedToRelay(call, abi.encodeWithSelector(I.SignatureExpired.selector, deadline));
            vm.warp(deadline);
            (bool ok,) = relay(call);
            assertTrue(ok, "in its last second");
            vm.revertToState(before);
        }
    }

    /// @dev The lowest bit of each word of the argument (of a namespace, its last byte's) and of the authorization, one at a time.
    function test_EachFieldIsSigned() external {
        uint256[4] memory words = [uint256(7), 4, 6, 6];
        for (uint8 i = 0; i < 4; i++) {
            Action action = Action(i + 1);
            for (uint256 word = 0; word < words[i]; word++) {
                uint256 last = action == Action.Grant && word == 0 ? 19 : 31;
                refusedToRelay(_flipped(signed(action), 4 + word * 32 + last), invalid(signer));
            }
            uint256 authorization = 4 + (words[i] + 1) * 32;
            refusedToRelay(_flipped(signed(action), authorization + 31), invalid(address(uint160(signer) ^ 1)));
            refusedToRelay(_flipped(signed(action), authorization + 63), _nonce(signer, 0));
            refusedToRelay(_flipped(signed(action), authorization + 95), invalid(signer));
        }
    }

    function test_EachFieldOfAPublicationIsSigned() external {
        for (uint256 field = 0; field < 12; field++) {
            IReleases.Publication memory p = publication();
            if (field == 0) p.namespace = "acmf";
            if (field == 1) p.name = "llamb";
            if (field == 2) p.version = "3";
            if (field == 3) p.manifestDigest ^= bytes32(uint256(1));
            if (field == 4) p.chunkRoot ^= bytes32(uint256(1));
            if (field == 5) p.chunkCount ^= 1;
            if (field == 6) p.byteCount ^= 1;
            if (field == 7) p.mode = IReleases.RecordMode.LOGGED;
            if (field == 8) p.homeChainId ^= 1;
            if (field == 9) p.base ^= bytes32(uint256(1));
            if (field == 10) p.segmentRoots = new bytes32[](1);
            I.Authorization memory by = authorize(Action.Publish, KEY, 0, NO_DEADLINE);
            if (field == 11) by.deadline--;
            refusedToRelay(abi.encodeCall(I.publishBySig, (p, by)), invalid(signer));
        }
    }

    /// @dev Any one bit of the call. What follows the 65 bytes of a signature, or a text, up to the word's end means nothing.
    function testFuzz_EachBitIsSigned(uint8 kind, uint256 place) external {
        Action action = Action(kind % ACTIONS);
        bytes memory call = signed(action);
        place %= call.length * 8;
        uint256 before = vm.snapshotState();
        call[place / 8] ^= bytes1(uint8(1 << (place % 8)));
        (bool ok,) = relay(call);
        if (ok) {
            vm.revertToState(before);
            (I.Authorization memory by, bytes memory argument) = _read(action, call);
            assertEq(abi.encode(by), abi.encode(authorize(action, KEY, 0, NO_DEADLINE)));
            assertEq(keccak256(argument), keccak256(_argument(action)));
        }
    }

    function test_OneActionsSignatureIsNoOthers() external {
        for (uint8 i = 0; i < ACTIONS; i++) {
            for (uint8 j = 0; j < ACTIONS; j++) {
                if (i == j) continue;
                refusedToRelay(encode(Action(i), authorize(Action(j), KEY, 0, NO_DEADLINE)), invalid(signer));
            }
        }
    }

    /// @dev Fault D27: a fork of the chain, or another registry on the same one, takes no signature of this one.
    function test_D27_OneChainsSignatureIsNoOthers() external {
        uint256 home = block.chainid;
        for (uint8 i = 0; i < ACTIONS; i++) {
            vm.chainId(home);
            bytes memory call = signed(Action(i));
            vm.chainId(home + 1);
            refusedToRelay(call, invalid(signer));
        }
        vm.chainId(home);
        for (uint8 i = 0; i < ACTIONS; i++) {
            vm.chainId(home + 1);
            bytes memory call = signed(Action(i));
            vm.chainId(home);
            refusedToRelay(call, invalid(signer));
        }
    }

    function test_D27_OneRegistrysSignatureIsNoOthers() external {
        bytes[] memory calls = new bytes[](ACTIONS);
        for (uint8 i = 0; i < ACTIONS; i++) {
            calls[i] = signed(Action(i));
        }
        registry = IChunkedModelRegistry(address(new ChunkedModelRegistry(AUTHORITY)));
        for (uint8 i = 0; i < ACTIONS; i++) {
            refusedToRelay(calls[i], invalid(signer));
        }
    }

    function _emitsNonce() private {
        emits();
        emit I.NonceUsed(signer, 0);
        emits();
    }

    function _nonce(address account, uint256 current) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, account, current);
    }

    function _flipped(bytes memory call, uint256 place) private pure returns (bytes memory) {
        call[place] ^= 0x01;
        return call;
    }

    function _argument(Action action) private view returns (bytes memory) {
        if (action == Action.Publish) return abi.encode(publication());
        if (action == Action.SetStatus) return abi.encode(change());
        if (action == Action.SetChannel) return abi.encode(move());
        if (action == Action.Attest) return abi.encode(attestation());
        return abi.encode(roleGrant());
    }

    /// @dev What a call says, without its padding.
    function _read(Action action, bytes memory call)
        private
        view
        returns (I.Authorization memory by, bytes memory argument)
    {
        return this.decode(action, call);
    }

    function decode(Action action, bytes calldata call)
        external
        pure
        returns (I.Authorization memory by, bytes memory argument)
    {
        bytes calldata data = call[4:];
        if (action == Action.Publish) {
            IReleases.Publication memory p;
            (p, by) = abi.decode(data, (IReleases.Publication, I.Authorization));
            argument = abi.encode(p);
        } else if (action == Action.SetStatus) {
            IReleases.StatusChange memory c;
            (c, by) = abi.decode(data, (IReleases.StatusChange, I.Authorization));
            argument = abi.encode(c);
        } else if (action == Action.SetChannel) {
            IChannels.ChannelMove memory m;
            (m, by) = abi.decode(data, (IChannels.ChannelMove, I.Authorization));
            argument = abi.encode(m);
        } else if (action == Action.Attest) {
            IAttestations.Attestation memory a;
            (a, by) = abi.decode(data, (IAttestations.Attestation, I.Authorization));
            argument = abi.encode(a);
        } else {
            IRoles.RoleGrant memory g;
            (g, by) = abi.decode(data, (IRoles.RoleGrant, I.Authorization));
            argument = abi.encode(g);
        }
    }
}
