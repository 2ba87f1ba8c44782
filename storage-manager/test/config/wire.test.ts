import { expect, it } from 'vitest';
import { settingsOf } from '../../src/config/settings.ts';
import { openPorts } from '../../src/config/wire.ts';
import { temporaryFolder } from './folder.ts';

it('closes everything, also where one of them fails, and says what failed', async () => {
  const ports = await openPorts(settingsOf({}, await temporaryFolder()));
  const failing = { close: () => Promise.reject(new Error('stuck')) };
  Object.assign(ports.stores[0]!, failing);
  await expect(ports.close()).rejects.toThrow('stuck');
  // Opened first, so closed last.
  expect(() => ports.journal.close()).toThrow('not open');
  await ports.close();
});
