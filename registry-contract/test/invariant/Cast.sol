// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MiniTest} from "../MiniTest.sol";

/// @notice The cheat codes for keys.
interface KeyVm {
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

/// @notice An account of one person that is a contract: it accepts his key's signatures (ERC-1271).
contract Wallet is IERC1271 {
    address private immutable PERSON;

    constructor(address person) {
        PERSON = person;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.recoverCalldata(hash, signature) == PERSON ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @notice Who acts on the registry: five people with a key each, one of them by a wallet, and the administrators.
abstract contract Cast is MiniTest {
    KeyVm private constant KEYS = KeyVm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant PEOPLE = 5;

    /// @dev Calls `pause`, `unpause` and `reserveNamespace` through the manager, at once.
    address internal constant GUARDIAN = address(0x6a4d);
    /// @dev Calls `announceSuccessor` through the manager, a day after saying so.
    address internal constant STEWARD = address(0x57e4);

    address[] internal actors;

    function _gather() internal {
        for (uint256 i = 1; i < PEOPLE; i++) {
            actors.push(KEYS.addr(i));
        }
        actors.push(address(new Wallet(KEYS.addr(PEOPLE))));
    }

    /// @dev By the key of the person with this number, whoever it should be.
    function _sign(uint256 person, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = KEYS.sign(person % PEOPLE + 1, digest);
        return abi.encodePacked(r, s, v);
    }

    function _numberOf(address actor) internal view returns (uint256 number) {
        while (actors[number] != actor) number++;
    }
}
