import { expect, test } from 'vitest';
import vectors from '../../../registry-contract/vectors/status.json' with { type: 'json' };
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';
import type { ReleaseStatus } from '../../src/interfaces.ts';
import { MemoryRegistry } from '../../src/testing/memory/registry.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';

const MODEL = parseModelName('acme/tiny');
const VERSION = parseVersion('1');

/** A registry whose one release has this status: every other status is one step from the first. */
async function registryAt(status: ReleaseStatus): Promise<MemoryRegistry> {
  const registry = new MemoryRegistry();
  await registry.publish(randomRequest(MODEL, VERSION));
  if (status !== 'active') registry.setStatus(MODEL, VERSION, status);
  return registry;
}

async function statusIn(registry: MemoryRegistry): Promise<ReleaseStatus> {
  const { release } = await registry.resolve(MODEL, { kind: 'version', version: VERSION });
  return release.status;
}

test('the table has every pair of the four statuses, once', () => {
  const pairs = vectors.transitions.map(({ from, to }) => `${from} → ${to}`);
  const every = vectors.statuses.flatMap((from) => vectors.statuses.map((to) => `${from} → ${to}`));
  expect(pairs.toSorted()).toEqual(every.toSorted());
  expect(pairs).toHaveLength(16);
});

test.each(vectors.transitions)('from $from to $to: $allowed', async ({ from, to, allowed }) => {
  const [before, after] = [from.toLowerCase(), to.toLowerCase()] as ReleaseStatus[];
  const registry = await registryAt(before!);
  const change = () => registry.setStatus(MODEL, VERSION, after!);
  if (allowed) change();
  else expect(change).toThrow(expect.objectContaining({ code: 'TRANSACTION_FAILED' }));
  expect(await statusIn(registry)).toBe(allowed ? after : before);
});
