/** config.template.json fits the schema of the configuration, names every field, and is refused until it is edited. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configSchema, FIELDS, fieldValue } from '../../storage-manager/src/config/schema.ts';
import { settingsOf } from '../../storage-manager/src/config/settings.ts';
import { root } from './source-tree.ts';

const template = JSON.parse(readFileSync(join(root, 'config.template.json'), 'utf8'));

it('fits the schema', () => {
  expect(configSchema.parse(template)).toEqual(template);
});

it('names every field but those that stand in place of others or would refuse what the template itself fetches', () => {
  const missing = FIELDS.filter((field) => fieldValue(template, field) === undefined);
  expect(missing).toEqual([
    'blockchain.quorum',
    'blockchain.keystore',
    'blockchain.passwordFile',
    'blockchain.maxHeadAgeMinutes',
    'trust.require',
    'cache.folder',
  ]);
});

it("holds the seed's own values", () => {
  expect(template).toMatchObject({
    ipfs: { host: 'localhost', port: 5001, protocol: 'http' },
    blockchain: {
      rpcUrl: 'http://localhost:8545',
      privateKey: 'YOUR_PRIVATE_KEY',
      contractAddress: 'YOUR_CONTRACT_ADDRESS',
    },
  });
});

it('is refused until its placeholders are replaced', () => {
  expect(() => settingsOf(template, '/home')).toThrow(
    /blockchain\.privateKey .* placeholder YOUR_PRIVATE_KEY/,
  );
});
