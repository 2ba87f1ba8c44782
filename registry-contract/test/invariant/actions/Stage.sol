// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../../../contracts/IChunkedModelRegistry.sol";
import {ISignedActions} from "../../../contracts/interfaces/ISignedActions.sol";
import {Ghost} from "../Ghost.sol";

/// @notice How calls are made: each succeeds exactly when the ghost says so.
abstract contract Stage is Ghost {
    /// @dev `good`: it will be accepted, once.
    struct Draft {
        ISignedActions.Authorization authorization;
        uint256 key;
        bool good;
    }

    /// @dev Nobody of the cast: who sends what others signed.
    address private constant RELAYER = address(0x4e1a);

    IChunkedModelRegistry internal registry;

    /// @notice How many calls were made.
    uint256 public turn;

    /// @notice How many calls of a function succeeded.
    mapping(bytes4 selector => uint256) public successes;

    /// @dev The last signed call that succeeded, which may never do so again.
    bytes internal spent;

    /// @dev Calls as `actor`, who is allowed to or is not; whether it succeeded.
    function _act(address actor, bytes memory call, bool allowed) internal returns (bool ok) {
        return _actOn(address(registry), actor, call, bytes4(call), allowed);
    }

    function _actOn(address target, address actor, bytes memory call, bytes4 selector, bool allowed)
        internal
        returns (bool ok)
    {
        vm.prank(actor);
        bytes memory answer;
        (ok, answer) = target.call(call);
        turn++;
        if (ok) successes[selector]++;
        if (ok && !allowed) revert Untrue(string.concat("refused: ", vm.toString(uint32(selector))));
        if (!ok && allowed) revert Untrue(string.concat("allowed: ", vm.toString(uint32(bytes4(answer)))));
    }

    /// @dev As `_act`, with a call that carries what the draft became.
    function _actSigned(bytes memory call, Draft memory draft, bool allowed) internal returns (bool ok) {
        ok = _act(RELAYER, call, allowed && draft.good);
        if (!ok) return false;
        nonceGhosts[draft.authorization.signer][uint192(draft.authorization.nonce >> 64)]++;
        spent = call;
    }

    /// @dev An authorization without its signature. Of twelve, one is late, one too early and one too late in its lane, and
    /// one will have another's signature.
    function _draft(address signer) internal returns (Draft memory draft) {
        uint256 flaw = _draw(12);
        uint192 lane = uint192(_draw(2));
        uint64 next = nonceGhosts[signer][lane];
        if (flaw == 1) next++;
        if (flaw == 2) next = next == 0 ? 1 : next - 1;
        draft.good = flaw > 3;
        draft.key = _numberOf(signer) + (flaw == 3 ? 1 : 0);
        draft.authorization.signer = signer;
        draft.authorization.nonce = (uint256(lane) << 64) | next;
        draft.authorization.deadline = flaw == 0 ? block.timestamp - 1 : block.timestamp + _draw(2);
    }

    function _seal(Draft memory draft, bytes32 structHash) internal view returns (ISignedActions.Authorization memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ballast"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        draft.authorization.signature = _sign(draft.key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return draft.authorization;
    }
}
