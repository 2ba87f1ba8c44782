import { splitModel } from '../../src/ids/reference.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { STATUSES } from '../../src/registries/ethereum/records.ts';
import { callContract, startTestChain } from '../../src/testing/anvil.ts';
import { describeRegistry } from '../../src/testing/registry-suite.ts';

describeRegistry('the Ethereum registry', async () => {
  const chain = await startTestChain();
  const privateKey = await chain.newKey();
  const options = { rpcUrl: chain.url, contractAddress: chain.contract, privateKey };
  const registry = await openEthereumRegistry(options);
  const reader = await openEthereumRegistry({ rpcUrl: chain.url, contractAddress: chain.contract });
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
    reopen: async () => reader,
    async close() {
      await Promise.all([registry.close(), reader.close()]);
      await chain.close();
    },
  };
});
