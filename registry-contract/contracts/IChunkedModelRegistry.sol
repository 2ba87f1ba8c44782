// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAdministration} from "./interfaces/IAdministration.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {IChannels} from "./interfaces/IChannels.sol";
import {IModels} from "./interfaces/IModels.sol";
import {INamespaces} from "./interfaces/INamespaces.sol";
import {IProofs} from "./interfaces/IProofs.sol";
import {IRecords} from "./interfaces/IRecords.sol";
import {IReleases} from "./interfaces/IReleases.sol";
import {IRoles} from "./interfaces/IRoles.sol";
import {ISegments} from "./interfaces/ISegments.sol";
import {ISignedActions} from "./interfaces/ISignedActions.sol";

/// @title A registry that says what the bytes of AI models are
/// @notice A model `namespace/name` has write-once versions. The release of a version binds the digest of its manifest and
/// the Merkle root and count of its chunks' SHA-256 digests. No function changes or removes a release: only its status,
/// the channels that point to it and the model's activity move. There is no proxy and no balance.
///
/// What creates a name takes it as text and checks its grammar (versions and channels can't be confused, since one begins
/// with a digit, the other with a letter); what refers to it takes its id. Ids do not depend on chain or contract.
/// @custom:security-contact see SECURITY.md
interface IChunkedModelRegistry is
    INamespaces,
    IRoles,
    IModels,
    ISegments,
    IReleases,
    IChannels,
    IAttestations,
    ISignedActions,
    IAdministration,
    IRecords,
    IProofs,
    IERC165,
    IERC5267
{
    /// @notice Makes several calls of this contract in order, all or none, as the same caller. Not for the authority
    /// (`MulticallRefused`).
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);
}
