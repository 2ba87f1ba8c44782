import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { openSources } from '../../src/config/open-sources.ts';
import type { Config } from '../../src/config/schema.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { showConfig } from '../../src/config/show.ts';

const sourcesOf = (config: Config) => settingsOf(config, '/home/me/.ballast').sources;

describe('sources of a configuration', () => {
  test('are none where nothing is said, and then nothing is opened', async () => {
    expect(sourcesOf({})).toEqual({ gateways: [], services: [], cache: null });
    const opened = await openSources(sourcesOf({}), [], (one) => one);
    expect([opened.gateways, await opened.find({}), opened.cache]).toEqual([[], [], null]);
  });

  test('come from variables with commas, the nodes of the fleet before other gateways', async () => {
    const { config, variables } = await readEnvironment(
      {
        BALLAST_GATEWAYS: 'https://a.example/, https://b.example',
        BALLAST_FLEET: 'http://10.0.0.5:8080,SRV:_ballast._tcp.example.com',
        BALLAST_CACHE_MAX_BYTES: '20000000000',
        BALLAST_CACHE_FOLDER: 'copies',
      },
      '/work',
    );
    expect(sourcesOf(config)).toEqual({
      gateways: ['http://10.0.0.5:8080', 'https://a.example/', 'https://b.example'],
      services: ['_ballast._tcp.example.com'],
      cache: { folder: '/work/copies', maxBytes: 20_000_000_000 },
    });
    expect(variables.get('cache.maxBytes')).toBe('BALLAST_CACHE_MAX_BYTES');
  });

  test('keep copies in the state folder where nothing else is said', () => {
    expect(sourcesOf({ cache: { maxBytes: 5 } }).cache).toEqual({
      folder: '/home/me/.ballast/cache',
      maxBytes: 5,
    });
    expect(sourcesOf({ cache: { folder: '/elsewhere' } }).cache).toBeNull();
  });

  test.each<[string, Config]>([
    ['gateways[0]', { gateways: ['ftp://canary@x'] }],
    ['gateways[1]', { gateways: ['https://a.example', 'https://x/?key=canary'] }],
    ['fleet[0]', { fleet: ['node-canary'] }],
    ['fleet[1]', { fleet: ['srv:_a._tcp.example.com', 'srv:canary.example.com'] }],
    ['fleet[0]', { fleet: ['srv:_canary._udp.example.com'] }],
  ])('%s of %o are refused, and not repeated', (field, config) => {
    const refused = expect(() => sourcesOf(config));
    refused.toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(field) }),
    );
    refused.not.toThrow(/canary/);
  });

  test.each(['1e9', '20GB', '-5'])('a size of %s is no whole number', async (size) => {
    await expect(readEnvironment({ BALLAST_CACHE_MAX_BYTES: size }, '/')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  test('have names of their own, and no secret in them', async () => {
    const gateways = [
      'https://u:canary@a.example/canary',
      'https://a.example',
      'http://kubo',
      'http://10.0.0.5:8080',
    ];
    const opened = await openSources(sourcesOf({ gateways }), ['local', 'kubo'], (one) => one);
    expect(opened.gateways.map(({ name }) => name)).toEqual([
      'a.example',
      'a.example 2',
      'kubo 2',
      '10.0.0.5:8080',
    ]);
  });

  test('are shown by their hosts', () => {
    const config: Config = {
      gateways: ['https://u:canary@a.example'],
      fleet: ['srv:_ballast._tcp.example.com'],
    };
    const loaded = {
      home: '/h',
      config,
      origins: new Map([
        ['gateways', 'x'],
        ['fleet', 'x'],
      ]),
    };
    const shown = showConfig(loaded, settingsOf(config, '/h'));
    expect(shown.filter(({ origin }) => origin === 'x').map(({ value }) => value)).toEqual([
      ['https://a.example/…'],
      ['srv:_ballast._tcp.example.com'],
    ]);
  });
});
