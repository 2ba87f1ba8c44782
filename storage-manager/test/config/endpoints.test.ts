/** Several RPC endpoints of one chain: how they are named, and what of them is shown. */
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { showConfig } from '../../src/config/show.ts';
import { ADDRESS, temporaryFolder } from './folder.ts';

const [one, two, three] = ['a', 'b', 'c'].map((name) => `https://${name}.example/v3/secret-${name}`);
const chainOf = (more: Config['blockchain']) =>
  settingsOf({ blockchain: { contractAddress: ADDRESS, ...more } }, '/h').chain;

it('come from the variable with commas between them', async () => {
  const cwd = await temporaryFolder();
  const env = { BALLAST_HOME: cwd, ETH_NODE_URL: ` ${one}, ${two},${three},`, CONTRACT_ADDRESS: ADDRESS };
  const { home, config } = await loadConfig({ cwd, env });
  expect(settingsOf(config, home).chain?.rpcUrl).toEqual([one, two, three]);
});

it('come from a list, for other chains too', () => {
  const chain = chainOf({
    rpcUrl: [one!, two!, three!],
    quorum: 3,
    maxHeadAgeMinutes: 60,
    otherChains: [{ chainId: 10, rpcUrl: [two!, three!], quorum: 1 }],
  });
  expect(chain).toMatchObject({ rpcUrl: [one, two, three], quorum: 3, maxHeadAgeMinutes: 60 });
  expect(chain?.otherChains).toMatchObject([{ rpcUrl: [two, three], quorum: 1, maxHeadAgeMinutes: null }]);
});

describe('refused', () => {
  it.each<[string, Config['blockchain'], string]>([
    ['one named twice, with another end', { rpcUrl: [one!, `${one}/`] }, 'must be different URLs'],
    ...[one!.replace('a.example', 'A.Example:443'), `${one}#2`].map(
      (again): [string, Config['blockchain'], string] => [
        `one named twice, as ${again}`,
        { rpcUrl: [one!, again, two!] },
        'must be different URLs',
      ],
    ),
    [
      'more that must agree than there are',
      { rpcUrl: [one!, two!], quorum: 3 },
      'at most the number of RPCs',
    ],
    ['two that must agree where there is one', { rpcUrl: one!, quorum: 2 }, 'at most the number of RPCs'],
    ['no URL among them', { rpcUrl: [one!, 'b.example'] }, 'http or https URL'],
    ['a placeholder among them', { rpcUrl: [one!, 'YOUR_RPC_URL'] }, 'the placeholder YOUR_RPC_URL'],
  ])('%s', (_, blockchain, told) => {
    expect(() => chainOf(blockchain)).toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(told) }),
    );
  });

  it.each([[[]], [Array(11).fill(one)], ['']])('a list of none, of too many, and an empty one', (rpcUrl) => {
    expect(configSchema.safeParse({ blockchain: { rpcUrl } }).success).toBe(false);
  });
});

it('are shown by their hosts', () => {
  const config = {
    blockchain: {
      rpcUrl: [one!, two!],
      contractAddress: ADDRESS,
      otherChains: [{ chainId: 10, rpcUrl: [two!, three!] }],
    },
  };
  const origins = new Map([
    ['blockchain.rpcUrl', '/x/config.json'],
    ['blockchain.otherChains', '/x/config.json'],
  ]);
  const fields = showConfig({ home: '/h', config, origins }, settingsOf(config, '/h'));
  const values = new Map(fields.map(({ field, value }) => [field, value]));
  expect(values.get('blockchain.rpcUrl')).toEqual(['https://a.example/…', 'https://b.example/…']);
  expect(values.get('blockchain.otherChains')).toEqual(['10: https://b.example/…, https://c.example/…']);
  expect(JSON.stringify(fields)).not.toContain('secret');
});
