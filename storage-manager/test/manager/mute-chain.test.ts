import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ModelStorageManager } from '../../src/manager.ts';
import { freshManager } from './home.ts';

/** Far below the 10 s that an answer may take, far above what an end at once takes. */
const AT_ONCE_MS = 3_000;

it('ends a wait for a chain that never answers at once, by the signal of one call or by close', async () => {
  const { folder } = await freshManager();
  const asked = Promise.withResolvers<void>();
  const mute = createServer((socket) => void socket.once('data', () => asked.resolve()).resume());
  await new Promise<void>((listening) => mute.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void mute.close());
  const { port } = mute.address() as AddressInfo;
  const blockchain = { rpcUrl: `http://127.0.0.1:${port}`, contractAddress: `0x${'12'.repeat(20)}` };
  const storage = new ModelStorageManager({ home: join(folder, 'mute'), blockchain });
  const stop = new AbortController();
  const stopped = expect(storage.listModels({ signal: stop.signal })).rejects.toThrow('stopped');
  const closed = expect(storage.listModels()).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await asked.promise;
  const begun = performance.now();
  stop.abort(new Error('stopped'));
  await stopped;
  await storage.close();
  await closed;
  expect(performance.now() - begun).toBeLessThan(AT_ONCE_MS);
});
