import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Database } from '../../src/fs/database.ts';

let file: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-database-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  file = join(folder, 'numbers.sqlite');
});

async function open(options: { waitMs?: number; signal?: AbortSignal } = {}): Promise<Database> {
  const table = 'CREATE TABLE IF NOT EXISTS numbers (number INTEGER) STRICT';
  const database = await Database.open(file, 'the numbers', (sqlite) => sqlite.exec(table), options);
  onTestFinished(() => database.close());
  return database;
}

/** As another process does in the middle of a statement. */
function hold(): { release(): void } {
  const holder = new DatabaseSync(file);
  holder.exec('BEGIN EXCLUSIVE');
  return { release: () => holder.close() };
}

test('opening, reading and writing wait for another holder while the rest of the process goes on', async () => {
  const first = await open();
  const holder = hold();
  let done = 0;
  const waiting = [
    open(),
    first.run('INSERT INTO numbers VALUES (?)', [7]),
    first.rows('SELECT number FROM numbers', []),
  ].map((call) => call.finally(() => ++done));
  for (let turns = 0; turns < 3; turns += 1) await new Promise(setImmediate);
  expect(done).toBe(0);
  holder.release();
  await Promise.all(waiting);
  expect(await first.rows('SELECT number FROM numbers', [])).toEqual([{ number: 7 }]);
});

test('an abort ends each of these waits with its reason', async () => {
  const first = await open();
  const holder = hold();
  const stop = new AbortController();
  const { signal } = stop;
  setImmediate(() => stop.abort(new Error('stopped')));
  await expect(open({ signal })).rejects.toThrow('stopped');
  await expect(first.run('INSERT INTO numbers VALUES (1)', [], { signal })).rejects.toThrow('stopped');
  await expect(first.rows('SELECT * FROM numbers', [], { signal })).rejects.toThrow('stopped');
  holder.release();
  expect(await first.run('INSERT INTO numbers VALUES (1)', [], { signal })).toBe(1);
});

test('a wait is over in the time that was given when it was opened', async () => {
  const impatient = await open({ waitMs: 50 });
  const holder = hold();
  const locked = { code: 'LOCKED', exit: 10 };
  await expect(impatient.rows('SELECT * FROM numbers', [])).rejects.toMatchObject(locked);
  await expect(impatient.run('DELETE FROM numbers', [])).rejects.toMatchObject(locked);
  await expect(open({ waitMs: 0 })).rejects.toMatchObject(locked);
  holder.release();
});
