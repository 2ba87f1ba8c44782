// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChunkedModelRegistry} from "../contracts/IChunkedModelRegistry.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice vectors/typed-data.json: whole calls that ethers encoded, hashed and signed, on the chain and at the address that
/// they are for.
contract TypedDataTest is RegistryTest {
    string private json;
    address private signer;
    bytes32 private llama;

    function setUp() public override {
        super.setUp();
        json = vm.readFile("vectors/typed-data.json");
        vm.chainId(vm.parseJsonUint(json, "$.chainId"));
        _move(vm.parseJsonAddress(json, "$.registry"));
        signer = vm.parseJsonAddress(json, "$.signer");
        string memory own = vm.parseJsonString(json, "$.actions[0].message.namespace");
        assertEq(address(registry.namespaceId(own)), signer);
        vm.prank(signer);
        llama = registry.createModel(own, "llama");
        registry.recordSegment(digests(0, 1024));
        registry.recordSegment(digests(1024, 1));
    }

    function test_TheRegistryTakesWhatEthersSigned() external {
        for (uint256 i = 0; i < 5; i++) {
            string memory key = string.concat("$.actions[", vm.toString(i), "]");
            bytes32 hash = vm.parseJsonBytes32(json, string.concat(key, ".hash"));
            assertEq(ECDSA.recover(hash, vm.parseJsonBytes(json, string.concat(key, ".signature"))), signer);
            (bool ok, bytes memory why) = address(registry).call(vm.parseJsonBytes(json, string.concat(key, ".call")));
            if (!ok) revert UnequalBytes(why, bytes(key));
            assertEq(registry.nonces(signer, uint192(i)), i << 64 | 1);
        }
        IReleases.Release memory release = registry.resolve(llama, "latest").release;
        assertEq(release.publisher, signer);
        assertEq(release.chunkCount, 1025);
        assertEq(uint8(release.status), uint8(IReleases.Status.Deprecated));
        address[] memory auditors = new address[](1);
        auditors[0] = signer;
        assertEq(registry.attestedBy(registry.releaseId(llama, "1.0.0"), auditors)[0].ok, 1024);
        assertEq(registry.rolesOf(bytes20(signer), llama, address(registry)), 5);
    }

    /// @dev The statement that TypeScript signs is the one that the registry computes from its record, for this release alone.
    function test_TheStatementHashIsThatOfEthers() external {
        (bool ok,) = address(registry).call(vm.parseJsonBytes(json, "$.actions[0].call"));
        assertTrue(ok, "published");
        bytes32 hash = vm.parseJsonBytes32(json, "$.statement.hash");
        assertEq(_statementHash(), hash);
        assertEq(ECDSA.recover(hash, vm.parseJsonBytes(json, "$.statement.signature")), signer);
        vm.chainId(block.chainid + 1);
        assertTrue(_statementHash() != hash, "it names the chain");
    }

    function _statementHash() private view returns (bytes32) {
        return registry.statementHash(
            vm.parseJsonString(json, "$.statement.message.namespace"),
            vm.parseJsonString(json, "$.statement.message.model"),
            vm.parseJsonString(json, "$.statement.message.version"),
            uint64(vm.parseJsonUint(json, "$.statement.message.issuedAt")),
            uint64(vm.parseJsonUint(json, "$.statement.message.expiresAt"))
        );
    }

    /// @dev A registry without immutables is its code and its reader's, wherever they stand.
    function _move(address to) private {
        vm.etch(_readerOf(to), _readerOf(address(registry)).code);
        vm.etch(to, address(registry).code);
        registry = IChunkedModelRegistry(to);
    }

    function _readerOf(address account) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", account, hex"01")))));
    }
}
