import { encode } from '@ipld/dag-pb';
import { type Digest, digestOf } from '../../ids/digest.ts';
import { comparePaths } from '../../ids/path.ts';
import type { Block } from '../../interfaces.ts';
import { MAX_DIRECTORY_BYTES } from '../../limits.ts';
import type { ChunkList } from '../chunk-list.ts';
import { DIRECTORY_DATA } from './data.ts';
import { buildFile, type FileChunks, linkTo, type UnixFsLink } from './file.ts';

export type { FileChunks } from './file.ts';

/** A folder whose files are not all seen yet. */
interface OpenFolder {
  readonly name: string;
  readonly links: Map<string, UnixFsLink>;
}

/**
 * `content`: the UnixFS tree over the chunks, a pure function of paths, sizes and digests, equal to what
 * `ipfs add -r --raw-leaves --cid-version=1 --max-file-links=1024` builds of the same cuts (folders: up to the 256 KiB
 * where Kubo begins to shard).
 * @param files in byte order of path
 * @returns the root folder's digest, null when a folder outgrows one block of 1 MiB; and the nodes with the empty
 *   block where it is used, lower before upper, made anew on each walk
 */
export function buildContent(
  files: readonly FileChunks[],
  chunks: ChunkList,
): { readonly root: Digest | null; readonly blocks: Iterable<Block> } {
  const root = rootOf(buildTree(files, chunks));
  return { root, blocks: root === null ? [] : { [Symbol.iterator]: () => buildTree(files, chunks) } };
}

function rootOf(nodes: Generator<Block, Digest | null>): Digest | null {
  for (;;) {
    const { done, value } = nodes.next();
    if (done) return value;
  }
}

/** In byte order all files of a folder stand together, so only the folders above the present file are open. */
function* buildTree(files: readonly FileChunks[], chunks: ChunkList): Generator<Block, Digest | null> {
  const open: OpenFolder[] = [{ name: '', links: new Map() }];
  for (const file of files) {
    const folders = file.path.split('/');
    const name = folders.pop()!;
    const shared = sharedDepth(open, folders);
    while (open.length > shared) {
      const node = closeFolder(open);
      if (node === null) return null;
      yield node;
    }
    for (const folder of folders.slice(shared - 1)) open.push({ name: folder, links: new Map() });
    open.at(-1)!.links.set(name, yield* buildFile(file, chunks));
  }
  for (;;) {
    const node = closeFolder(open);
    if (node === null) return null;
    yield node;
    if (open.length === 0) return node.digest;
  }
}

/** How many open folders, the root among them, hold a file of `folders`. */
function sharedDepth(open: readonly OpenFolder[], folders: readonly string[]): number {
  let depth = 1;
  while (depth < open.length && open[depth]!.name === folders[depth - 1]) depth += 1;
  return depth;
}

/** Makes the node of the innermost folder and links it into the one above; null when it outgrows one block. */
function closeFolder(open: OpenFolder[]): Block | null {
  const { name, links } = open.pop()!;
  const entries = [...links].sort(([a], [b]) => comparePaths(a, b));
  const bytes = encode({
    Data: DIRECTORY_DATA,
    Links: entries.map(([Name, { cid, tsize }]) => ({ Name, Hash: cid, Tsize: tsize })),
  });
  if (bytes.byteLength > MAX_DIRECTORY_BYTES) return null;
  const block = { digest: digestOf(bytes), bytes };
  open.at(-1)?.links.set(name, linkTo(block, [...links.values()]));
  return block;
}
