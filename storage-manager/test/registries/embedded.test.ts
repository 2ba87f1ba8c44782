import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedRegistry } from '../../src/registries/embedded/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { setActive, setStatus } from '../../src/testing/nodes/contract-calls.ts';
import { describeRegistry } from '../../src/testing/suites/registry.ts';

describeRegistry('the embedded registry', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ballast-embedded-'));
  const options = { folder: join(home, 'chain'), keyFile: join(home, 'key') };
  const registry = await openEmbeddedRegistry(options);
  const opened: EthereumRegistry[] = [registry];
  return {
    registry,
    setStatus: (model, version, status) => setStatus(registry, model, version, status),
    setActive: (model, active) => setActive(registry, model, active),
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
