/** Fault D24, of several chains: the declared home chain decides, and nothing is used on which chains disagree. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { mirrorModels } from '../../src/deploy/mirror.ts';
import type { BallastEvent } from '../../src/events.ts';
import { parseModelName } from '../../src/ids/reference.ts';
import type { PublishRequest } from '../../src/interfaces.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';

type Chain = NonNullable<Config['blockchain']>;

let chains: TestChain[];
/** Home and mirror, as each is configured alone. */
let home: Chain;
let mirror: Chain;
let namespace: string;
let folder: string;
let models = 0;

beforeAll(async () => {
  chains = [await startTestChain(), await startTestChain([], 10)];
  const privateKey = await chains[0]!.newKey();
  namespace = new Account(privateKey).address;
  await chains[1]!.rpc.call('anvil_setBalance', [namespace, `0x${(10n ** 21n).toString(16)}`]);
  const [one, two] = chains.map(({ url, contract }) => ({
    ...{ rpcUrl: url, contractAddress: contract, privateKey },
    finality: 'latest' as const,
  }));
  [home, mirror] = [one!, two!];
  folder = await mkdtemp(join(tmpdir(), 'ballast-others-'));
});
afterAll(async () => {
  for (const chain of chains) await chain.close();
  await rm(folder, { recursive: true });
});

/** A configured chain, as another configuration names it among its others. */
function asOther(
  { rpcUrl, contractAddress }: Chain,
  chainId: number,
  finality: 'latest' | 'finalized' = 'latest',
) {
  return { chainId, rpcUrl: rpcUrl!, contractAddress, finality };
}
const homeToo = (finality?: 'finalized') => ({ ...mirror, otherChains: [asOther(home, 31337, finality)] });
const mirrorToo = () => ({ ...home, otherChains: [asOther(mirror, 10)] });

function open(blockchain: Chain): ModelStorageManager {
  const storage = new ModelStorageManager({ blockchain, home: join(folder, 'home') });
  onTestFinished(() => storage.close());
  return storage;
}

/** A release on the home chain. */
async function released(): Promise<string> {
  const name = `m${++models}`;
  const model = await writeTree(join(folder, name), { 'w.bin': randomBlock(1_000).bytes });
  await open(home).storeModel(model, `${namespace}/${name}@1`);
  return `${namespace}/${name}@1`;
}

/** And its mirror. */
async function mirrored(): Promise<string> {
  const ref = await released();
  await mirrorModels({ blockchain: home }, { blockchain: mirror }, [ref], { home: join(folder, 'home') });
  return ref;
}

async function retrieve(blockchain: Chain, ref: string) {
  const destination = join(folder, `out-${++models}`);
  const warnings: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note' && event.level === 'warning') warnings.push(event.text);
  };
  try {
    return { ...(await open(blockchain).retrieveModel(ref, destination, { onEvent })), warnings };
  } catch (error) {
    await expect(access(destination)).rejects.toThrow('ENOENT');
    throw error;
  }
}

/** Past what the manager would record. */
async function publishOn(
  { rpcUrl, contractAddress, privateKey }: Chain,
  request: PublishRequest,
): Promise<void> {
  const registry = await openEthereumRegistry({
    ...{ rpcUrl: rpcUrl!, contractAddress: contractAddress!, privateKey },
  });
  onTestFinished(() => registry.close());
  await registry.publish(request, memoryLog());
}

