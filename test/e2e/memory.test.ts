import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Ballast, finish, temporaryFolder } from './ballast.ts';
import type { Stored } from './documents.ts';

const MODEL_BYTES = 1_000_000_000;
const LIMIT_BYTES = 256 << 20;

/** Processes that serve ours and are not ours: the chain and IPFS. */
const OTHERS = ['anvil', 'ipfs'];

/** Resident bytes of a process and all its children, but for the chain and IPFS. */
async function residentBytes(root: number): Promise<number> {
  const parents = new Map<number, { parent: number; name: string; resident: number }>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const match = /^\d+ \((.*)\) \S (\d+) (?:\S+ ){19}(\d+)/s.exec(stat);
    if (match !== null) {
      parents.set(Number(entry), {
        name: match[1]!,
        parent: Number(match[2]),
        resident: Number(match[3]) * 4096,
      });
    }
  }
  const belongs = (pid: number): boolean =>
    pid === root || (parents.has(pid) && belongs(parents.get(pid)!.parent));
  let sum = 0;
  for (const [pid, { name, resident }] of parents)
    if (belongs(pid) && !OTHERS.includes(name)) sum += resident;
  return sum;
}

async function peakOf(ballast: Ballast, ...args: string[]): Promise<{ peak: number; seconds: number }> {
  const start = performance.now();
  const child = ballast.start(...args);
  const ended = finish(child);
  let peak = 0;
  const poll = setInterval(async () => {
    peak = Math.max(peak, await residentBytes(child.pid!));
  }, 50);
  const { code, stderr } = await ended;
  clearInterval(poll);
  expect(code, stderr).toBe(0);
  return { peak, seconds: (performance.now() - start) / 1000 };
}

async function writeModel(path: string): Promise<void> {
  const tensor = MODEL_BYTES / 50;
  const header: Record<string, unknown> = {};
  for (let index = 0; index < 50; index += 1) {
    header[`layer.${index}`] = {
      dtype: 'U8',
      shape: [tensor],
      data_offsets: [index * tensor, (index + 1) * tensor],
    };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  const out = createWriteStream(path);
  out.write(Buffer.concat([length, text]));
  for (let index = 0; index < 50; index += 1) {
    if (!out.write(randomFillSync(Buffer.alloc(tensor)))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

test('store and retrieve of 1 GB stay within 256 MiB, the whole process tree', async () => {
  const folder = await temporaryFolder('memory');
  const model = join(folder, 'model.safetensors');
  await writeModel(model);
  const ballast = new Ballast(folder);
  const store = await peakOf(ballast, 'store', model, 'big');
  const retrieve = await peakOf(ballast, 'retrieve', 'big', join(folder, 'out'));
  const start = performance.now();
  execFileSync('cp', [model, join(folder, 'copy')]);
  const copy = (performance.now() - start) / 1000;
  const line = (name: string, { peak, seconds }: { peak: number; seconds: number }) =>
    `${name}: ${(peak / 2 ** 20).toFixed(0)} MiB resident at most, ${seconds.toFixed(2)} s (cp: ${copy.toFixed(2)} s)`;
  console.log(`${line('store 1 GB', store)}\n${line('retrieve 1 GB', retrieve)}`);
  execFileSync('cmp', [model, join(folder, 'out/model.safetensors')]);
  expect(store.peak).toBeGreaterThan(30 << 20);
  expect(store.peak).toBeLessThanOrEqual(LIMIT_BYTES);
  expect(retrieve.peak).toBeLessThanOrEqual(LIMIT_BYTES);
  expect((await ballast.json<Stored>(0, 'store', model, 'big')).newChunks).toBe(0);
}, 300_000);
