// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Bytes kept as the code of a contract
/// @notice A third of the price of storage slots.
/// @dev The code begins with a zero byte, STOP, so that a call does nothing; there is no
/// other instruction that could run, and so none that could change or remove it.
library DataContract {
    /// @notice Creates the contract; zero when it could not be paid for. @param data at most 24,575 bytes
    /// @dev Init code: PUSH2 length+1, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN, then the STOP and the data.
    function write(bytes memory data) internal returns (address store) {
        bytes memory code = abi.encodePacked(hex"61", uint16(data.length + 1), hex"80600a5f395ff3", hex"00", data);
        assembly ("memory-safe") {
            store := create(0, add(code, 0x20), mload(code))
        }
    }

    /// @notice The 32 bytes at `place` times 32.
    function word(address store, uint256 place) internal view returns (bytes32 result) {
        assembly ("memory-safe") {
            extcodecopy(store, 0, add(1, shl(5, place)), 0x20)
            result := mload(0)
        }
    }
}
