import { afterAll, beforeAll, expect, test } from 'vitest';
import vectors from '../../../registry-contract/vectors/ids.json' with { type: 'json' };
import names from '../../../registry-contract/vectors/names.json' with { type: 'json' };
import { parseChannel, parseModelName, parseNamespace, parseVersion } from '../../src/ids/reference.ts';
import { Chain } from '../../src/registries/ethereum/chain.ts';
import {
  commitmentId,
  labelKey,
  labelText,
  modelId,
  namespaceId,
  releaseId,
} from '../../src/registries/ethereum/ids.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';

/** The ids that this side computes are those that the contract computes. */

let rpc: TestChain;
let chain: Chain;
beforeAll(async () => {
  rpc = await startTestChain();
  chain = new Chain({ rpc: rpc.rpc, chainId: rpc.chainId, contract: rpc.contract, finality: 'latest' });
});
afterAll(() => rpc?.close());

async function ask(name: string, args: readonly unknown[]): Promise<unknown> {
  return chain.view(await chain.head(), name, args);
}

test('namespaces', async () => {
  for (const text of names.namespace.valid)
    expect(namespaceId(parseNamespace(text))).toBe(await ask('namespaceId', [text]));
});

test('models', async () => {
  for (const name of names.name.valid)
    expect(modelId(parseModelName(`acme/${name}`))).toBe(await ask('modelId', ['acme', name]));
});

test.each(vectors.releases)('$namespace/$name@$version', (row) => {
  const model = parseModelName(`${row.namespace}/${row.name}`);
  const version = parseVersion(row.version);
  expect(namespaceId(parseNamespace(row.namespace))).toBe(row.namespaceId);
  expect(modelId(model)).toBe(row.model);
  expect(labelKey(version)).toBe(row.versionLabel);
  expect(releaseId(model, version)).toBe(row.release);
});

test.each(vectors.commitments)('a commitment to $label', ({ label, owner, salt, commitment }) => {
  expect(commitmentId(label, owner, salt)).toBe(commitment);
});

test('labels come back as they were', () => {
  const labels = [...names.version.valid.map(parseVersion), ...names.channel.valid.map(parseChannel)];
  for (const label of labels) expect(labelText(labelKey(label))).toBe(label);
});
