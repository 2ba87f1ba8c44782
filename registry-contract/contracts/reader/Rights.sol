// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRecords} from "../interfaces/IRecords.sol";
import {IRoles} from "../interfaces/IRoles.sol";
import {RegistryState} from "../RegistryState.sol";

/// @title Who may do what
/// @notice The manual is `IRecords`.
abstract contract Rights is RegistryState, IRecords {
    /// @inheritdoc IRecords
    function grantOf(bytes20 namespace, bytes32 model, address account)
        external
        view
        returns (IRoles.RoleGrant memory)
    {
        GrantRecord storage record = _grants[namespace][model][account];
        uint32 roles = record.epoch == _namespaces[namespace].epoch ? record.roles : 0;
        return IRoles.RoleGrant(namespace, model, account, roles, record.expiresAt, record.seq);
    }

    /// @inheritdoc IRecords
    function rolesOf(bytes20 namespace, bytes32 model, address account) external view returns (uint32) {
        return _rolesOf(namespace, model, account);
    }

    /// @inheritdoc IRecords
    function mayAdminister(bytes32 model, address account) external view returns (bool) {
        bytes20 namespace = _models[model].namespace;
        return namespace != 0 && _rolesOf(namespace, model, account) & ADMIN != 0;
    }
}
