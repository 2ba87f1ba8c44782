import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { startTestChain } from '../../src/testing/nodes/anvil.ts';
import { setActive, setStatus } from '../../src/testing/nodes/contract-calls.ts';
import { describeRegistry } from '../../src/testing/suites/registry.ts';

describeRegistry('the Ethereum registry', async () => {
  const chain = await startTestChain();
  const privateKey = await chain.newKey();
  const options = { rpcUrl: chain.url, contractAddress: chain.contract, privateKey };
  const registry = await openEthereumRegistry(options);
  const reader = await openEthereumRegistry({ rpcUrl: chain.url, contractAddress: chain.contract });
  return {
    registry,
    setStatus: (model, version, status) => setStatus(registry, model, version, status),
    setActive: (model, active) => setActive(registry, model, active),
    reopen: async () => reader,
    async close() {
      await Promise.all([registry.close(), reader.close()]);
      await chain.close();
    },
  };
});
