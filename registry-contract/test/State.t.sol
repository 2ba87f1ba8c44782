// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../contracts/interfaces/IAttestations.sol";
import {IReasons} from "../contracts/interfaces/IReasons.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {AuditState, attested} from "../contracts/types/AuditState.sol";
import {ReleaseState, published} from "../contracts/types/ReleaseState.sol";
import {MiniTest} from "./MiniTest.sol";

/// @notice The words that are packed by hand hold each field, and no field runs into another.
contract StateTest is MiniTest {
    function testFuzz_AReleaseStateReadsBack(
        address by,
        uint8 modeSeed,
        uint40 publishedIn,
        uint40 changedIn,
        uint8 statusSeed,
        uint8 reasonSeed,
        uint32 seq
    ) external {
        IReleases.RecordMode mode = IReleases.RecordMode(modeSeed % 3);
        IReleases.Status status = IReleases.Status(statusSeed % 4);
        IReasons.Reason reason = IReasons.Reason(reasonSeed % 9);
        vm.roll(publishedIn);
        ReleaseState state = published(by, mode);
        _check(state, by, mode, publishedIn);
        assertEq(uint8(state.status()), 0);
        assertEq(uint8(state.reason()), 0);
        assertEq(state.statusSeq(), 0);

        vm.roll(changedIn);
        state = state.changed(status, reason, seq);
        _check(state, by, mode, changedIn);
        assertEq(uint8(state.status()), uint8(status));
        assertEq(uint8(state.reason()), uint8(reason));
        assertEq(state.statusSeq(), seq);

        state = state.changed(IReleases.Status.Active, IReasons.Reason.None, 0);
        _check(state, by, mode, changedIn);
        assertEq(uint8(state.status()) + uint8(state.reason()) + state.statusSeq(), 0);
    }

    function testFuzz_AnAuditStateReadsBack(uint32 checked, uint32 ok, bool full, uint48 from, uint48 good, uint48 time)
        external
    {
        vm.warp(time);
        AuditState state = attested(checked, ok, full, from, good);
        IAttestations.Attested memory slot = IAttestations.Attested(checked, ok, full, from, time, good);
        assertEq(abi.encode(state.unpack()), abi.encode(slot));
        assertEq(state.asOf(), from);
        assertEq(state.goodAsOf(), good);
    }

    function _check(ReleaseState state, address by, IReleases.RecordMode mode, uint40 changedIn) private pure {
        assertEq(state.publisher(), by);
        assertEq(uint8(state.mode()), uint8(mode));
        assertEq(state.changedBlock(), changedIn);
    }
}
