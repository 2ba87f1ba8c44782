// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChannels} from "../../contracts/interfaces/IChannels.sol";
import {IModels} from "../../contracts/interfaces/IModels.sol";
import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {IRoles} from "../../contracts/interfaces/IRoles.sol";
import {ISignedActions} from "../../contracts/interfaces/ISignedActions.sol";
import {AnyWallet, Facts, OpenRegistry} from "./OpenRegistry.sol";

/// @notice What halmos adds to the cheat codes: values that stand for all values.
interface Svm {
    function enableSymbolicStorage(address account) external;
    function createCalldata(string calldata contractName) external returns (bytes memory);
    function createAddress(string calldata name) external returns (address);
    function createUint(uint256 bits, string calldata name) external returns (uint256);
}

/// @notice The cheat codes that halmos shares with forge.
interface SymbolicVm {
    function assume(bool condition) external pure;
    function prank(address sender) external;
    function warp(uint256 time) external;
    function roll(uint256 blockNumber) external;
}

/// @notice A registry in any state whatever, reachable or not, at any time: what is proven of one call from here holds of every
/// call of every history.
abstract contract AnyState {
    Svm private constant SVM = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
    SymbolicVm internal constant vm = SymbolicVm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint32 internal constant PUBLISH = 1;
    uint32 internal constant DEPRECATE = 2;
    uint32 internal constant YANK = 4;
    uint32 internal constant ADMIN = 16;

    /// @dev Of the last word of a release: the publisher and the mode.
    uint256 private constant FIXED = uint256(type(uint160).max) | (0xff << 232);

    OpenRegistry internal registry;
    AnyWallet internal wallet;

    function setUp() external {
        registry = new OpenRegistry(SVM.createAddress("authority"));
        wallet = new AnyWallet();
        SVM.enableSymbolicStorage(address(registry));
        SVM.enableSymbolicStorage(address(wallet));
        vm.warp(SVM.createUint(48, "time"));
        vm.roll(SVM.createUint(40, "block"));
    }

    /// @dev A call of any function that succeeds, with any arguments, but of those that have a proof of their own.
    function _anyOtherCall(address caller) internal {
        bytes memory data = SVM.createCalldata("OpenRegistry");
        vm.assume(!_isProvenAlone(bytes4(data)));
        vm.prank(caller);
        (bool ok,) = address(registry).call(data);
        vm.assume(ok);
    }

    function _isProvenAlone(bytes4 selector) private pure returns (bool) {
        return selector == IReleases.publish.selector || selector == ISignedActions.publishBySig.selector
            || selector == IReleases.setStatus.selector || selector == ISignedActions.setStatusBySig.selector
            || selector == IChannels.setChannel.selector || selector == ISignedActions.setChannelBySig.selector
            || selector == IRoles.grant.selector || selector == ISignedActions.grantBySig.selector
            || selector == IModels.setMetadata.selector;
    }

    /// @dev In words of its own: the roles of the namespace and those of the model, each in its epoch and before its end.
    function _roles(Facts memory facts) internal view returns (uint32) {
        return _granted(facts.grant, facts.epoch) | _granted(facts.modelGrant, facts.epoch);
    }

    function _granted(uint256 grant, uint32 epoch) internal view returns (uint32) {
        if (uint32(grant >> 32) != epoch || block.timestamp >= uint64(grant >> 64)) return 0;
        return uint32(grant);
    }

    /// @dev A namespace without an owner is the address that it is.
    function _owner(Facts memory facts, bytes20 namespace) internal pure returns (address) {
        return facts.owner == address(0) ? address(namespace) : facts.owner;
    }

    /// @dev Zero: a record says what it said, but for the status. One word, since each assertion is a question to the solver.
    function _change(Facts memory before, Facts memory later) internal pure returns (uint256) {
        uint256 digests = uint256((before.manifestDigest ^ later.manifestDigest) | (before.chunkRoot ^ later.chunkRoot));
        uint256 words = (before.sizes ^ later.sizes) | ((before.state ^ later.state) & FIXED);
        return digests | words | uint256(before.base ^ later.base);
    }
}
