// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Stage} from "./Stage.sol";

/// @notice Time goes on, and old signatures turn up again.
abstract contract TimeActions is Stage {
    function wait(uint256 seed) external drawing(seed) {
        vm.warp(block.timestamp + (_draw(4) == 0 ? _draw(2 days) : 60 + _draw(60)));
        vm.roll(block.number + 1 + _draw(100));
    }

    /// @dev Whatever was signed and accepted is not accepted again, whoever sends it.
    function replay(uint256 seed) external drawing(seed) {
        if (spent.length != 0) _act(_actor(), spent, false);
    }

    function cancelNonce(uint256 seed) external drawing(seed) {
        address actor = _actor();
        uint192 lane = uint192(_draw(2));
        uint64 next = nonceGhosts[actor][lane];
        uint64 nonce = _draw(4) == 0 ? next + uint64(_draw(2)) : next;
        bytes memory call = abi.encodeCall(registry.cancelNonce, ((uint256(lane) << 64) | nonce));
        if (_act(actor, call, nonce == next)) nonceGhosts[actor][lane]++;
    }
}
