// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestations} from "../interfaces/IAttestations.sol";
import {IRecords} from "../interfaces/IRecords.sol";
import {RegistryState} from "../RegistryState.sol";

/// @title What auditors found
/// @notice The manual is `IRecords`.
abstract contract Audits is RegistryState, IRecords {
    /// @inheritdoc IRecords
    function attestedBy(bytes32 release, address[] calldata auditors)
        external
        view
        returns (IAttestations.Attested[] memory rows)
    {
        rows = new IAttestations.Attested[](auditors.length);
        for (uint256 i = 0; i < auditors.length; i++) {
            rows[i] = _attested[release][auditors[i]].unpack();
        }
    }

    /// @inheritdoc IRecords
    function lastGoodAudit(bytes32 release, address[] calldata auditors)
        external
        view
        returns (address auditor, uint64 asOf)
    {
        for (uint256 i = 0; i < auditors.length; i++) {
            uint64 good = _attested[release][auditors[i]].goodAsOf();
            if (good > asOf) (auditor, asOf) = (auditors[i], good);
        }
    }
}
