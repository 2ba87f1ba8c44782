// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../contracts/IChunkedModelRegistry.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {ISignedActions as I} from "../contracts/interfaces/ISignedActions.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SigningTest} from "./SigningTest.sol";

/// @notice A wallet of one key, as a Safe in the plainest words: what the key signs, the wallet accepts.
contract KeyWallet is IERC1271 {
    address private immutable key;

    constructor(address owner) {
        key = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address recovered,,) = ECDSA.tryRecoverCalldata(hash, signature);
        return recovered == key ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    function accept(IChunkedModelRegistry registry, bytes20 namespace) external {
        registry.acceptNamespace(namespace);
    }
}

/// @notice Answers in the ways in which a contract can be wrong.
contract WrongWallet {
    enum Way {
        OtherValue,
        ShortAnswer,
        DirtyAnswer,
        Revert,
        Write,
        Reenter
    }

    Way private immutable way;
    IChunkedModelRegistry private immutable registry;
    uint256 private asked;

    constructor(Way how, IChunkedModelRegistry where) {
        (way, registry) = (how, where);
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes32 answer) {
        if (way == Way.Revert) revert("no");
        if (way == Way.Write) asked++;
        if (way == Way.Reenter) registry.cancelNonce(0);
        answer = IERC1271.isValidSignature.selector;
        if (way == Way.OtherValue) answer = ~answer;
        if (way == Way.DirtyAnswer) answer |= bytes32(uint256(1));
        uint256 size = way == Way.ShortAnswer ? 31 : 32;
        assembly {
            mstore(0, answer)
            return(0, size)
        }
    }
}