describe('D24: of a mirror', () => {
  test('the home chain says how it stands, where it is configured', async () => {
    const ref = await mirrored();
    const { homeChain, homeAsOf, warnings } = await retrieve(homeToo(), ref);
    expect({ homeChain, warnings }).toEqual({ homeChain: 31337, warnings: [] });
    expect(homeAsOf).toEqual({ block: expect.any(Number), time: expect.stringMatching(/Z$/) });
    await open(home).releases.setStatus(ref, 'yanked', { reason: 'security' });
    expect((await retrieve(homeToo(), ref)).warnings).toEqual([expect.stringContaining('yanked (security)')]);
    await open(home).releases.setStatus(ref, 'revoked', { reason: 'security' });
    await expect(retrieve(homeToo(), ref)).rejects.toMatchObject({ code: 'RELEASE_REVOKED', exit: 6 });
  });

  test('and a warning says that nobody asked it, where it is not', async () => {
    const ref = await mirrored();
    await open(home).releases.setStatus(ref, 'revoked', { reason: 'security' });
    const { homeChain, homeAsOf, warnings } = await retrieve(mirror, ref);
    expect({ homeChain, homeAsOf }).toEqual({ homeChain: 31337, homeAsOf: null });
    expect(warnings).toEqual([expect.stringContaining('blockchain.otherChains')]);
  });

  test('the word of the mirror does not count against that of its home', async () => {
    const ref = await mirrored();
    await open(mirror).releases.setStatus(ref, 'revoked', { reason: 'other' });
    await expect(retrieve(mirror, ref)).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
    expect((await retrieve(homeToo(), ref)).warnings).toEqual([]);
    expect((await retrieve(mirrorToo(), ref)).homeChain).toBeNull();
  });

  test('a channel of the mirror leads nowhere while its home has the model deactivated', async () => {
    const ref = await mirrored();
    const model = ref.replace('@1', '');
    await open(mirror).releases.setChannel(model, 'stable', '1');
    expect(await retrieve(homeToo(), `${model}@stable`)).toMatchObject({ version: '1' });
    await open(home).releases.setActive(model, false);
    await expect(retrieve(homeToo(), `${model}@stable`)).rejects.toMatchObject({
      code: 'MODEL_INACTIVE',
      exit: 6,
    });
    expect(await retrieve(homeToo(), ref)).toMatchObject({ version: '1' });
  });

  test('what its home has not made final waits', async () => {
    const ref = await mirrored();
    await expect(retrieve(homeToo('finalized'), ref)).rejects.toMatchObject({ code: 'NOT_FINAL', exit: 6 });
    await chains[0]!.rpc.call('anvil_mine', ['0x80']);
    expect((await retrieve(homeToo('finalized'), ref)).homeChain).toBe(31337);
  });

  test('a home that does not know it is none, nor one that names another', async () => {
    const request = randomRequest(parseModelName(`${namespace}/handed-on`), '1', { mode: 'root' });
    await publishOn(mirror, { ...request, homeChain: 31337 });
    const refusal = (text: string) => ({
      ...{ code: 'CHAINS_DISAGREE', exit: 6 },
      message: expect.stringContaining(text),
    });
    const ref = `${request.model}@1`;
    await expect(retrieve(homeToo(), ref)).rejects.toMatchObject(refusal('has no such release'));
    await publishOn(home, { ...request, homeChain: 5 });
    await expect(retrieve(homeToo(), ref)).rejects.toMatchObject(refusal('calls chain 5 the home'));
  });
});

describe('D24: a second chain', () => {
  test('that has the same release, or none, is no objection', async () => {
    expect(await retrieve(mirrorToo(), await mirrored())).toMatchObject({
      homeChain: null,
      homeAsOf: null,
      warnings: [],
    });
    expect(await retrieve(mirrorToo(), await released())).toMatchObject({ complete: true });
  });

  test('that has another release under the version stops a fetch, and no withdrawal', async () => {
    const ref = await released();
    await publishOn(mirror, randomRequest(parseModelName(ref.replace('@1', '')), '1', { mode: 'root' }));
    const disagreement = {
      code: 'CHAINS_DISAGREE',
      exit: 6,
      message: expect.stringMatching(/manifest of .* as the configured one says, but chain 10 says/),
    };
    await expect(retrieve(mirrorToo(), ref)).rejects.toMatchObject(disagreement);
    // Who asks one chain believes one chain; and what is withdrawn can still be withdrawn.
    expect(await retrieve(home, ref)).toMatchObject({ complete: true });
    expect(await open(mirrorToo()).releases.setStatus(ref, 'revoked', { reason: 'security' })).toMatchObject({
      status: 'revoked',
    });
  });

  test('that is out of reach is not left out', async () => {
    const ref = await mirrored();
    const silenced = { ...home, otherChains: [{ ...asOther(mirror, 10), rpcUrl: 'http://127.0.0.1:9' }] };
    await expect(retrieve(silenced, ref)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
    const posing = { ...home, otherChains: [asOther(mirror, 11)] };
    await expect(retrieve(posing, ref)).rejects.toMatchObject({ code: 'CHAIN_MISMATCH', exit: 6 });
  });
});
