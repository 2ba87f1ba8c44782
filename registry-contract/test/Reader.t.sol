// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChunkedModelRegistry} from "../contracts/ChunkedModelRegistry.sol";
import {IChunkedModelRegistry} from "../contracts/IChunkedModelRegistry.sol";
import {IAdministration} from "../contracts/interfaces/IAdministration.sol";
import {IAttestations} from "../contracts/interfaces/IAttestations.sol";
import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {IModels} from "../contracts/interfaces/IModels.sol";
import {INamespaces} from "../contracts/interfaces/INamespaces.sol";
import {IProofs} from "../contracts/interfaces/IProofs.sol";
import {IRecords} from "../contracts/interfaces/IRecords.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {IRoles} from "../contracts/interfaces/IRoles.sol";
import {ISegments} from "../contracts/interfaces/ISegments.sol";
import {ISignedActions} from "../contracts/interfaces/ISignedActions.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice The half that reads: reached through the registry alone, and unable to change anything.
contract ReaderTest is RegistryTest {
    address private reader;

    function setUp() public override {
        super.setUp();
        reader = _readerOf(address(registry));
        publish("1");
    }

    function test_IsTheFirstContractOfItsRegistry() external {
        assertTrue(reader.code.length > 10_000, "the reader stands where it is looked for");
        address other = address(new ChunkedModelRegistry(address(0)));
        assertTrue(_readerOf(other) != reader, "each has its own");
        assertEq(_readerOf(other).code, reader.code);
        assertEq(other.code, address(registry).code);
    }

    function test_HasNoInstructionThatChangesAnything() external view {
        uint256[256] memory found = _instructions(reader);
        for (uint8 instruction = 0; instruction < 255; instruction++) {
            if (_changes(instruction)) assertEq(found[instruction], 0);
        }
        assertEq(found[0xff], 0);
        assertTrue(found[0xfa] > 0, "static calls to SHA-256 are among what was seen");
    }

    /// @dev The registry's own code has them: the search finds what it looks for.
    function test_TheSearchFindsWhatChanges() external view {
        uint256[256] memory found = _instructions(address(registry));
        assertTrue(found[0x55] > 20 && found[0xf0] > 0 && found[0xf4] > 0 && found[0xa3] > 0, "writes, logs, calls");
    }

    /// @dev Faults E8 and E9: nothing is paid in (`test_E8_TakesNoValue`), staked or taken away. CALL and CALLCODE carry value,
    /// SELFDESTRUCT sends it; the rest of what calls carries none.
    function test_E8_E9_HasNoInstructionThatPays() external view {
        uint256[256] memory found = _instructions(address(registry));
        assertEq(found[0xf1] + found[0xf2] + found[0xff], 0);
    }

    /// @dev Fault E7: auditors draw their own samples; the chain sets no challenge, and nothing hangs on what a block's maker
    /// chooses. BLOCKHASH, COINBASE, PREVRANDAO, GASLIMIT, BASEFEE, BLOBHASH, BLOBBASEFEE.
    function test_E7_DrawsNothing() external view {
        uint8[7] memory choices = [0x40, 0x41, 0x44, 0x45, 0x48, 0x49, 0x4a];
        uint256[256] memory writing = _instructions(address(registry));
        uint256[256] memory reading = _instructions(reader);
        for (uint256 i = 0; i < choices.length; i++) {
            assertEq(writing[choices[i]] + reading[choices[i]], 0);
        }
        assertTrue(writing[0x42] > 0 && writing[0x43] > 0, "time and number are among what was seen");
    }

    function test_KnowsNothingByItself() external {
        IChunkedModelRegistry direct = IChunkedModelRegistry(reader);
        bytes32 release = registry.releaseId(model, "1");
        assertEq(direct.namespaceInfo(namespace).owner, address(0));
        assertEq(direct.namespaces(0, 10).length, 0);
        assertEq(direct.successor(), address(0));
        refused(abi.encodeWithSelector(IModels.ModelUnknown.selector, model));
        direct.resolve(model, "1");
        refused(abi.encodeWithSelector(IReleases.ReleaseUnknown.selector, release));
        direct.verifyChunk(release, 0, 0, new bytes32[](0));
        (,,,, address verifyingContract,,) = direct.eip712Domain();
        assertEq(verifyingContract, reader);
    }

    function test_RefusesUnknownSelectorsAndValue() external {
        vm.deal(address(this), 1 ether);
        _fails(hex"deadbeef", 0);
        _fails("", 0);
        _fails(hex"00", 0);
        _fails(abi.encodeCall(IRecords.successor, ()), 1);
        _fails(abi.encodePacked(IRecords.resolve.selector), 0);
        assertEq(address(registry).balance, 0);
    }

    /// @dev A static call, as `eth_call` from a view: every view of the ABI answers by it.
    function test_EachViewAnswersAStaticCall() external view {
        bytes32 id = registry.releaseId(model, "1");
        _answers(abi.encodeCall(IRecords.resolve, (model, "1")));
        _answers(abi.encodeCall(IRecords.namespaceInfo, (namespace)));
        _answers(abi.encodeCall(IRecords.namespaces, (0, 1)));
        _answers(abi.encodeCall(IRecords.namespaceId, (NS)));
        _answers(abi.encodeCall(IRecords.commitmentMadeAt, (0)));
        _answers(abi.encodeCall(IRecords.grantOf, (namespace, 0, STRANGER)));
        _answers(abi.encodeCall(IRecords.rolesOf, (namespace, 0, STRANGER)));
        _answers(abi.encodeCall(IRecords.mayAdminister, (model, STRANGER)));
        _answers(abi.encodeCall(IRecords.modelInfo, (model)));
        _answers(abi.encodeCall(IRecords.models, (namespace, 0, 1)));
        _answers(abi.encodeCall(IRecords.modelId, (NS, NAME)));
        _answers(abi.encodeCall(IRecords.segmentBlocks, (new bytes32[](0), 0)));
        _answers(abi.encodeCall(IRecords.pageStores, (new bytes32[](0), 0)));
        _answers(abi.encodeCall(IRecords.versions, (model, 0, 1)));
        _answers(abi.encodeCall(IRecords.statementHash, (NS, NAME, "1", 0, 0)));
        _answers(abi.encodeCall(IRecords.releaseId, (model, "1")));
        _answers(abi.encodeCall(IRecords.channels, (model, 0, 1)));
        _answers(abi.encodeCall(IRecords.attestedBy, (id, new address[](1))));
        _answers(abi.encodeCall(IRecords.lastGoodAudit, (id, new address[](1))));
        _answers(abi.encodeCall(IRecords.successor, ()));
        _answers(abi.encodeCall(IProofs.verifyChunk, (id, 0, 0, new bytes32[](3))));
        _answers(abi.encodeCall(IProofs.verifyChunkData, (id, 0, "", new bytes32[](3))));
        _answers(abi.encodeCall(IProofs.verifyChunks, (id, new uint256[](1), new bytes32[](1), new bytes32[](3))));
        _answers(abi.encodeCall(IAdministration.authority, ()));
        _answers(abi.encodeCall(IAdministration.paused, ()));
        _answers(abi.encodeCall(ISignedActions.nonces, (STRANGER, 0)));
        _answers(abi.encodeCall(IERC5267.eip712Domain, ()));
        _answers(abi.encodeCall(IERC165.supportsInterface, (0)));
    }

    function test_NamesItsDomain() external view {
        (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        ) = registry.eip712Domain();
        assertTrue(fields == hex"0f", "name, version, chain and contract");
        assertEq(name, "Ballast");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(verifyingContract, address(registry));
        assertEq(salt, 0);
        assertEq(extensions.length, 0);
    }

    function test_NamesItsInterfaces() external view {
        bytes4[13] memory known = [
            type(INamespaces).interfaceId,
            type(IRoles).interfaceId,
            type(IModels).interfaceId,
            type(ISegments).interfaceId,
            type(IReleases).interfaceId,
            type(IChannels).interfaceId,
            type(IAttestations).interfaceId,
            type(ISignedActions).interfaceId,
            type(IAdministration).interfaceId,
            type(IRecords).interfaceId,
            type(IProofs).interfaceId,
            type(IERC5267).interfaceId,
            type(IERC165).interfaceId
        ];
        for (uint256 i = 0; i < known.length; i++) {
            assertTrue(registry.supportsInterface(known[i]), "one of its own");
        }
        assertTrue(!registry.supportsInterface(0xffffffff), "not the impossible one (ERC-165)");
        assertTrue(!registry.supportsInterface(0), "not any");
    }

    /// @dev SSTORE, TSTORE, LOG0 to LOG4, CREATE, CALL, CALLCODE, DELEGATECALL, CREATE2, SELFDESTRUCT.
    function _changes(uint8 instruction) private pure returns (bool) {
        return instruction == 0x55 || instruction == 0x5d || (instruction >= 0xa0 && instruction <= 0xa4)
            || (instruction >= 0xf0 && instruction <= 0xf5 && instruction != 0xf3) || instruction == 0xff;
    }

    /// @dev How often each instruction stands in the code, without what PUSH takes as data and the compiler's note at the end,
    /// whose length is in its last two bytes: no instruction reaches it.
    function _instructions(address account) private view returns (uint256[256] memory found) {
        bytes memory code = account.code;
        uint256 note = (uint256(uint8(code[code.length - 2])) << 8 | uint8(code[code.length - 1])) + 2;
        assertEq(uint8(code[code.length - note - 1]), 0xfe);
        for (uint256 i = 0; i < code.length - note; i++) {
            uint8 instruction = uint8(code[i]);
            found[instruction]++;
            if (instruction >= 0x60 && instruction <= 0x7f) i += instruction - 0x5f;
        }
    }

    function _answers(bytes memory call) private view {
        (bool ok, bytes memory answer) = address(registry).staticcall(call);
        assertTrue(ok && answer.length >= 32, "an answer");
    }

    function _fails(bytes memory call, uint256 value) private {
        (bool ok,) = address(registry).call{value: value}(call);
        assertTrue(!ok, "refused");
    }

    function _readerOf(address account) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", account, hex"01")))));
    }
}