contract SignersTest is SigningTest {
    uint256 private constant OTHER_KEY = uint256(keccak256("another key"));
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function test_AnotherKeysSignatureIsRefused() external {
        for (uint8 i = 0; i < ACTIONS; i++) {
            I.Authorization memory by = authorize(Action(i), OTHER_KEY, 0, NO_DEADLINE);
            by.signer = signer;
            refusedToRelay(encode(Action(i), by), invalid(signer));
        }
    }

    function test_NobodySignsForTheZeroAddress() external {
        for (uint8 i = 0; i < ACTIONS; i++) {
            I.Authorization memory by = I.Authorization(address(0), 0, NO_DEADLINE, new bytes(65));
            refusedToRelay(encode(Action(i), by), invalid(address(0)));
            by.signature = "";
            refusedToRelay(encode(Action(i), by), invalid(address(0)));
        }
    }

    /// @dev Each signature has one form: the other s, the compact form of EIP-2098, v of 0 and 1 and any tail are refused.
    function test_AMalleatedSignatureIsRefused() external {
        for (uint8 i = 0; i < ACTIONS; i++) {
            I.Authorization memory by = authorize(Action(i), KEY, 0, NO_DEADLINE);
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, hashOf(Action(i), 0, NO_DEADLINE));
            bytes32 otherS = bytes32(ORDER - uint256(s));
            _refusesSignature(i, by, abi.encodePacked(r, otherS, v == 27 ? 28 : 27));
            _refusesSignature(i, by, abi.encodePacked(r, s, v - 27));
            _refusesSignature(i, by, abi.encodePacked(r, uint256(s) | uint256(v - 27) << 255));
            _refusesSignature(i, by, abi.encodePacked(r, s, v, uint8(0)));
            _refusesSignature(i, by, abi.encodePacked(r, s));
            _refusesSignature(i, by, "");
        }
    }

    function test_AWalletSignsByItsContract() external {
        address wallet = address(new KeyWallet(vm.addr(OTHER_KEY)));
        grant(0, wallet, ALL_ROLES);
        for (uint8 i = 0; i < ACTIONS; i++) {
            I.Authorization memory by = authorize(Action(i), OTHER_KEY, 0, NO_DEADLINE);
            by.signer = wallet;
            uint256 before = vm.snapshotState();
            _accepts(encode(Action(i), by));
            vm.revertToState(before);
            by.signature[3] ^= 0x01;
            refusedToRelay(encode(Action(i), by), invalid(wallet));
        }
    }

    /// @dev A namespace of an organisation: a Safe accepts it, and revokes by signature what only an owner can.
    function test_AWalletOwnsANamespaceAndRevokes() external {
        KeyWallet wallet = new KeyWallet(vm.addr(OTHER_KEY));
        registry.transferNamespace(namespace, address(wallet));
        wallet.accept(registry, namespace);
        IReleases.StatusChange memory c = change();
        c.to = IReleases.Status.Revoked;
        I.Authorization memory by = I.Authorization(address(wallet), 0, NO_DEADLINE, "");
        by.signature = sign(OTHER_KEY, _hashOfRevocation(c));
        _accepts(abi.encodeCall(I.setStatusBySig, (c, by)));
        assertEq(uint8(registry.resolve(model, "1").release.status), uint8(IReleases.Status.Revoked));
    }

    /// @dev Only the magic value in a whole word is a yes, and the question changes nothing: it is a static call.
    function test_AWalletThatSaysNotExactlyYesIsRefused() external {
        for (uint8 way = 0; way < 6; way++) {
            address wallet = address(new WrongWallet(WrongWallet.Way(way), registry));
            grant(0, wallet, ALL_ROLES);
            for (uint8 i = 0; i < ACTIONS; i++) {
                I.Authorization memory by = authorize(Action(i), OTHER_KEY, 0, NO_DEADLINE);
                by.signer = wallet;
                refusedToRelay(encode(Action(i), by), invalid(wallet));
            }
        }
    }

    function test_AnAccountWithoutCodeSignsByItsKeyAlone() external {
        for (uint8 i = 0; i < ACTIONS; i++) {
            I.Authorization memory by = authorize(Action(i), OTHER_KEY, 0, NO_DEADLINE);
            by.signer = STRANGER;
            refusedToRelay(encode(Action(i), by), invalid(STRANGER));
        }
    }

    /// @dev EIP-7702: the account's code names a contract, and its own key still signs; so does what the contract accepts.
    function test_ADelegatedAccountSignsEitherWay() external {
        _delegate(signer, address(new KeyWallet(vm.addr(OTHER_KEY))));
        for (uint8 i = 0; i < ACTIONS; i++) {
            uint256 before = vm.snapshotState();
            _accepts(signed(Action(i)));
            vm.revertToState(before);
            I.Authorization memory by = authorize(Action(i), OTHER_KEY, 0, NO_DEADLINE);
            by.signer = signer;
            _accepts(encode(Action(i), by));
            vm.revertToState(before);
            by.signature[3] ^= 0x01;
            refusedToRelay(encode(Action(i), by), invalid(signer));
        }
    }

    function test_ADelegationToAnythingTakesNoKeyAway() external {
        for (uint8 way = 0; way < 6; way++) {
            _delegate(signer, address(new WrongWallet(WrongWallet.Way(way), registry)));
            uint256 before = vm.snapshotState();
            _accepts(signed(Action.SetStatus));
            vm.revertToState(before);
        }
    }

    function _delegate(address account, address code) private {
        vm.etch(account, abi.encodePacked(hex"ef0100", code));
    }

    function _accepts(bytes memory call) private {
        (bool ok, bytes memory why) = relay(call);
        if (!ok) revert UnequalBytes(why, call);
    }

    function _refusesSignature(uint8 action, I.Authorization memory by, bytes memory signature) private {
        by.signature = signature;
        refusedToRelay(encode(Action(action), by), invalid(signer));
    }

    /// @dev The hash of the change that a delegate signs, with another target.
    function _hashOfRevocation(IReleases.StatusChange memory c) private view returns (bytes32) {
        bytes32 kind = keccak256(
            "SetStatus(bytes32 model,bytes32 version,uint8 from,uint8 to,uint64 seq,uint8 reason,bytes32 reportDigest,uint256 nonce,uint256 deadline)"
        );
        return digest(keccak256(abi.encode(kind, c, 0, NO_DEADLINE)));
    }
}
