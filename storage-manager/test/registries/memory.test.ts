import { MemoryRegistry } from '../../src/testing/memory/registry.ts';
import { describeRegistry } from '../../src/testing/suites/registry.ts';

describeRegistry('the memory registry', async () => {
  const registry = new MemoryRegistry();
  return {
    registry,
    setStatus: async (model, version, status) => registry.setStatus(model, version, status),
    setActive: async (model, active) => registry.setActive(model, active),
    reopen: async () => registry,
    close: async () => undefined,
  };
});
