// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRoles as I} from "../contracts/interfaces/IRoles.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice Who may give and take away roles.
contract GrantsTest is RegistryTest {
    address private constant DELEGATE = address(0xde1e);
    address private constant ACCOMPLICE = address(0xacc0);
    bytes32 private other;

    function setUp() public override {
        super.setUp();
        other = registry.createModel(NS, "other");
    }

    function test_GivesChangesAndTakesAway() external {
        uint64 end = uint64(block.timestamp + 1 days);
        emits();
        emit I.RolesGranted(namespace, model, DELEGATE, PUBLISH | YANK, end, 1);
        registry.grant(I.RoleGrant(namespace, model, DELEGATE, PUBLISH | YANK, end, 0));
        I.RoleGrant memory kept = registry.grantOf(namespace, model, DELEGATE);
        assertEq(abi.encode(kept), abi.encode(I.RoleGrant(namespace, model, DELEGATE, PUBLISH | YANK, end, 1)));

        emits();
        emit I.RolesGranted(namespace, model, DELEGATE, REPAIR, FOR_EVER, 2);
        registry.grant(I.RoleGrant(namespace, model, DELEGATE, REPAIR, FOR_EVER, 1));
        assertEq(registry.rolesOf(namespace, model, DELEGATE), REPAIR);
        emits();
        emit I.RolesGranted(namespace, model, DELEGATE, 0, 0, 3);
        registry.grant(I.RoleGrant(namespace, model, DELEGATE, 0, 0, 2));
        assertEq(registry.rolesOf(namespace, model, DELEGATE), 0);
        assertEq(registry.rolesOf(namespace, 0, DELEGATE), 0);
    }

    function test_AnExpiredGrantIsStillShown() external {
        uint64 end = uint64(block.timestamp + 1 days);
        registry.grant(I.RoleGrant(namespace, 0, DELEGATE, PUBLISH, end, 0));
        vm.warp(end);
        assertEq(registry.grantOf(namespace, 0, DELEGATE).roles, PUBLISH);
        assertEq(registry.rolesOf(namespace, 0, DELEGATE), 0);
    }

    function test_ComparesBeforeItGrants() external {
        refused(abi.encodeWithSelector(I.GrantSeqMismatch.selector, DELEGATE, 1, 0));
        registry.grant(I.RoleGrant(namespace, 0, DELEGATE, PUBLISH, FOR_EVER, 1));
        grant(0, DELEGATE, PUBLISH);
        refused(abi.encodeWithSelector(I.GrantSeqMismatch.selector, DELEGATE, 0, 1));
        grant(0, DELEGATE, PUBLISH);
        grant(model, DELEGATE, PUBLISH);
    }

    function testFuzz_RefusesBitsWithoutAMeaning(uint32 roles) external {
        if (roles > ALL_ROLES) refused(abi.encodeWithSelector(I.RolesUnknown.selector, roles));
        grant(0, DELEGATE, roles);
        assertEq(registry.rolesOf(namespace, 0, DELEGATE), roles > ALL_ROLES ? 0 : roles);
    }

    function test_RefusesEachBitWithoutAMeaning() external {
        for (uint256 bit = 5; bit < 32; bit++) {
            uint32 roles = uint32(1 << bit);
            refused(abi.encodeWithSelector(I.RolesUnknown.selector, roles));
            grant(0, DELEGATE, roles);
        }
    }

    function test_AModelIsOfItsNamespace() external {
        bytes20 mine = bytes20(address(this));
        refused(abi.encodeWithSelector(I.ModelNotInNamespace.selector, mine, model));
        registry.grant(I.RoleGrant(mine, model, DELEGATE, PUBLISH, FOR_EVER, 0));
        refused(abi.encodeWithSelector(I.ModelNotInNamespace.selector, namespace, bytes32("none")));
        registry.grant(I.RoleGrant(namespace, "none", DELEGATE, PUBLISH, FOR_EVER, 0));
    }

    function test_AnAddressGrantsInItsNamespace() external {
        bytes20 mine = bytes20(DELEGATE);
        vm.prank(DELEGATE);
        registry.grant(I.RoleGrant(mine, 0, ACCOMPLICE, PUBLISH, FOR_EVER, 0));
        assertEq(registry.rolesOf(mine, 0, ACCOMPLICE), PUBLISH);
    }

    function test_ADelegateGivesOfHisOwn() external {
        uint64 end = uint64(block.timestamp + 1 days);
        registry.grant(I.RoleGrant(namespace, 0, DELEGATE, ADMIN | PUBLISH | YANK, end, 0));
        _as(DELEGATE, 0, ACCOMPLICE, PUBLISH | YANK, end, 0);
        _as(DELEGATE, 0, ACCOMPLICE, PUBLISH, end - 1, 1);
        _as(DELEGATE, model, ACCOMPLICE, YANK, end, 0);
        _as(DELEGATE, 0, ACCOMPLICE, 0, FOR_EVER, 2);
        assertEq(registry.rolesOf(namespace, model, ACCOMPLICE), YANK);
        assertEq(registry.rolesOf(namespace, 0, ACCOMPLICE), 0);
    }

    function test_E2_ADelegateGivesNotMoreThanHeHas() external {
        uint64 end = uint64(block.timestamp + 1 days);
        registry.grant(I.RoleGrant(namespace, 0, DELEGATE, ADMIN | PUBLISH, end, 0));
        _refusesAs(DELEGATE, ACCOMPLICE, YANK, end, 0);
        _refusesAs(DELEGATE, ACCOMPLICE, PUBLISH | REPAIR, end, 0);
        _refusesAs(DELEGATE, ACCOMPLICE, PUBLISH, end + 1, 0);
        _refusesAs(DELEGATE, ACCOMPLICE, ADMIN, end, 0);
        _refusesAs(DELEGATE, ACCOMPLICE, ADMIN | PUBLISH, end, 0);
        vm.warp(end);
        refused(abi.encodeWithSelector(I.RoleMissing.selector, namespace, 0, DELEGATE, ADMIN));
        _as(DELEGATE, 0, ACCOMPLICE, PUBLISH, end, 0);
    }

    function test_E2_ADelegateChangesNothingOfHisOwn() external {
        grant(0, DELEGATE, ADMIN | PUBLISH);
        _refusesAs(DELEGATE, DELEGATE, ADMIN | PUBLISH, FOR_EVER, 1);
        _refusesAs(DELEGATE, DELEGATE, PUBLISH, FOR_EVER, 1);
        refused(abi.encodeWithSelector(I.GrantRefused.selector, DELEGATE, DELEGATE, PUBLISH));
        _as(DELEGATE, model, DELEGATE, PUBLISH, FOR_EVER, 0);
    }

    /// @dev What others have beside a delegate's own roles he can't take either; what of it has expired is gone.
    function test_E2_ADelegateTakesOnlyOfHisOwn() external {
        uint64 soon = uint64(block.timestamp + 1 hours);
        grant(0, DELEGATE, ADMIN | PUBLISH);
        registry.grant(I.RoleGrant(namespace, 0, ACCOMPLICE, PUBLISH | YANK, soon, 0));
        registry.grant(I.RoleGrant(namespace, 0, STRANGER, ADMIN, FOR_EVER, 0));
        _refusesAs(DELEGATE, ACCOMPLICE, 0, 0, 1);
        _refusesAs(DELEGATE, ACCOMPLICE, PUBLISH, FOR_EVER, 1);
        _refusesAs(DELEGATE, STRANGER, 0, 0, 1);
        vm.warp(soon);
        _as(DELEGATE, 0, ACCOMPLICE, PUBLISH, FOR_EVER, 1);
        _as(DELEGATE, 0, ACCOMPLICE, 0, 0, 2);
    }

    function test_ADelegateOfAModelStaysInIt() external {
        grant(model, DELEGATE, ADMIN | PUBLISH);
        _as(DELEGATE, model, ACCOMPLICE, PUBLISH, FOR_EVER, 0);
        refused(abi.encodeWithSelector(I.RoleMissing.selector, namespace, 0, DELEGATE, ADMIN));
        _as(DELEGATE, 0, ACCOMPLICE, PUBLISH, FOR_EVER, 0);
        refused(abi.encodeWithSelector(I.RoleMissing.selector, namespace, other, DELEGATE, ADMIN));
        _as(DELEGATE, other, ACCOMPLICE, PUBLISH, FOR_EVER, 0);
    }

    /// @dev His grants don't add up: with ADMIN for the namespace, that grant alone bounds what he gives, in each model too.
    function test_E2_GrantsOfTwoScopesDontAddUp() external {
        uint64 end = uint64(block.timestamp + 1 days);
        registry.grant(I.RoleGrant(namespace, 0, DELEGATE, ADMIN | PUBLISH, end, 0));
        grant(model, DELEGATE, ADMIN | YANK);
        refused(abi.encodeWithSelector(I.GrantRefused.selector, DELEGATE, ACCOMPLICE, YANK));
        _as(DELEGATE, model, ACCOMPLICE, YANK, end, 0);
        refused(abi.encodeWithSelector(I.GrantRefused.selector, DELEGATE, ACCOMPLICE, PUBLISH));
        _as(DELEGATE, model, ACCOMPLICE, PUBLISH, FOR_EVER, 0);
        vm.warp(end);
        _as(DELEGATE, model, ACCOMPLICE, YANK, FOR_EVER, 0);
    }

    function test_AnybodyTakesAwayHisOwn() external {
        grant(0, DELEGATE, ADMIN | PUBLISH);
        grant(model, STRANGER, PUBLISH);
        emits();
        emit I.RolesGranted(namespace, model, STRANGER, 0, 0, 2);
        _as(STRANGER, model, STRANGER, 0, 0, 1);
        _as(DELEGATE, 0, DELEGATE, 0, FOR_EVER, 1);
        assertEq(registry.rolesOf(namespace, model, DELEGATE), 0);
        assertEq(registry.rolesOf(namespace, model, STRANGER), 0);
    }

    /// @dev What a delegate granted stays when he goes; the owner drops all at once, whatever anybody does meanwhile.
    function test_TheOwnerDropsAllGrants() external {
        grant(0, DELEGATE, ADMIN | PUBLISH);
        _as(DELEGATE, model, ACCOMPLICE, PUBLISH, FOR_EVER, 0);
        registry.grant(I.RoleGrant(namespace, 0, DELEGATE, 0, 0, 1));
        assertEq(registry.rolesOf(namespace, model, ACCOMPLICE), PUBLISH);
        emits();
        emit I.GrantsDropped(namespace, 1);
        registry.dropGrants(namespace);
        assertEq(registry.rolesOf(namespace, model, ACCOMPLICE), 0);
        assertEq(registry.namespaceInfo(namespace).epoch, 1);
        assertEq(registry.namespaceInfo(namespace).owner, address(this));
        registry.grant(I.RoleGrant(namespace, model, ACCOMPLICE, YANK, FOR_EVER, 1));
        assertEq(registry.rolesOf(namespace, model, ACCOMPLICE), YANK);
    }

    /// @dev Any attempts of two delegates, in any order: neither ever has a role, or for longer, than the owner gave to either.
    function testFuzz_E2_AloneOrTogetherDelegatesNeverWiden(
        uint32 first,
        uint32 second,
        uint64 firstEnd,
        uint64 secondEnd,
        uint256 seed
    ) external {
        (first, second) = (first & ALL_ROLES | ADMIN, second & ALL_ROLES);
        uint64 start = uint64(block.timestamp);
        (firstEnd, secondEnd) = (start + firstEnd % 100 + 1, start + secondEnd % 100 + 1);
        registry.grant(I.RoleGrant(namespace, 0, DELEGATE, first, firstEnd, 0));
        registry.grant(I.RoleGrant(namespace, model, ACCOMPLICE, second, secondEnd, 0));
        for (uint256 i = 0; i < 24; i++) {
            _attempt(uint256(keccak256(abi.encode(seed, i))), start);
        }
        for (uint64 time = start; time <= start + 101; time += 20) {
            vm.warp(time);
            uint32 ownersWord = (time < firstEnd ? first : 0) | (time < secondEnd ? second : 0);
            uint32 both = registry.rolesOf(namespace, model, DELEGATE) | registry.rolesOf(namespace, model, ACCOMPLICE)
                | registry.rolesOf(namespace, other, DELEGATE) | registry.rolesOf(namespace, other, ACCOMPLICE);
            assertEq(both & ~ownersWord, 0);
            uint32 elsewhere = registry.rolesOf(namespace, other, ACCOMPLICE);
            assertEq(elsewhere & ~(time < firstEnd ? first & ~ADMIN : 0), 0);
        }
    }

    function _attempt(uint256 random, uint64 start) private {
        address actor = random & 1 == 0 ? DELEGATE : ACCOMPLICE;
        address account = random & 2 == 0 ? DELEGATE : ACCOMPLICE;
        bytes32 scope = [bytes32(0), model, other, model][random >> 2 & 3];
        uint32 roles = uint32(random >> 8) & ALL_ROLES & uint32(random >> 16);
        uint64 seq = registry.grantOf(namespace, scope, account).seq;
        vm.prank(actor);
        try registry.grant(I.RoleGrant(namespace, scope, account, roles, start + uint64(random >> 32) % 100, seq)) {}
            catch {}
    }

    function _as(address actor, bytes32 scope, address account, uint32 roles, uint64 end, uint64 seq) private {
        vm.prank(actor);
        registry.grant(I.RoleGrant(namespace, scope, account, roles, end, seq));
    }

    function _refusesAs(address actor, address account, uint32 roles, uint64 end, uint64 seq) private {
        refused(abi.encodeWithSelector(I.GrantRefused.selector, actor, account, roles));
        _as(actor, 0, account, roles, end, seq);
    }
}
