/** Rows of the journal: which runs leave one, and what the next run says of it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import type { BallastEvent } from '../../src/events.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseVersion } from '../../src/ids/reference.ts';
import type { PublishRequest, Registry, TransactionLog } from '../../src/interfaces.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { publish } from '../../src/verbs/publish.ts';
import { job, openWorkbench, type Workbench } from './workbench.ts';

/** Another publisher takes each version just before us, when this was signed already. */
function overtaken({ registry }: Workbench, signed: readonly string[]): Registry {
  return Object.assign(Object.create(registry), {
    quote: registry.quote.bind(registry),
    resolve: registry.resolve.bind(registry),
    model: registry.model.bind(registry),
    async publish(request: PublishRequest, log: TransactionLog) {
      await registry.publish({ ...request, manifest: digestOf(randomBytes(8)) });
      for (const each of signed) await log.append(each);
      return registry.publish(request);
    },
  });
}

test.each([
  [[], 0],
  [['0x01'], 1],
])('a refused version is over, unless something was signed for it: %j', async (signed, rows) => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), { a: 'a' });
  const wish = job(source, { version: parseVersion('1.0') });
  const refusal = publish({ ...bench, registry: overtaken(bench, signed) }, wish);
  await expect(refusal).rejects.toMatchObject({ code: 'VERSION_EXISTS' });
  expect(await bench.journal.unfinished()).toHaveLength(rows);
});

class Unreachable extends MemoryStore {
  down = false;

  override async read(...call: Parameters<MemoryStore['read']>): Promise<number[]> {
    if (!this.down) return super.read(...call);
    throw new UnavailableError('STORE_UNREACHABLE', { should: 'a', was: 'b', next: 'c' });
  }
}

test('a repair that failed stays open, and the next one says that it did not finish', async () => {
  const store = new Unreachable('memory');
  const bench = await openWorkbench([store]);
  const source = await writeTree(join(bench.folder, 'source'), { a: 'a' });
  const notes: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note' && event.level === 'info') notes.push(event.text);
  };
  await publish(bench, job(source), { onEvent });
  store.down = true;
  await expect(publish(bench, job(source), { onEvent })).rejects.toThrow();
  expect(await bench.journal.unfinished()).toHaveLength(1);
  expect(notes).toEqual([]);
  store.down = false;
  expect(await publish(bench, job(source), { onEvent })).toMatchObject({ version: '1', transactions: 0 });
  expect(notes).toEqual([
    `an earlier store of acme/tiny from ${source} did not finish; this one goes on with it`,
  ]);
  expect(await bench.journal.unfinished()).toEqual([]);
});
