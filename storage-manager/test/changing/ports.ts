import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { settingsOf } from '../../src/config/settings.ts';
import { openCarriers, openPorts } from '../../src/config/wire.ts';
import { type ModelName, parseModelName } from '../../src/ids/reference.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import type { TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';

/** What changes work with, for an account of its own on a real EVM, with a state folder of its own. */
export async function openAccount(chain: TestChain, key?: string) {
  const home = await mkdtemp(join(tmpdir(), 'ballast-changing-'));
  const privateKey = key ?? (await chain.newKey());
  const blockchain = { rpcUrl: chain.url, contractAddress: chain.contract, privateKey };
  const settings = settingsOf({ blockchain }, home);
  const carriers = await openCarriers(settings);
  const ports = await openPorts(settings, carriers);
  onTestFinished(async () => {
    await ports.close();
    await carriers.close();
    await rm(home, { recursive: true, force: true });
  });
  return { ports, address: ports.actions.address!, privateKey, home };
}

type Ports = Awaited<ReturnType<typeof openAccount>>['ports'];

/** Releases of a new model in the account's own namespace. */
export async function publishVersions(ports: Ports, name: string, ...versions: string[]): Promise<ModelName> {
  const model = parseModelName(`${ports.actions.address}/${name}`);
  for (const version of versions) {
    await ports.registry.publish(randomRequest(model, version, { mode: 'root' }), memoryLog());
  }
  return model;
}
