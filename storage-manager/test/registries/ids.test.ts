import { afterAll, beforeAll, expect, test } from 'vitest';
import names from '../../../registry-contract/vectors/names.json' with { type: 'json' };
import { parseChannel, parseModelName, parseNamespace, parseVersion } from '../../src/ids/reference.ts';
import { Chain } from '../../src/registries/ethereum/chain.ts';
import { labelKey, labelText, modelId, namespaceId, releaseId } from '../../src/registries/ethereum/ids.ts';
import { startTestChain, type TestChain } from '../../src/testing/anvil.ts';
import { registerNamespace } from '../../src/testing/contract-calls.ts';

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

test('releases, and the labels of versions and channels', async () => {
  const model = parseModelName(`0x${'ab'.repeat(20)}/tiny`);
  for (const version of names.version.valid.map(parseVersion)) {
    expect(releaseId(model, version)).toBe(await ask('releaseId', [modelId(model), labelKey(version)]));
    expect(labelText(labelKey(version))).toBe(version);
  }
  for (const channel of names.channel.valid.map(parseChannel))
    expect(labelText(labelKey(channel))).toBe(channel);
});

test('a commitment is to what is registered', async () => {
  await registerNamespace(chain, await rpc.newKey(), 'acme');
  const info = Object(await ask('namespaceInfo', [namespaceId(parseNamespace('acme'))]));
  expect(info.owner).toMatch(/^0x(?!0{40})/);
});
