// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChunkedModelRegistry} from "../contracts/ChunkedModelRegistry.sol";
import {IChunkedModelRegistry} from "../contracts/IChunkedModelRegistry.sol";
import {IChannels} from "../contracts/interfaces/IChannels.sol";
import {INamespaces} from "../contracts/interfaces/INamespaces.sol";
import {IReasons} from "../contracts/interfaces/IReasons.sol";
import {IReleases} from "../contracts/interfaces/IReleases.sol";
import {IRoles} from "../contracts/interfaces/IRoles.sol";
import {MiniTest} from "./MiniTest.sol";

/// @notice A registry in which this contract owns `acme`, which has the model `llama`.
abstract contract RegistryTest is MiniTest {
    string internal constant NS = "acme";
    string internal constant NAME = "llama";
    address internal constant STRANGER = address(0xbad);
    address internal constant AUTHORITY = address(0xad);
    bytes32 internal constant SALT = keccak256("salt");
    bytes32 internal constant MANIFEST = keccak256("manifest");
    bytes32 internal constant REPORT = keccak256("report");
    uint64 internal constant FOR_EVER = type(uint64).max;

    uint32 internal constant PUBLISH = 1;
    uint32 internal constant DEPRECATE = 2;
    uint32 internal constant YANK = 4;
    uint32 internal constant REPAIR = 8;
    uint32 internal constant ADMIN = 16;
    uint32 internal constant ALL_ROLES = 31;

    IChunkedModelRegistry internal registry;
    bytes20 internal namespace;
    bytes32 internal model;

    function setUp() public virtual {
        vm.roll(100);
        vm.warp(1_800_000_000);
        registry = IChunkedModelRegistry(address(new ChunkedModelRegistry(AUTHORITY)));
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

    function statusChange(bytes32 version, IReleases.Status from, IReleases.Status to, uint64 seq)
        internal
        view
        returns (IReleases.StatusChange memory)
    {
        return IReleases.StatusChange(model, version, from, to, seq, IReasons.Reason.Defective, REPORT);
    }

    function setStatus(bytes32 version, IReleases.Status from, IReleases.Status to, uint64 seq) internal {
        registry.setStatus(statusChange(version, from, to, seq));
    }

    function setChannel(bytes32 channel, bytes32 version, uint64 seq) internal returns (uint64) {
        return registry.setChannel(IChannels.ChannelMove(model, channel, version, seq));
    }

    /// @dev The first grant to this account, of the namespace (`scope` zero) or the model, for ever.
    function grant(bytes32 scope, address account, uint32 roles) internal {
        registry.grant(IRoles.RoleGrant(namespace, scope, account, roles, FOR_EVER, 0));
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

    /// @dev The next call comes from somebody else and is refused, since only the owner may make it.
    function refusedToStranger() internal {
        refused(abi.encodeWithSelector(INamespaces.NotNamespaceOwner.selector, namespace, STRANGER));
        vm.prank(STRANGER);
    }

    /// @dev The next call comes from somebody else and is refused, since it needs this role for the namespace or the model.
    function refusedWithoutRole(bytes32 scope, uint32 role) internal {
        refused(abi.encodeWithSelector(IRoles.RoleMissing.selector, namespace, scope, STRANGER, role));
        vm.prank(STRANGER);
    }

    /// @dev The next call emits the event that the caller emits after this.
    function emits() internal {
        vm.expectEmit(address(registry));
    }
}
