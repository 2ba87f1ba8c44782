import { encode } from '@ipld/dag-pb';
import type { CID } from 'multiformats/cid';
import { cidOf, DAG_PB, RAW } from '../../ids/cid.ts';
import { digestOf } from '../../ids/digest.ts';
import type { SafePath } from '../../ids/path.ts';
import type { Block } from '../../interfaces.ts';
import { UNIXFS_FILE_LINKS } from '../../limits.ts';
import type { ChunkList } from '../chunk-list.ts';
import { fileData } from './data.ts';
import { leavesNode } from './leaves.ts';

/** A file as UnixFS sees it: chunks number `first` to before `first + count` of the release. */
export interface FileChunks {
  readonly path: SafePath;
  readonly size: number;
  readonly first: number;
  readonly count: number;
}

/** A block of a UnixFS tree as its parent links to it. */
export interface UnixFsLink {
  readonly cid: CID;
  /** Bytes of the file below it. */
  readonly bytes: number;
  /** Bytes of its block and of all blocks below it, each as often as it is linked. */
  readonly tsize: number;
}

/** The block of a file without bytes. */
export const EMPTY_BLOCK: Block = { digest: digestOf(new Uint8Array()), bytes: new Uint8Array() };

/**
 * The nodes above a file's chunks, lower before upper, and at last the link to the file: its one chunk, the empty
 * block, or the root of a balanced tree of 1,024 links a node. Holds one link a thousand chunks.
 */
export function* buildFile(file: FileChunks, chunks: ChunkList): Generator<Block, UnixFsLink> {
  if (file.count === 0) {
    yield EMPTY_BLOCK;
    return { cid: cidOf(EMPTY_BLOCK.digest, RAW), bytes: 0, tsize: 0 };
  }
  if (file.count === 1) {
    const size = chunks.sizeAt(file.first);
    return { cid: cidOf(chunks.digestAt(file.first), RAW), bytes: size, tsize: size };
  }
  let level: UnixFsLink[] = [];
  const end = file.first + file.count;
  for (let first = file.first; first < end; first += UNIXFS_FILE_LINKS) {
    const { block, bytes } = leavesNode(chunks, first, Math.min(UNIXFS_FILE_LINKS, end - first));
    yield block;
    level.push({ cid: cidOf(block.digest, DAG_PB), bytes, tsize: bytes + block.bytes.byteLength });
  }
  while (level.length > 1) {
    const above: UnixFsLink[] = [];
    for (let first = 0; first < level.length; first += UNIXFS_FILE_LINKS) {
      const { block, link } = fileNode(level.slice(first, first + UNIXFS_FILE_LINKS));
      yield block;
      above.push(link);
    }
    level = above;
  }
  return level[0]!;
}

function fileNode(links: readonly UnixFsLink[]): { readonly block: Block; readonly link: UnixFsLink } {
  const bytes = encode({
    Data: fileData(links.map((link) => link.bytes)),
    Links: links.map(({ cid, tsize }) => ({ Name: '', Hash: cid, Tsize: tsize })),
  });
  const block = { digest: digestOf(bytes), bytes };
  return { block, link: linkTo(block, links) };
}

/** The link to a dag-pb node above `links`. */
export function linkTo(block: Block, links: readonly UnixFsLink[]): UnixFsLink {
  return {
    cid: cidOf(block.digest, DAG_PB),
    bytes: links.reduce((sum, link) => sum + link.bytes, 0),
    tsize: links.reduce((sum, link) => sum + link.tsize, block.bytes.byteLength),
  };
}
