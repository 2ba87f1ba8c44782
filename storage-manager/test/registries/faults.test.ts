import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const SOLIDITY = '../../../registry-contract/test';

/** What can go wrong between a publisher, a node and a chain, and the tests that would show it: file, and part of a title. */
const FAULTS: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  'D11: a nonce is skipped, used twice, or wanted by two': [
    ['broadcast.test.ts', 'D11: beside another program that uses the account'],
    ['compete.test.ts', 'D11: four processes with one key publish'],
    ['compete.test.ts', 'D11: publishers of one key in one process'],
    ['nonce.test.ts', 'D11: a node that is behind and gives an old nonce'],
    ['resume.test.ts', 'D11: signs anew when another transaction has taken the nonce'],
    ['write.test.ts', 'D11: a transaction that stays pending is waited for by the next run'],
  ],
  'D12: the price leaves a transaction behind': [
    ['price.test.ts', 'D12: is replaced once'],
    ['price.test.ts', 'D12: above the agreed price stays pending'],
    ['price.test.ts', 'D12: that the first run has replaced is found'],
    ['price.test.ts', 'D12: that the node calls %s ends with its reason'],
  ],
  'D13: a node loses a transaction, or its answer': [
    ['broadcast.test.ts', 'D13: a node'],
    ['resume.test.ts', 'D13: after the node took transaction %i sends nothing twice'],
    ['write.test.ts', 'D13: a transaction that the node has lost is sent again'],
    ['abandoned.test.ts', 'D13: leaves its nonce when the node drops it'],
  ],
  'D14: a transaction fails, and is tried for ever': [
    ['broadcast.test.ts', 'D14: a node whose estimate of gas'],
    ['rights-lost.test.ts', 'D14: a release that another got in before is reverted once'],
    ['write.test.ts', 'D14: an account without funds'],
  ],
  'D15: two publish one version at once': [
    ['compete.test.ts', 'D15: of eight processes that publish one version with %s'],
    ['compete.test.ts', 'D15: of eight in one process'],
  ],
  'D16: somebody copies a publish before it is mined, or takes its name': [
    ['rights-lost.test.ts', 'D16: who sees a publish before it is mined'],
    [`${SOLIDITY}/Namespaces.t.sol`, 'function test_D16_AFrontRunnerTakesNothing'],
  ],
  'D17: the endpoint dies at any step of a publish': [
    ['failover.test.ts', 'D17: at each call, %s the node has done it'],
  ],
  'D23: the right to publish is lost in the midst of it': [
    ['rights-lost.test.ts', 'D23: who loses the right in the midst of a publish'],
  ],
  'D24: a registry is paused or succeeded, or chains disagree': [
    ['refusals.test.ts', 'D24: a paused registry takes no release'],
    ['refusals.test.ts', 'D24: a successor is told and not followed'],
    ['../manager/fetch-questions.test.ts', 'D24: a successor is told of, and neither asked nor followed'],
    ['../trust/others.test.ts', 'D24: of a mirror'],
    ['../trust/others.test.ts', 'D24: a second chain'],
  ],
  'D27: what is signed for one chain is used on another': [
    ['fork.test.ts', 'D27: what is signed for one chain is void on another'],
    ['fork.test.ts', 'D27: a fork that takes an id of its own'],
    [`${SOLIDITY}/SignedActions.t.sol`, 'function test_D27_OneChainsSignatureIsNoOthers'],
  ],
};

test.each(Object.entries(FAULTS))('%s: there are tests that would show it', async (_, tests) => {
  for (const [file, title] of tests)
    expect(await readFile(new URL(file, import.meta.url), 'utf8'), file).toContain(title);
});
