// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {INamespaces} from "../contracts/interfaces/INamespaces.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice The hash of a release statement, which vouches where no chain can be reached.
contract StatementsTest is RegistryTest {
    bytes32 private constant KIND = keccak256(
        "Release(uint256 chainId,address registry,string namespace,string model,string version,bytes32 manifestDigest,bytes32 chunkRoot,uint64 chunkCount,uint64 bytes,uint64 issuedAt,uint64 expiresAt)"
    );

    function test_IsThatOfItsTypeUnderADomainWithoutChain() external {
        publish("1.0.0");
        bytes32 domain = keccak256(
            abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Ballast"), keccak256("1"))
        );
        bytes32 statement = keccak256(
            bytes.concat(
                abi.encode(KIND, block.chainid, registry, keccak256("acme"), keccak256("llama"), keccak256("1.0.0")),
                abi.encode(MANIFEST, keccak256("root"), 5, 5_000_000, 1000, 2000)
            )
        );
        bytes32 expected = keccak256(abi.encodePacked(hex"1901", domain, statement));
        assertEq(registry.statementHash(NS, NAME, "1.0.0", 1000, 2000), expected);
    }

    function test_EachPartChangesIt() external {
        publish("1");
        publish("2");
        bytes32 hash = registry.statementHash(NS, NAME, "1", 1000, 2000);
        assertTrue(registry.statementHash(NS, NAME, "2", 1000, 2000) != hash, "the version");
        assertTrue(registry.statementHash(NS, NAME, "1", 1001, 2000) != hash, "when it was issued");
        assertTrue(registry.statementHash(NS, NAME, "1", 1000, 2001) != hash, "when it expires");
        vm.chainId(block.chainid + 1);
        assertTrue(registry.statementHash(NS, NAME, "1", 1000, 2000) != hash, "the chain");
    }

    /// @dev A status doesn't change what the bytes are: readers that know of it refuse the statement themselves.
    function test_AStatusDoesNotChangeIt() external {
        publish("1");
        bytes32 hash = registry.statementHash(NS, NAME, "1", 1000, 2000);
        setStatus("1", IReleases.Status.Active, IReleases.Status.Revoked, 0);
        assertEq(registry.statementHash(NS, NAME, "1", 1000, 2000), hash);
    }

    function test_StatesNothingOfWhatIsUnknown() external {
        publish("1");
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32("2")));
        registry.statementHash(NS, NAME, "2", 1000, 2000);
        refused(abi.encodeWithSelector(INamespaces.NamespaceInvalid.selector, "Acme"));
        registry.statementHash("Acme", NAME, "1", 1000, 2000);
    }

    /// @dev The text that is hashed is the one that the registry has: no other text has its label.
    function test_AVersionHasOneText() external {
        publish("1");
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32(0)));
        registry.statementHash(NS, NAME, "1\x00", 1000, 2000);
        refused(abi.encodeWithSelector(IReleases.VersionUnknown.selector, model, bytes32(0)));
        registry.statementHash(NS, NAME, "latest", 1000, 2000);
    }
}
