import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitModel } from '../../src/ids/reference.ts';
import { openEmbeddedRegistry } from '../../src/registries/embedded/open.ts';
import { STATUSES } from '../../src/registries/ethereum/records.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { callContract } from '../../src/testing/anvil.ts';
import { describeRegistry } from '../../src/testing/registry-suite.ts';

describeRegistry('the embedded registry', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ballast-embedded-'));
  const options = { folder: join(home, 'chain'), keyFile: join(home, 'key') };
  const registry = await openEmbeddedRegistry(options);
  const privateKey = (await readFile(options.keyFile, 'utf8')).trim();
  const opened: EthereumRegistry[] = [registry];
  const call = (name: string, args: readonly unknown[]) =>
    callContract(registry.chain, privateKey, name, args);
  return {
    registry,
    setStatus(model, version, status) {
      const { namespace, name } = splitModel(model);
      return call('setStatus', [namespace, name, version, STATUSES.indexOf(status)]);
    },
    setActive(model, active) {
      const { namespace, name } = splitModel(model);
      return call(active ? 'reactivateModel' : 'deactivateModel', [namespace, name]);
    },
    async reopen() {
      const again = await openEmbeddedRegistry(options);
      opened.push(again);
      return again;
    },
    async close() {
      for (const one of opened) await one.close();
      await rm(home, { recursive: true });
    },
  };
});
