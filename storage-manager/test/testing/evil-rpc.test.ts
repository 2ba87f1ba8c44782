import { expect, onTestFinished, test } from 'vitest';
import { openEvilRpc } from '../../src/testing/faults/evil-rpc.ts';
import { noStrayRejections } from '../../src/testing/oracle/rejections.ts';

test('a node that is gone is a reset to whoever asks, and no error of the proxy', async () => {
  const stray = noStrayRejections();
  const evil = await openEvilRpc('http://127.0.0.1:1', () => false);
  onTestFinished(() => evil.close());
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
  await expect(fetch(evil.url, { method: 'POST', body })).rejects.toThrow('fetch failed');
  expect(evil.calls).toEqual({ eth_chainId: 1 });
  expect(await stray()).toEqual([]);
});
