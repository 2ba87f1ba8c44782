// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Who owns a namespace
/// @notice A namespace is a label that was registered, or `0x` and 40 lower-case hex digits, which belongs to that address
/// without registration and can't be transferred. Its id, by which all other functions know it, is the address itself, or
/// the first 20 bytes of keccak256 of the label. To find a key to such an address, or another label with its id, takes 2^160
/// tries; to find any two that are equal takes 2^80, and both are then the finder's own.
///
/// Label: `[a-z0-9]+(-[a-z0-9]+)*`, at most 31 bytes.
interface INamespaces {
    /// @notice What the registry holds of a namespace.
    /// @param owner zero: no label of this id was registered
    /// @param pendingOwner zero: no transfer is open. Where the owner is zero: for whom the label is reserved
    /// @param statementKey signs release statements, which vouch while no chain can be reached; zero: none
    /// @param epoch how often all roles were dropped, as each `acceptNamespace` does; those of an earlier epoch are gone
    /// @param modelCount models that have a release
    struct NamespaceInfo {
        address owner;
        address pendingOwner;
        address statementKey;
        uint32 epoch;
        uint32 modelCount;
    }

    /// @notice Somebody promised to register a label that only he knows.
    event NamespaceCommitted(bytes32 indexed commitment);

    /// @notice A free label was taken; the commitment to it is used up.
    event NamespaceRegistered(bytes20 indexed namespace, string label, address indexed owner, bytes32 commitment);

    /// @notice Administrators keep a free label for `holder` (this contract: for nobody; zero: it is free again).
    event NamespaceReserved(bytes20 indexed namespace, string label, address indexed holder);

    /// @notice `pendingOwner` may accept; zero: an open transfer was called off.
    event NamespaceTransferStarted(bytes20 indexed namespace, address indexed owner, address indexed pendingOwner);

    /// @notice The pending owner accepted: roles and statement key are gone. `previousOwner` zero: a reserved label.
    event NamespaceTransferred(bytes20 indexed namespace, address indexed previousOwner, address indexed owner);

    /// @notice Statements by another key are worthless from now on; zero: all are.
    event StatementKeyChanged(bytes20 indexed namespace, address key);

    /// @notice Outside the grammar above, or the zero address's.
    error NamespaceInvalid(string namespace);
    /// @notice `local` and `default` are words of clients; others are kept by the administrators for `holder`.
    error NamespaceKept(string label, address holder);
    /// @notice Somebody, perhaps the caller, owns the label.
    error NamespaceTaken(string label, address owner);
    /// @notice Only the owner of the namespace may do this.
    error NotNamespaceOwner(bytes20 namespace, address caller);
    /// @notice An address's own namespace stays with it.
    error NamespaceNotTransferable(bytes20 namespace);
    /// @notice No transfer of the namespace is open to the caller.
    error NotPendingOwner(bytes20 namespace, address caller);
    /// @notice The same commitment stands already, and isn't too old.
    error CommitmentStands(bytes32 commitment);
    /// @notice Not made, or not within the last day, or less than a minute ago. `madeAt` in seconds since 1970, zero: never.
    error CommitmentUnusable(bytes32 commitment, uint256 madeAt);

    /// @notice Promises to register a label: `keccak256(abi.encode(label, owner, salt))`. Registering takes this first, so
    /// that whoever sees the label in a waiting transaction comes too late to take it.
    function commitNamespace(bytes32 commitment) external;

    /// @notice Takes a free label for the caller, who committed to it at least a minute and at most a day ago.
    function registerNamespace(string calldata label, bytes32 salt) external returns (bytes20 namespace);

    /// @notice Offers a registered namespace to `pendingOwner`, who must accept; zero calls an open offer off.
    function transferNamespace(bytes20 namespace, address pendingOwner) external;

    /// @notice Completes a transfer that was offered to the caller, or takes a label that is reserved for him.
    function acceptNamespace(bytes20 namespace) external;

    /// @notice Sets the key whose statements vouch for releases of the namespace. Only its owner. The key should be an
    /// externally owned account's: a contract's signature can't be checked without a chain.
    function setStatementKey(bytes20 namespace, address key) external;
}
