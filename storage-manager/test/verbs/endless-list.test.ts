/** Lists that a lying registry never ends. */
import { expect, test } from 'vitest';
import { parseModelName } from '../../src/ids/reference.ts';
import type { ModelRecord, RegistryReader, Release } from '../../src/interfaces.ts';
import { list } from '../../src/verbs/inspect.ts';
import { openWorkbench } from './workbench.ts';

const record: ModelRecord = {
  model: parseModelName('acme/tiny'),
  active: true,
  versionCount: 1,
  channels: [],
};

async function* endless<T>(row: T): AsyncIterable<T> {
  for (;;) yield row;
}

async function* none<T>(): AsyncIterable<T> {}

test.each<[string, boolean, Pick<RegistryReader, 'list' | 'history'>]>([
  ['models without a release', false, { list: () => endless(record), history: () => none() }],
  ['releases of a model', false, { list: () => endless(record), history: () => endless({} as Release) }],
  ['releases', true, { list: () => endless(record), history: () => endless({} as Release) }],
])('D10: of %s end', async (_, all, lies) => {
  const ports = await openWorkbench();
  const lying = { ...ports, registry: Object.assign(Object.create(ports.registry), lies) };
  await expect(Array.fromAsync(list(lying, { all }))).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    exit: 7,
  });
});
