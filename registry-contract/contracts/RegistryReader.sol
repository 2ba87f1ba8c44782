// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
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
import {TypedData} from "./lib/TypedData.sol";
import {Audits} from "./reader/Audits.sol";
import {Lists} from "./reader/Lists.sol";
import {Proofs} from "./reader/Proofs.sol";
import {Rights} from "./reader/Rights.sol";
import {Statements} from "./reader/Statements.sol";

/// @title The reading half of ChunkedModelRegistry
/// @notice Runs by delegation from the registry that created it. Called directly it knows of nothing.
contract RegistryReader is Lists, Statements, Rights, Audits, Proofs, IERC5267, ERC165 {
    /// @inheritdoc IERC5267
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return (hex"0f", TypedData.NAME, TypedData.VERSION, block.chainid, address(this), 0, new uint256[](0));
    }

    /// @notice Which interfaces the registry has (ERC-165): each part of `IChunkedModelRegistry`, both halves.
    function supportsInterface(bytes4 id) public view override returns (bool) {
        return id == type(INamespaces).interfaceId || id == type(IRoles).interfaceId || id == type(IModels).interfaceId
            || id == type(ISegments).interfaceId || id == type(IReleases).interfaceId
            || id == type(IChannels).interfaceId || id == type(IAttestations).interfaceId
            || id == type(ISignedActions).interfaceId || id == type(IAdministration).interfaceId
            || id == type(IRecords).interfaceId || id == type(IProofs).interfaceId || id == type(IERC5267).interfaceId
            || super.supportsInterface(id);
    }
}
