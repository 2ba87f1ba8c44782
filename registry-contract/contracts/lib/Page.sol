// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The bounds of a page
/// @notice What the paged getters share.
library Page {
    /// @notice How many of `total` rows the page of `limit` rows from `start` has.
    function size(uint256 start, uint256 limit, uint256 total) internal pure returns (uint256) {
        if (start >= total) return 0;
        uint256 rest = total - start;
        return limit < rest ? limit : rest;
    }
}
