// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReasons} from "../interfaces/IReasons.sol";
import {IReleases} from "../interfaces/IReleases.sol";

/// @notice What changes about a release, and who published it how, in one word: a change of status costs one write. The
/// compiler writes the fields of a struct one by one, 1,400 gas more. Zero: no release.
/// @dev From the right: publisher 160 bits, changedBlock 40, statusSeq 32, mode 8, status 8, reason 8.
type ReleaseState is uint256;

using {publisher, changedBlock, statusSeq, mode, status, reason, changed} for ReleaseState global;

/// @notice The state of a release that is published now. @param by not zero
function published(address by, IReleases.RecordMode recordMode) view returns (ReleaseState) {
    return ReleaseState.wrap(uint256(uint160(by)) | uint256(uint40(block.number)) << 160 | uint256(recordMode) << 232);
}

/// @notice The state after change number `seq` of the status, in this block.
function changed(ReleaseState state, IReleases.Status to, IReasons.Reason why, uint32 seq) view returns (ReleaseState) {
    uint256 kept = ReleaseState.unwrap(state) & (uint256(type(uint160).max) | 0xff << 232);
    uint256 change = uint256(uint40(block.number)) << 160 | uint256(seq) << 200;
    return ReleaseState.wrap(kept | change | uint256(to) << 240 | uint256(why) << 248);
}

function publisher(ReleaseState state) pure returns (address) {
    return address(uint160(ReleaseState.unwrap(state)));
}

function changedBlock(ReleaseState state) pure returns (uint40) {
    return uint40(ReleaseState.unwrap(state) >> 160);
}

function statusSeq(ReleaseState state) pure returns (uint32) {
    return uint32(ReleaseState.unwrap(state) >> 200);
}

function mode(ReleaseState state) pure returns (IReleases.RecordMode) {
    return IReleases.RecordMode(uint8(ReleaseState.unwrap(state) >> 232));
}

function status(ReleaseState state) pure returns (IReleases.Status) {
    return IReleases.Status(uint8(ReleaseState.unwrap(state) >> 240));
}

function reason(ReleaseState state) pure returns (IReasons.Reason) {
    return IReasons.Reason(uint8(ReleaseState.unwrap(state) >> 248));
}
