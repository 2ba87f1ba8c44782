// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {RegistryReader} from "./RegistryReader.sol";
import {Administration} from "./parts/Administration.sol";
import {SignedActions} from "./parts/SignedActions.sol";

/// @title ChunkedModelRegistry
/// @notice The manual is `IChunkedModelRegistry`. What changes the registry is here; what reads it is in `RegistryReader`, a
/// contract that this one creates and lends its storage to, since both together are larger than a contract may be (EIP-170).
/// @dev Holds no value and has no immutables: its code is the same everywhere. It calls what signers name as
/// their contract (static calls), its reader and itself (delegation), and creates data contracts.
contract ChunkedModelRegistry is SignedActions {
    /// @notice Begins an empty registry and its reader.
    /// @param authority an OpenZeppelin AccessManager; zero: no administrators, for ever
    constructor(address authority) Administration(authority) {
        assert(address(new RegistryReader()) == _reader());
    }

    /// @notice Answers as `IRecords`, `IProofs`, ERC-165 and ERC-5267 say.
    /// @dev All other functions are the reader's, run on this contract's storage. They can't change it: the code of the reader
    /// has no instruction that could (a test looks).
    fallback() external {
        address reader = _reader();
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, 0, calldatasize())
            let ok := delegatecall(gas(), reader, data, calldatasize(), 0, 0)
            returndatacopy(data, 0, returndatasize())
            if iszero(ok) { revert(data, returndatasize()) }
            return(data, returndatasize())
        }
    }

    /// @notice Makes several calls of this contract in order, all or none, as the same caller.
    /// @dev Delegates to itself, so the caller stays the caller. No function is payable, so no value can be counted twice. Not
    /// for the authority: an AccessManager decides by function, and would see this one alone. (Zero is no authority but who
    /// reads by an `eth_call` that names no sender.)
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results) {
        if (msg.sender == authority && msg.sender != address(0)) revert MulticallRefused(msg.sender);
        results = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; i++) {
            results[i] = Address.functionDelegateCall(address(this), calls[i]);
        }
    }

    /// @dev The first contract that this one created: its nonce was 1 (EIP-161). Computed, since an immutable would give the
    /// registry other code at each address. keccak256 of the RLP of (address, nonce).
    function _reader() private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(this), hex"01")))));
    }
}
