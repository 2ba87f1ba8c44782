// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../contracts/interfaces/IAttestations.sol";
import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {IRoles} from "../contracts/interfaces/IRoles.sol";
import {ISignedActions} from "../contracts/interfaces/ISignedActions.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice One signed call of each kind, by a delegate with all roles. The hashes are written apart from the contract's.
abstract contract SigningTest is RegistryTest {
    enum Action {
        Publish,
        SetStatus,
        SetChannel,
        Attest,
        Grant
    }

    uint256 internal constant KEY = uint256(keccak256("a key of tests"));
    uint256 internal constant ACTIONS = 5;
    uint256 internal constant NO_DEADLINE = type(uint256).max;
    address internal constant GRANTEE = address(0x62a);

    address internal signer;
    bytes32 internal release;

    function setUp() public virtual override {
        super.setUp();
        signer = vm.addr(KEY);
        grant(0, signer, ALL_ROLES);
        release = publish("1");
    }

    function publication() internal pure returns (IReleases.Publication memory) {
        return claim("2");
    }

    function change() internal view returns (IReleases.StatusChange memory) {
        return statusChange("1", IReleases.Status.Active, IReleases.Status.Yanked, 0);
    }

    function move() internal view returns (IChannels.ChannelMove memory) {
        return IChannels.ChannelMove(model, "latest", "1", 0);
    }

    function attestation() internal view returns (IAttestations.Attestation memory) {
        return IAttestations.Attestation(release, 5, 5, true, 99, REPORT);
    }

    function roleGrant() internal view returns (IRoles.RoleGrant memory) {
        return IRoles.RoleGrant(namespace, model, GRANTEE, PUBLISH | YANK, FOR_EVER, 0);
    }

    /// @dev The call of this action with this authorization.
    function encode(Action action, ISignedActions.Authorization memory by) internal view returns (bytes memory) {
        if (action == Action.Publish) return abi.encodeCall(ISignedActions.publishBySig, (publication(), by));
        if (action == Action.SetStatus) return abi.encodeCall(ISignedActions.setStatusBySig, (change(), by));
        if (action == Action.SetChannel) return abi.encodeCall(ISignedActions.setChannelBySig, (move(), by));
        if (action == Action.Attest) return abi.encodeCall(ISignedActions.attestBySig, (attestation(), by));
        return abi.encodeCall(ISignedActions.grantBySig, (roleGrant(), by));
    }

    /// @dev The authorization of this action by an account's own key.
    function authorize(Action action, uint256 key, uint256 nonce, uint256 deadline)
        internal
        view
        returns (ISignedActions.Authorization memory)
    {
        bytes memory signature = sign(key, hashOf(action, nonce, deadline));
        return ISignedActions.Authorization(vm.addr(key), nonce, deadline, signature);
    }

    function signed(Action action) internal view returns (bytes memory) {
        return encode(action, authorize(action, KEY, 0, NO_DEADLINE));
    }

    function sign(uint256 key, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        return abi.encodePacked(r, s, v);
    }

    /// @dev The EIP-712 hash of this action on the present chain, for the present registry.
    function hashOf(Action action, uint256 nonce, uint256 deadline) internal view returns (bytes32) {
        return digest(keccak256(bytes.concat(_fields(action), abi.encode(nonce, deadline))));
    }

    function digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _domain(), structHash));
    }

    /// @dev With little gas, since a wallet that breaks the rules of a static call burns what it gets.
    function relay(bytes memory call) internal returns (bool ok, bytes memory answer) {
        vm.prank(STRANGER);
        (ok, answer) = address(registry).call{gas: 2_000_000}(call);
    }

    /// @dev Somebody else sends the call, and it is refused with this error.
    function refusedToRelay(bytes memory call, bytes memory expected) internal {
        (bool ok, bytes memory why) = relay(call);
        assertTrue(!ok, "this call should be refused");
        assertEq(why, expected);
    }

    function invalid(address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ISignedActions.SignatureInvalid.selector, account);
    }

    function _domain() private view returns (bytes32) {
        bytes32 kind = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(kind, keccak256("Ballast"), keccak256("1"), block.chainid, address(registry)));
    }

    function _fields(Action action) private view returns (bytes memory) {
        if (action == Action.Publish) return _publicationFields(publication());
        if (action == Action.SetStatus) {
            return abi.encode(
                keccak256(
                    "SetStatus(bytes32 model,bytes32 version,uint8 from,uint8 to,uint64 seq,uint8 reason,bytes32 reportDigest,uint256 nonce,uint256 deadline)"
                ),
                change()
            );
        }
        if (action == Action.SetChannel) {
            return abi.encode(
                keccak256(
                    "SetChannel(bytes32 model,bytes32 channel,bytes32 version,uint64 seq,uint256 nonce,uint256 deadline)"
                ),
                move()
            );
        }
        if (action == Action.Attest) {
            return abi.encode(
                keccak256(
                    "Attest(bytes32 release,uint32 checked,uint32 ok,bool full,uint64 asOf,bytes32 reportDigest,uint256 nonce,uint256 deadline)"
                ),
                attestation()
            );
        }
        return abi.encode(
            keccak256(
                "Grant(bytes20 namespace,bytes32 model,address account,uint32 roles,uint64 expiresAt,uint64 seq,uint256 nonce,uint256 deadline)"
            ),
            roleGrant()
        );
    }

    function _publicationFields(IReleases.Publication memory p) private pure returns (bytes memory) {
        bytes32 kind = keccak256(
            "Publish(string namespace,string name,string version,bytes32 manifestDigest,bytes32 chunkRoot,uint64 chunkCount,uint64 byteCount,uint8 mode,uint64 homeChainId,bytes32 base,bytes32[] segmentRoots,uint256 nonce,uint256 deadline)"
        );
        bytes32[3] memory texts = [keccak256(bytes(p.namespace)), keccak256(bytes(p.name)), keccak256(bytes(p.version))];
        return bytes.concat(
            abi.encode(kind, texts, p.manifestDigest, p.chunkRoot, p.chunkCount, p.byteCount),
            abi.encode(p.mode, p.homeChainId, p.base, keccak256(abi.encodePacked(p.segmentRoots)))
        );
    }
}
