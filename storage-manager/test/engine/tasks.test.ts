import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Tasks } from '../../src/engine/tasks.ts';

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-tasks-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'tasks.sqlite');
  const tasks = await Tasks.open(file);
  onTestFinished(() => tasks.close());
  /** As rot on the disk leaves it, of which SQLite takes no notice within a text. */
  const damage = (column: string, text: string) => {
    const other = new DatabaseSync(file);
    other.prepare(`UPDATE tasks SET ${column} = ?`).run(text);
    other.close();
  };
  return { tasks, damage };
}

test('a task keeps its salt and its transactions until it is finished', async () => {
  const { tasks } = await open();
  const begun = await tasks.begin(['a', 'b']);
  await begun.log.append('0xaa');
  const again = await tasks.begin(['a', 'b']);
  expect([again.salt, await again.log.all()]).toEqual([begun.salt, ['0xaa']]);
  expect(await tasks.unfinished()).toEqual([['a', 'b']]);
  await again.finish();
  expect(await tasks.unfinished()).toEqual([]);
  const anew = await tasks.begin(['a', 'b']);
  expect(anew.salt).not.toBe(begun.salt);
  expect(await anew.log.all()).toEqual([]);
});

test('a damaged salt or key is told as damage', async () => {
  const { tasks, damage } = await open();
  const corrupt = { code: 'STORE_CORRUPT', exit: 4 };
  await tasks.begin(['a']);
  damage('salt', 'AB');
  await expect(tasks.begin(['a'])).rejects.toMatchObject(corrupt);
  for (const key of ['["a"', '7']) {
    damage('key', key);
    await expect(tasks.unfinished()).rejects.toMatchObject(corrupt);
  }
});
