import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** What could go wrong with a contract like this, and the tests that would show it: file, and the beginning of a name. */
const FAULTS: Readonly<Record<string, readonly (readonly [file: string, name: string])[]>> = {
  'E1: a record changes or goes': [
    ['Releases.t.sol', 'test_E1_AVersionIsWrittenOnce'],
    ['Status.t.sol', 'test_E1_ChangesNothingElse'],
    ['symbolic/Status.t.sol', 'check_'],
    ['invariant/Registry.t.sol', 'invariant_TheRegistrySaysWhatTheGhostHolds'],
  ],
  'E2: somebody writes without the right, or widens his own': [
    ['Roles.t.sol', 'test_E2_ARoleOfTheNamespaceIsNecessaryAndSufficient'],
    ['Roles.t.sol', 'test_E2_AStrangerMayDoNothing'],
    ['Grants.t.sol', 'testFuzz_E2_AloneOrTogetherDelegatesNeverWiden'],
    ['SignedActions.t.sol', 'test_E2_TheSignerNeedsTheRight'],
    ['symbolic/Rights.t.sol', 'check_'],
  ],
  'E3: counts, lists and getters disagree': [
    ['invariant/Registry.t.sol', 'invariant_TheRegistrySaysWhatTheGhostHolds'],
    ['invariant/Registry.t.sol', 'test_EveryWriteSucceedsOften'],
  ],
  'E4: gas grows with what was written, or an input has no limit': [
    ['Releases.t.sol', 'test_E4_ALongHistoryCostsNothingMore'],
    ['gas.test.ts', 'E4: %s costs at most %i gas'],
    ['large-release.test.ts', '%s is published in one transaction'],
    ['Releases.t.sol', 'test_RefusesChunkCountsOutOfRange'],
    ['Segments.t.sol', 'test_RefusesAnIllegalLength'],
    ['Models.t.sol', 'test_RefusesAnIllegalText'],
    ['Names.t.sol', 'test_NameVectors'],
  ],
  'E5: an owner loses a namespace by accident': [
    ['Transfers.t.sol', 'test_E5_TransfersInTwoSteps'],
    ['Transfers.t.sol', 'test_E5_TheZeroAddressCallsAnOfferOff'],
  ],
  'E6: a proof of something else is taken': [
    ['Proofs.t.sol', 'test_E6_EachChunkOfEachTreeUpTo65'],
    ['Proofs.t.sol', 'test_E6_EachBitOfAProofCounts'],
    ['Proofs.t.sol', 'testFuzz_E6_AnyBitOfAnyTree'],
    ['ProofsOfMany.t.sol', 'test_E6_EachSetOfEachTreeUpToSix'],
    ['ProofsOfMany.t.sol', 'testFuzz_E6_AnySetOfAnyTree'],
    ['Merkle.t.sol', 'test_Vectors'],
  ],
  'E7: a prover or a block maker chooses the challenge': [['Reader.t.sol', 'test_E7_DrawsNothing']],
  'E8: money is lost or held up': [
    ['Multicall.t.sol', 'test_E8_TakesNoValue'],
    ['Reader.t.sol', 'test_E8_E9_HasNoInstructionThatPays'],
  ],
  'E9: a stake is taken without proof': [['Reader.t.sol', 'test_E8_E9_HasNoInstructionThatPays']],
  'E10: a pause or an upgrade changes more than it may': [
    ['Pause.t.sol', 'test_E10_StopsWhatIsNew'],
    ['Pause.t.sol', 'test_E10_StopsNothingElse'],
    ['Pause.t.sol', 'test_E10_StopsNoRead'],
    ['Administration.t.sol', 'test_E10_AdministratorsWriteForNobody'],
    ['standard-input.test.ts', 'the reader finds the storage of the registry as the registry wrote it'],
  ],
  'E11: the state does not follow from the events': [
    ['indexer/indexer.test.ts', 'after the history of seed %i, reorganised'],
    ['indexer/indexer.test.ts', 'each event of the contract has happened, and has a rule'],
  ],
  'E12: what runs is not what was built': [
    ['registry.test.ts', 'E12: a deployed registry and its reader have the generated code hashes'],
    ['standard-input.test.ts', 'it makes the %s that ships'],
    ['forge.test.ts', 'forge makes of %s what Hardhat makes of it'],
  ],
};

test.each(Object.entries(FAULTS))('%s: there are tests that would show it', async (_, tests) => {
  for (const [file, name] of tests) {
    const source = await readFile(new URL(file, import.meta.url), 'utf8');
    expect(source, file).toContain(file.endsWith('.sol') ? `function ${name}` : `'${name}`);
  }
});
