import { expect, it } from 'vitest';
import { settingsOf } from '../../src/config/settings.ts';
import { openCarriers, openPorts } from '../../src/config/wire.ts';
import { temporaryFolder } from './folder.ts';

it('closes everything, also where one of them fails, and says what failed', async () => {
  const settings = settingsOf({}, await temporaryFolder());
  const carriers = await openCarriers(settings);
  const ports = await openPorts(settings, carriers);
  Object.assign(ports.registry, { close: () => Promise.reject(new Error('stuck')) });
  await expect(ports.close()).rejects.toThrow('stuck');
  // Opened first, so closed last.
  expect(() => ports.journal.close()).toThrow('not open');
  await ports.close();
  await carriers.close();
});
