import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { showConfig } from '../../src/config/show.ts';
import { ADDRESS, KEY } from './folder.ts';

const rpcUrl = 'https://user:pass@mainnet.example/v3/secret-path?key=secret-query';

describe('defaults', () => {
  it('are the private chain, the local store, and bare names of my own', () => {
    expect(settingsOf({}, '/h')).toMatchObject({
      chain: null,
      stores: ['local'],
      namespace: 'local',
      home: '/h',
    });
  });

  it('add Kubo where anything names it', () => {
    expect(settingsOf({ ipfs: {} }, '/h')).toMatchObject({
      stores: ['local', 'kubo'],
      kubo: { api: 'http://localhost:5001', gateway: null },
    });
    expect(settingsOf({ stores: ['kubo'] }, '/h').kubo.api).toBe('http://localhost:5001');
  });

  it('of a chain: no namespace, one confirmation, finality by the chain', () => {
    const settings = settingsOf(
      { blockchain: { rpcUrl, contractAddress: ADDRESS, privateKey: KEY.slice(2) } },
      '/h',
    );
    expect(settings.namespace).toBeUndefined();
    expect(settings.chain).toEqual({
      rpcUrl: [rpcUrl],
      quorum: null,
      maxHeadAgeMinutes: null,
      contractAddress: ADDRESS,
      privateKey: KEY,
      keystore: null,
      chainId: null,
      confirmations: 1,
      finality: 'auto',
      otherChains: [],
    });
  });
});

describe('refused', () => {
  const chain = { rpcUrl, contractAddress: ADDRESS };
  const other = { chainId: 10, rpcUrl };
  it.each<[string, Config, string]>([
    [
      'a placeholder key',
      { blockchain: { ...chain, privateKey: 'YOUR_PRIVATE_KEY' } },
      'blockchain.privateKey',
    ],
    ['the seed placeholder', { blockchain: { ...chain, privateKey: 'your_private_key' } }, 'placeholder'],
    [
      'a placeholder address',
      { blockchain: { ...chain, contractAddress: 'YOUR_CONTRACT_ADDRESS' } },
      'placeholder',
    ],
    ['a chain without address', { blockchain: { rpcUrl } }, 'blockchain.contractAddress is not configured'],
    [
      'a chain without node',
      { blockchain: { contractAddress: ADDRESS } },
      'blockchain.rpcUrl is not configured',
    ],
    ['a key alone', { blockchain: { privateKey: KEY } }, 'blockchain.rpcUrl is not configured'],
    ['a short key', { blockchain: { ...chain, privateKey: 'abc123' } }, '64 hex digits'],
    ['a key of zeroes', { blockchain: { ...chain, privateKey: '0'.repeat(64) } }, 'secp256k1'],
    ['a key beyond the curve', { blockchain: { ...chain, privateKey: `0x${'f'.repeat(64)}` } }, 'secp256k1'],
    ['no address', { blockchain: { ...chain, contractAddress: '0x12' } }, '40 hex digits'],
    [
      'another chain twice',
      { blockchain: { ...chain, otherChains: [other, other] } },
      'blockchain.otherChains must be chains that differ',
    ],
    [
      'the configured chain as another',
      { blockchain: { ...chain, chainId: 10, otherChains: [other] } },
      'blockchain.otherChains must be chains that differ',
    ],
    [
      'another chain without URL',
      { blockchain: { ...chain, otherChains: [{ ...other, rpcUrl: 'mainnet.example' }] } },
      'blockchain.otherChains.rpcUrl must be an http or https URL',
    ],
    ['no URL', { blockchain: { ...chain, rpcUrl: 'localhost:8545' } }, 'http or https URL'],
    ['a gateway of another scheme', { ipfs: { gateway: 'ftp://x' } }, 'ipfs.gateway'],
  ])('%s', (_, config, told) => {
    expect(() => settingsOf(config, '/h')).toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(told) }),
    );
  });

  it('without the value, which may be a secret in the wrong field', () => {
    const misplaced = 'f00dfeed'.repeat(8);
    try {
      settingsOf({ blockchain: { ...chain, contractAddress: misplaced } }, '/h');
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('f00dfeed');
    }
  });
});

it('reads other chains, each at the same address unless it says another', () => {
  const elsewhere = `0x${'5e'.repeat(20)}`;
  const otherChains = [
    { chainId: 10, rpcUrl },
    { chainId: 8453, rpcUrl, contractAddress: elsewhere, finality: 'safe' as const },
  ];
  const { chain } = settingsOf(
    { blockchain: { rpcUrl, contractAddress: ADDRESS, privateKey: KEY, otherChains } },
    '/h',
  );
  expect(chain?.otherChains).toMatchObject([
    { chainId: 10, contractAddress: ADDRESS, privateKey: null, finality: 'auto' },
    { chainId: 8453, contractAddress: elsewhere, privateKey: null, finality: 'safe' },
  ]);
});

it('shows every field with its origin, and no secret', () => {
  const config: Config = {
    blockchain: {
      ...{ rpcUrl, contractAddress: ADDRESS, privateKey: KEY },
      otherChains: [{ chainId: 10, rpcUrl }],
    },
    stores: ['local'],
  };
  const origins = new Map([
    ['blockchain.rpcUrl', 'ETH_NODE_URL'],
    ['blockchain.contractAddress', 'CONTRACT_ADDRESS'],
    ['blockchain.privateKey', 'PRIVATE_KEY'],
    ['blockchain.otherChains', '/x/config.json'],
    ['stores', '/x/config.json'],
  ]);
  const fields = showConfig({ home: '/h', config, origins }, settingsOf(config, '/h'));
  expect(fields).toContainEqual({
    field: 'blockchain.rpcUrl',
    value: 'https://mainnet.example/…',
    origin: 'ETH_NODE_URL',
  });
  expect(fields).toContainEqual({
    field: 'blockchain.privateKey',
    value: '(set, not shown)',
    origin: 'PRIVATE_KEY',
  });
  expect(fields).toContainEqual({ field: 'blockchain.confirmations', value: 1, origin: 'default' });
  expect(fields).toContainEqual({
    field: 'blockchain.otherChains',
    value: ['10: https://mainnet.example/…'],
    origin: '/x/config.json',
  });
  expect(fields).toContainEqual({ field: 'stores', value: ['local'], origin: '/x/config.json' });
  for (const secret of ['abab', 'secret', 'user', ':pass'])
    expect(JSON.stringify(fields)).not.toContain(secret);
});
