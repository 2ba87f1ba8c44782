// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReleases} from "../../contracts/interfaces/IReleases.sol";
import {RegistryTest} from "../RegistryTest.sol";
import {ChunkReports} from "./ChunkReports.sol";

/// @notice The example of the README does what the README says.
contract ChunkReportsTest is RegistryTest {
    ChunkReports private reports;
    bytes32 private release;
    bytes32[] private proof;

    bytes32 private constant CHUNK = keccak256("chunk 1 of 2");
    bytes32 private constant SIBLING = keccak256("chunk 0 of 2");

    function setUp() public override {
        super.setUp();
        reports = new ChunkReports(registry);
        IReleases.Publication memory publication = claim("1.0.0");
        publication.chunkCount = 2;
        publication.chunkRoot = sha256(abi.encode(SIBLING, CHUNK));
        release = registry.publish(publication);
        setChannel("latest", "1.0.0", 0);
        proof.push(SIBLING);
    }

    function test_TakesAReportAboutAChunk() external {
        vm.expectEmit(address(reports));
        emit ChunkReports.ChunkReported(release, 1, address(this), "slow");
        reports.report(model, "latest", 1, CHUNK, proof, "slow");
    }

    function test_RefusesWhatIsNoChunkThere() external {
        refused(abi.encodeWithSelector(ChunkReports.NotAChunk.selector, release, 0, CHUNK));
        reports.report(model, "1.0.0", 0, CHUNK, proof, "slow");
    }

    function test_RefusesAWithdrawnRelease() external {
        setStatus("1.0.0", IReleases.Status.Active, IReleases.Status.Yanked, 0);
        refused(abi.encodeWithSelector(ChunkReports.Withdrawn.selector, release));
        reports.report(model, "1.0.0", 1, CHUNK, proof, "slow");
    }
}
