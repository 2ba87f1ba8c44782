// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Who may write for the owner of a namespace
/// @notice Roles are bits: PUBLISH 1 (releases, channels, metadata; models too, where it holds for the namespace), DEPRECATE 2
/// (Active to Deprecated and back), YANK 4 (from Active or Deprecated to Yanked, and from there to either), REPAIR 8 (read by
/// services that replace stored bytes; no function here asks for it), ADMIN 16 (activity of models, grants). Other bits are
/// refused until a later registry gives them a meaning. The owner of the namespace needs no role, and alone revokes releases, grants ADMIN, transfers the
/// namespace and sets its statement key.
///
/// A holder of ADMIN grants and takes away only roles that his own grant has, to nobody for longer than he has them, never
/// ADMIN and never to himself: no delegate, alone or with accomplices, gets a role that the owner did not give, or for longer.
/// What he granted stays when the owner takes his own grant away: `dropGrants` takes all away at once.
interface IRoles {
    /// @notice What `account` may do from now on; it replaces what it might do before.
    /// @param model zero: all models of the namespace, present and later
    /// @param roles zero takes all away
    /// @param expiresAt the grant holds before this second since 1970; the largest number: for ever
    /// @param seq how often this grant was changed so far, so that an old signed grant can't return
    struct RoleGrant {
        bytes20 namespace;
        bytes32 model;
        address account;
        uint32 roles;
        uint64 expiresAt;
        uint64 seq;
    }

    /// @notice What `account` may do for the namespace, or for one of its models, changed. `seq` counts this change.
    event RolesGranted(
        bytes20 indexed namespace,
        bytes32 indexed model,
        address indexed account,
        uint32 roles,
        uint64 expiresAt,
        uint64 seq
    );

    /// @notice All grants of the namespace, for all its models, are gone; `epoch` counts this.
    event GrantsDropped(bytes20 indexed namespace, uint32 epoch);

    /// @notice Bits without a meaning.
    error RolesUnknown(uint32 roles);
    /// @notice `caller` has not this role, for the namespace or the model.
    error RoleMissing(bytes20 namespace, bytes32 model, address caller, uint32 role);
    /// @notice `caller` may not change this grant (see above).
    error GrantRefused(address caller, address account, uint32 roles);
    /// @notice Somebody changed the grant since the caller read it.
    error GrantSeqMismatch(address account, uint64 expected, uint64 actual);
    /// @notice The model belongs to another namespace, or to none.
    error ModelNotInNamespace(bytes20 namespace, bytes32 model);

    /// @notice Gives, changes or takes away roles. Anybody may take away his own, even where he has none.
    function grant(RoleGrant calldata roleGrant) external;

    /// @notice Takes all roles of the namespace and of its models from everybody, whatever they do meanwhile. Only its owner.
    function dropGrants(bytes20 namespace) external;
}
