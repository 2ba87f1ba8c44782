import { describe, expect, test } from 'vitest';
import { findServices } from '../../src/transport/services.ts';
import { NameServer, type Srv } from './name-server.ts';

const NAME = '_ballast._tcp.fleet.test';

async function found(records: readonly Srv[]) {
  const server = await NameServer.start();
  server.records.set(NAME, records);
  return findServices(NAME, { servers: [server.address] });
}

const at = (target: string, more: Partial<Srv> = {}): Srv => ({
  priority: 1,
  weight: 1,
  port: 8080,
  target,
  ...more,
});

describe('a service by DNS SRV', () => {
  test('is where the records say, the lowest priority first; https on port 443', async () => {
    const origins = await found([
      at('c.fleet.test', { priority: 30 }),
      at('b.fleet.test', { priority: 20, port: 443 }),
      at('a.fleet.test', { priority: 10 }),
      at('a.fleet.test', { priority: 40 }),
    ]);
    expect(origins).toEqual(['http://a.fleet.test:8080', 'https://b.fleet.test', 'http://c.fleet.test:8080']);
  });

  test('goes to the heavier of two first, nearly always', async () => {
    const firsts = await Promise.all(
      Array.from({ length: 40 }, () =>
        found([at('light.test', { weight: 0 }), at('heavy.test', { weight: 65_535 })]),
      ),
    );
    expect(firsts.filter(([first]) => first === 'http://heavy.test:8080').length).toBeGreaterThan(35);
  });

  test('is asked of 32 places at most', async () => {
    const origins = await found(Array.from({ length: 12 }, (_, i) => at(`node-${i}.test`)));
    expect(origins).toHaveLength(12);
    const many = await found(Array.from({ length: 40 }, (_, i) => at(`n${i}.t`)));
    expect(many).toHaveLength(32);
  });

  test('is nowhere where the name is not known, or its record says so', async () => {
    const server = await NameServer.start();
    expect(await findServices(NAME, { servers: [server.address] })).toEqual([]);
    expect(server.asked).toEqual([NAME]);
    expect(await found([at('.')])).toEqual([]);
  });

  test.each(['127.0.0.1', '169.254.169.254', '10.0.0.8', '2130706433', '0x7f.1', 'localhost'])(
    'A11: %s in a record is no host: only who configures may write an address',
    async (target) => {
      expect(await found([at(target), at('node.test')])).toEqual(['http://node.test:8080']);
    },
  );

  test('of a silent name server is unreachable, and the wait ends', { timeout: 10_000 }, async () => {
    const server = await NameServer.start();
    server.records.set(NAME, null);
    await expect(findServices(NAME, { servers: [server.address] })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
  });

  test('is not waited for once the call is aborted', async () => {
    const server = await NameServer.start();
    server.records.set(NAME, null);
    const stop = new AbortController();
    const finding = findServices(NAME, { servers: [server.address], signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(finding).rejects.toThrow('enough');
  });
});
