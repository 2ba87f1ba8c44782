import { expect, onTestFinished, test } from 'vitest';
import { openEvilRpc } from '../../src/testing/faults/evil-rpc.ts';
import { noStrayRejections } from '../../src/testing/oracle/rejections.ts';
import { HttpJsonRpc } from '../../src/transport/json-rpc.ts';

test('a node that is gone is a reset to whoever asks, and no error of the proxy', async () => {
  const stray = noStrayRejections();
  const evil = await openEvilRpc('http://127.0.0.1:1', () => false);
  const rpc = new HttpJsonRpc(evil.url);
  onTestFinished(async () => {
    await rpc.close();
    await evil.close();
  });
  await expect(rpc.call('eth_chainId', [])).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  expect(await stray()).toEqual([]);
});
