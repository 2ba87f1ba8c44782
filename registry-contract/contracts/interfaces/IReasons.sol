// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reasons
/// @notice Why something was withdrawn or brought back.
interface IReasons {
    /// @notice A code for programs; the report whose digest stands beside it is for people.
    /// @dev None: nothing is said. Superseded: a better version exists. Defective: it does not do what it should. Security:
    /// using it endangers the user. Legal: its terms or the law forbid it. KeyCompromised: the publisher did not publish it.
    /// Lost: its bytes are nowhere to be had. Corrected: the ground for an earlier change is gone. Other: see the report.
    enum Reason {
        None,
        Superseded,
        Defective,
        Security,
        Legal,
        KeyCompromised,
        Lost,
        Corrected,
        Other
    }
}
