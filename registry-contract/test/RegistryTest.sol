// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChunkedModelRegistry} from "../contracts/ChunkedModelRegistry.sol";
import {IChunkedModelRegistry} from "../contracts/IChunkedModelRegistry.sol";
import {INamespaces} from "../contracts/interfaces/INamespaces.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {MiniTest} from "./MiniTest.sol";

/// @notice A registry in which this contract owns `acme`, which has the model `llama`.
abstract contract RegistryTest is MiniTest {
    string internal constant NS = "acme";
    string internal constant NAME = "llama";
    address internal constant STRANGER = address(0xbad);
    bytes32 internal constant SALT = keccak256("salt");
    bytes32 internal constant MANIFEST = keccak256("manifest");

    IChunkedModelRegistry internal registry;
    bytes20 internal namespace;
    bytes32 internal model;

    function setUp() public virtual {
        vm.roll(100);
        vm.warp(1_800_000_000);
        registry = IChunkedModelRegistry(address(new ChunkedModelRegistry(address(0))));
        namespace = register(NS);
        model = registry.createModel(NS, NAME);
    }

    /// @dev Commits, waits and reveals, as this contract.
    function register(string memory label) internal returns (bytes20) {
        registry.commitNamespace(keccak256(abi.encode(label, address(this), SALT)));
        vm.warp(block.timestamp + 1 minutes);
        return registry.registerNamespace(label, SALT);
    }

    /// @dev A ROOT_ONLY publication of 5 chunks.
    function claim(string memory version) internal pure returns (IReleases.Publication memory) {
        return IReleases.Publication({
            namespace: NS,
            name: NAME,
            version: version,
            manifestDigest: MANIFEST,
            chunkRoot: keccak256("root"),
            chunkCount: 5,
            byteCount: 5_000_000,
            mode: IReleases.RecordMode.ROOT_ONLY,
            homeChainId: 0,
            base: 0,
            segmentRoots: new bytes32[](0)
        });
    }

    function publish(string memory version) internal returns (bytes32) {
        return registry.publish(claim(version));
    }

    /// @dev `count` digests from digest `first` on, packed; digest i is SHA-256 of i as 8 bytes.
    function digests(uint256 first, uint256 count) internal pure returns (bytes memory packed) {
        bytes32[] memory list = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            list[i] = sha256(abi.encodePacked(uint64(first + i)));
        }
        packed = abi.encodePacked(list);
    }

    /// @dev The next call reverts with this error, arguments and all.
    function refused(bytes memory expected) internal {
        vm.expectRevert(expected);
    }

    /// @dev The next call comes from somebody else and is refused for it.
    function refusedToStranger() internal {
        refused(abi.encodeWithSelector(INamespaces.NotNamespaceOwner.selector, namespace, STRANGER));
        vm.prank(STRANGER);
    }

    /// @dev The next call emits the event that the caller emits after this.
    function emits() internal {
        vm.expectEmit(address(registry));
    }
}
