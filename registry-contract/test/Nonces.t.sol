// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISignedActions as I} from "../contracts/interfaces/ISignedActions.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {SigningTest} from "./SigningTest.sol";

/// @notice A nonce is a lane (192 bits) and a number that counts up in it (64 bits).
contract NoncesTest is SigningTest {
    uint192 private constant LANE = uint192(uint256(keccak256("a lane")));

    function test_NoSignatureIsUsedTwice() external {
        for (uint8 i = 0; i < ACTIONS; i++) {
            uint256 before = vm.snapshotState();
            bytes memory call = signed(Action(i));
            _accepts(call);
            assertEq(registry.nonces(signer, 0), 1);
            refusedToRelay(call, _expected(signer, 1));
            vm.revertToState(before);
        }
    }

    function test_LanesComeInAnyOrder() external {
        bytes memory third = _attest(_in(3, 0));
        bytes memory first = _publish(_in(1, 0));
        bytes memory other = _grant(_in(LANE, 0));
        _accepts(third);
        _accepts(other);
        _accepts(first);
        assertEq(registry.nonces(signer, 3), _in(3, 1));
        assertEq(registry.nonces(signer, LANE), _in(LANE, 1));
        assertEq(registry.nonces(signer, 0), 0);
    }

    function test_ALaneCountsUp() external {
        refusedToRelay(_publish(_in(LANE, 1)), _expected(signer, _in(LANE, 0)));
        _accepts(_attest(_in(LANE, 0)));
        refusedToRelay(_publish(_in(LANE, 2)), _expected(signer, _in(LANE, 1)));
        _accepts(_publish(_in(LANE, 1)));
    }

    function test_ACancelledNonceIsWorthless() external {
        bytes memory call = _publish(_in(LANE, 0));
        emits();
        emit I.NonceUsed(signer, _in(LANE, 0));
        vm.prank(signer);
        registry.cancelNonce(_in(LANE, 0));
        refusedToRelay(call, _expected(signer, _in(LANE, 1)));
        _accepts(_publish(_in(LANE, 1)));
    }

    function test_NobodyCancelsForAnother() external {
        vm.prank(STRANGER);
        registry.cancelNonce(_in(LANE, 0));
        assertEq(registry.nonces(STRANGER, LANE), _in(LANE, 1));
        _accepts(_publish(_in(LANE, 0)));
    }

    function test_OnlyTheNextOfALaneIsCancelled() external {
        refused(_expected(address(this), _in(LANE, 0)));
        registry.cancelNonce(_in(LANE, 1));
        registry.cancelNonce(_in(LANE, 0));
        refused(_expected(address(this), _in(LANE, 1)));
        registry.cancelNonce(_in(LANE, 0));
    }

    /// @dev An action that reverts leaves the nonce for another try.
    function test_AFailedActionUsesNoNonce() external {
        bytes memory call = _publish(0);
        publish("2");
        (bool ok,) = relay(call);
        assertTrue(!ok, "the version is taken");
        assertEq(registry.nonces(signer, 0), 0);
        _accepts(_attest(0));
    }

    function testFuzz_EachLaneCountsAlone(uint192 lane, uint192 other, uint8 times) external {
        vm.assume(lane != other);
        for (uint64 i = 0; i < times % 8; i++) {
            registry.cancelNonce(_in(lane, i));
        }
        assertEq(registry.nonces(address(this), lane), _in(lane, times % 8));
        assertEq(registry.nonces(address(this), other), _in(other, 0));
    }

    function _publish(uint256 nonce) private view returns (bytes memory) {
        return encode(Action.Publish, authorize(Action.Publish, KEY, nonce, NO_DEADLINE));
    }

    function _attest(uint256 nonce) private view returns (bytes memory) {
        return encode(Action.Attest, authorize(Action.Attest, KEY, nonce, NO_DEADLINE));
    }

    function _grant(uint256 nonce) private view returns (bytes memory) {
        return encode(Action.Grant, authorize(Action.Grant, KEY, nonce, NO_DEADLINE));
    }

    function _accepts(bytes memory call) private {
        (bool ok, bytes memory why) = relay(call);
        if (!ok) revert UnequalBytes(why, call);
    }

    function _in(uint192 lane, uint64 number) private pure returns (uint256) {
        return uint256(lane) << 64 | number;
    }

    function _expected(address account, uint256 current) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, account, current);
    }
}
