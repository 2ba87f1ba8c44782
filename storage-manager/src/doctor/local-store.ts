import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSystemError } from '../fs/errors.ts';
import { type Digest, digestOf, parseDigest } from '../ids/digest.ts';
import { MAX_STORED_CHUNK_BYTES, MiB } from '../limits.ts';
import { blockCorrupt } from '../stores/block-errors.ts';
import { recognise } from '../stores/disk/format.ts';
import { Layout } from '../stores/disk/layout.ts';
import { readPackTable } from '../stores/disk/pack-file.ts';
import { DiskStore } from '../stores/disk/store.ts';
import { randomSample } from '../verbs/reading/random-sample.ts';
import { type Check, check, type Finding, lateDisk, ok, skip, warn } from './check.ts';
import { releasesFinding } from './local-releases.ts';
import { sizeText } from './size-text.ts';

/** A look, not an audit: that is what `verify` is for. */
const SAMPLE = 16;

/** A root is called by the digest of its manifest. */
const ROOT = /^[0-9a-f]{64}$/;

/** The store of this machine: its format, what it holds, some of its blocks, what killed commands have left. */
export async function checkLocalStore(folder: string, signal?: AbortSignal): Promise<Check[]> {
  const layout = new Layout(folder);
  return [
    await check('local store', { signal, late: lateDisk(folder) }, async (stop) =>
      (await recognise(layout)) ? storeFinding(layout, stop) : skip('none yet: the first store makes it'),
    ),
  ];
}

async function storeFinding(layout: Layout, signal: AbortSignal): Promise<Finding> {
  const digests = new Set<Digest>();
  for (const number of await layout.packNumbers())
    for (const { digest } of await readPackTable(layout, number)) digests.add(digest);
  const { roots, left } = await contents(layout);
  const store = new DiskStore(layout, {});
  try {
    const into = new Uint8Array(MAX_STORED_CHUNK_BYTES);
    const held = [...digests];
    for (const place of randomSample(SAMPLE, held.length)) {
      const digest = held[place] as Digest;
      const [length] = await store.read([digest], [into], { signal });
      const actual = digestOf(into.subarray(0, length));
      if (actual !== digest) throw blockCorrupt(store.name, digest, `it reads back as ${actual}`);
    }
    const broken = await releasesFinding(store, roots, signal);
    if (broken !== null) return broken;
  } finally {
    await store.close();
  }
  const sampled = Math.min(SAMPLE, digests.size);
  const detail = `releases: ${roots.length}, blocks: ${digests.size}, of which ${sampled} were read back and are right`;
  if (roots.length === 0 && digests.size > 0)
    return warn(
      `${detail}; no root says which release they belong to`,
      'run `ballast verify` for each of `ballast list`, and store their files again, which makes the roots; while a first store runs, nothing',
    );
  if (left < MiB) return ok(detail);
  return warn(
    `${detail}; ${sizeText(left)} not sealed`,
    'nothing, while a store runs; what a killed one has left the next one deletes',
  );
}

/** Releases that are protected, and bytes of packs that are not sealed. */
async function contents(layout: Layout): Promise<{ roots: readonly Digest[]; left: number }> {
  try {
    let left = 0;
    for (const name of await readdir(layout.tmp)) {
      const file = join(layout.tmp, name);
      if (existsSync(file)) left += (await stat(file)).size;
    }
    const names = await readdir(layout.roots);
    return { roots: names.filter((name) => ROOT.test(name)).map(parseDigest), left };
  } catch (error) {
    throw fileSystemError(error, layout.folder);
  }
}
