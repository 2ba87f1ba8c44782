// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Page} from "../../contracts/lib/Page.sol";

/// @notice What halmos proves of a page, for every start, limit and total.
contract PageProof {
    function check_APageLiesWithinTheList(uint256 start, uint256 limit, uint256 total) external pure {
        uint256 size = Page.size(start, limit, total);
        assert(size <= limit);
        assert(size == 0 || (start < total && size <= total - start));
    }

    function check_APageIsAsLongAsItCanBe(uint256 start, uint256 limit, uint256 total) external pure {
        uint256 size = Page.size(start, limit, total);
        assert(size == limit || start >= total || size == total - start);
    }
}
