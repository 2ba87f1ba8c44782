import { type JobOptions, note } from '../../events.ts';
import { type ReadProven, readUnixFs } from '../../format/unixfs/read.ts';
import { cidText, DAG_CBOR, type NamedBlock } from '../../ids/cid.ts';
import { parseSafePath } from '../../ids/path.ts';
import type { KnownTree, Provenance } from '../fetch.ts';
import type { Carriers } from '../job/ports.ts';
import { readContent } from '../reading/release.ts';
import { readBytes } from '../reading/verified-read.ts';
import { type Selection, selectFiles } from './selection.ts';
import { type TreeContent, treeOfRelease } from './tree-content.ts';

/** The tree behind a CID. */
export interface CidTree extends KnownTree {
  /** The CID is that of one file, without a folder around it. */
  readonly single: boolean;
}

/**
 * The wanted files below a CID that the caller names, each block hashed before it is read; no registry is asked.
 * A CID of dag-cbor is that of a manifest, read as strictly as ever; any other is IPFS's own: a folder or a file.
 * @throws UsageError `NOTHING_MATCHES`; what `readRelease`, `readUnixFs` and `readVerified` throw
 */
export async function findContent(
  carriers: Carriers,
  root: NamedBlock & Pick<Provenance, 'trust' | 'asOf'>,
  select: Selection,
  options: JobOptions,
): Promise<CidTree> {
  const cid = cidText(root.digest, root.codec);
  const { trust, asOf } = root;
  const { single, ...whole } = await openTree(carriers, root, cid, options);
  note(options, 'debug', `/ipfs/${cid} proven: ${whole.files.length} files, ${whole.bytes} bytes`);
  return { cid, trust, asOf, single, tree: selectFiles(whole, select, options) };
}

async function openTree(
  carriers: Carriers,
  root: NamedBlock,
  cid: string,
  options: JobOptions,
): Promise<TreeContent & { readonly single: boolean }> {
  const name = `/ipfs/${cid}`;
  if (root.codec === DAG_CBOR) {
    const content = await readContent(carriers, root.digest, options);
    // Its names are its own claim.
    return { ...treeOfRelease(content), name, single: false };
  }
  const read: ReadProven = ({ digest }, what) =>
    readBytes(carriers, { digest, kind: 'chunk', what: `${what} below ${name}` }, options);
  const { files, chunks, wrappingsOf, single } = await readUnixFs(root, parseSafePath(cid), read);
  return {
    name,
    digest: root.digest,
    files: files.map((file) => ({ ...file, sha256: null })),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    complete: true,
    chunks,
    wrappingsOf,
    single,
  };
}
