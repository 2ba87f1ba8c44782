import { decode } from '@ipld/dag-pb';
import type { CID } from 'multiformats/cid';
import { CorruptError, PolicyError } from '../../errors.ts';
import { blockOfCid, type NamedBlock } from '../../ids/cid.ts';
import {
  readUnixFsData,
  UNIXFS_DIRECTORY,
  UNIXFS_FILE,
  UNIXFS_RAW,
  UNIXFS_SHARD,
  type UnixFsData,
} from './read-data.ts';
import type { Wrapping } from './wrapping.ts';

/** A link to a block of a UnixFS tree. */
export interface Child extends NamedBlock {
  /** Bytes of all blocks below it, as the parent says; null where it does not. */
  readonly tsize: number | null;
}

export interface Entry extends Child {
  readonly name: string;
}

export interface FolderNode {
  /** A shard is a piece of a folder that has too many entries for one block; one without a name leads to more. */
  readonly kind: 'folder' | 'shard';
  readonly entries: readonly Entry[];
}

export type FileNode =
  | { readonly kind: 'leaf'; readonly size: number; readonly wrapping: Wrapping }
  | { readonly kind: 'file'; readonly size: number; readonly parts: readonly Part[] };

export interface Part extends Child {
  /** Bytes of the file below it. */
  readonly size: number;
}

export type UnixFsNode = FolderNode | FileNode;

export function isFolder(node: UnixFsNode): node is FolderNode {
  return node.kind === 'folder' || node.kind === 'shard';
}

/** A digit of base 16 for each four bits of the place in a shard, before the name. */
const SHARD_PREFIX = /^[0-9A-F]+$/;

/**
 * Reads a proven dag-pb block as UnixFS: directories, sharded ones too, and files of any shape.
 * @param what names the block, for errors
 * @throws CorruptError `CONTENT_CORRUPT`; PolicyError `CONTENT_UNSUPPORTED` for symlinks and other things that no model
 *   needs
 */
export function readUnixFsNode(block: Uint8Array, what: string): UnixFsNode {
  const { data, links } = decodeNode(block, what);
  const children = links.map((link) => childOf(link, what));
  if (data.type === UNIXFS_DIRECTORY) return { kind: 'folder', entries: children };
  if (data.type === UNIXFS_SHARD) return { kind: 'shard', entries: shardEntries(data, children, what) };
  if (data.type !== UNIXFS_FILE && data.type !== UNIXFS_RAW)
    throw contentUnsupported(
      what,
      data.type === 4 ? 'it is a symbolic link' : `it is of the UnixFS type ${data.type}`,
    );
  if (links.length === 0) return leafOf(block, data, what);
  return { kind: 'file', ...partsOf(data, children, what) };
}

interface Link {
  readonly Hash: CID;
  readonly Name?: string;
  readonly Tsize?: number;
}

function decodeNode(block: Uint8Array, what: string): { data: UnixFsData; links: readonly Link[] } {
  try {
    const { Data, Links } = decode(block);
    const data = Data === undefined ? null : readUnixFsData(Data);
    if (data !== null) return { data, links: Links };
  } catch (cause) {
    throw contentCorrupt(what, 'be a dag-pb node', 'it could not be decoded', cause);
  }
  throw contentCorrupt(what, 'be a UnixFS node', 'it carries no UnixFS message that makes sense');
}

function childOf({ Hash, Name = '', Tsize }: Link, what: string): Entry {
  const block = blockOfCid(Hash);
  if (block === null)
    throw contentUnsupported(what, `it links to ${Hash}, which is not of raw or dag-pb with SHA-256`);
  if (Tsize !== undefined && !Number.isSafeInteger(Tsize))
    throw contentCorrupt(what, 'give the sizes of its links', `one is ${Tsize}`);
  return { ...block, name: Name, tsize: Tsize ?? null };
}

function leafOf(block: Uint8Array, { data, fileSize, blockSizes }: UnixFsData, what: string): UnixFsNode {
  const size = data?.byteLength ?? 0;
  if ((fileSize ?? size) !== size || blockSizes.length > 0)
    throw contentCorrupt(what, `be a file of ${fileSize} bytes`, `it has ${size} and no links`);
  const start = data === null ? block.byteLength : data.byteOffset - block.byteOffset;
  // Copies: the block itself is read again when it is needed.
  const wrapping = { before: block.slice(0, start), after: block.slice(start + size) };
  return { kind: 'leaf', size, wrapping };
}

function partsOf({ data, fileSize, blockSizes }: UnixFsData, children: readonly Child[], what: string) {
  if (data !== null && data.byteLength > 0)
    throw contentUnsupported(what, 'it carries bytes of the file beside its links');
  if (blockSizes.length !== children.length)
    throw contentCorrupt(
      what,
      `give the size of each of its ${children.length} links`,
      `it gives ${blockSizes.length}`,
    );
  if (blockSizes.includes(0)) throw contentCorrupt(what, 'link to bytes of the file', 'one link has none');
  const size = blockSizes.reduce((sum, bytes) => sum + bytes, 0);
  if (size !== fileSize || !Number.isSafeInteger(size))
    throw contentCorrupt(what, `be ${fileSize} bytes of a file`, `its links have ${size}`);
  return { size, parts: children.map((child, index) => ({ ...child, size: blockSizes[index]! })) };
}

function shardEntries({ fanout }: UnixFsData, children: readonly Entry[], what: string) {
  if (fanout === null || fanout < 8 || fanout > 1024 || (fanout & (fanout - 1)) !== 0)
    throw contentCorrupt(what, 'be a shard of 8 to 1024 places', `it says ${fanout}`);
  const digits = (fanout - 1).toString(16).length;
  return children.map((child) => {
    const prefix = child.name.slice(0, digits);
    if (prefix.length < digits || !SHARD_PREFIX.test(prefix))
      throw contentCorrupt(
        what,
        `begin each name with ${digits} digits`,
        `one is ${JSON.stringify(child.name.slice(0, 80))}`,
      );
    return { ...child, name: child.name.slice(digits) };
  });
}

/** The block is the one that was named, and says what can't be. */
export function contentCorrupt(what: string, should: string, was: string, cause?: unknown): CorruptError {
  return new CorruptError('CONTENT_CORRUPT', {
    should: `${what} must ${should}`,
    was,
    next: 'do not use it; tell whoever gave you the CID',
    cause,
  });
}

/** The block means something that Ballast does not take. */
export function contentUnsupported(what: string, was: string): PolicyError {
  return new PolicyError('CONTENT_UNSUPPORTED', {
    should: `${what} must be a folder or a plain file`,
    was,
    next: 'add the model to IPFS again without it, with the defaults of `ipfs add -r`',
  });
}
