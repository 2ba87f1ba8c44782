import { type JobOptions, note } from '../events.ts';
import { saysManifest } from '../format/manifest/recognize.ts';
import { type ReadProven, readUnixFs } from '../format/unixfs/read.ts';
import { contentUnsupported } from '../format/unixfs/read-node.ts';
import { cidText, DAG_CBOR, type NamedBlock } from '../ids/cid.ts';
import { parseSafePath } from '../ids/path.ts';
import type { Reference } from '../ids/reference.ts';
import { type Selection, selectFiles } from './fetching/selection.ts';
import {
  type CidTree,
  type Provenance,
  type ReleaseTree,
  type TreeContent,
  treeOfRelease,
} from './fetching/tree-content.ts';
import type { Carriers, Ports } from './job/ports.ts';
import { openRelease, readContent } from './reading/release.ts';
import { readBytes } from './reading/verified-read.ts';

/**
 * A fetch finds the tree first, in one of these two ways, and then brings it (`fetching/bring.ts`). This one: the wanted
 * files of a release, every number proven.
 * @throws UsageError `NOTHING_MATCHES`; what `openRelease` throws
 */
export async function findRelease(
  ports: Ports,
  reference: Reference,
  select: Selection,
  options: JobOptions,
): Promise<ReleaseTree> {
  const { trusted, content } = await openRelease(ports, reference, ports.trust.resolve, options);
  const { trust, asOf, quorum, release, resolution } = trusted;
  const { model, version, manifest } = release;
  const homeChain = resolution?.release.homeChain ?? null;
  const homeAsOf = resolution?.homeAsOf ?? null;
  const tree = selectFiles(treeOfRelease(content), select, options);
  const cid = cidText(manifest, DAG_CBOR);
  return { model, version, cid, trust, asOf, quorum, homeChain, homeAsOf, tree };
}

/**
 * The wanted files below a CID that the caller names, each block hashed before it is read; no registry is asked.
 * A CID of dag-cbor is that of a manifest, read as strictly as ever; any other is IPFS's own: a folder or a file.
 * @throws UsageError `NOTHING_MATCHES`; PolicyError `CONTENT_UNSUPPORTED`; what `readRelease`, `readUnixFs` and `readVerified` throw
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
  return {
    cid,
    trust,
    asOf,
    quorum: null,
    homeChain: null,
    homeAsOf: null,
    single,
    tree: selectFiles(whole, select, options),
  };
}

async function openTree(
  carriers: Carriers,
  root: NamedBlock,
  cid: string,
  options: JobOptions,
): Promise<TreeContent & { readonly single: boolean }> {
  const name = `/ipfs/${cid}`;
  if (root.codec === DAG_CBOR) {
    const { digest } = root;
    const what = `manifest block of ${name}`;
    if (!saysManifest(await readBytes(carriers, { digest, kind: 'manifest', what }, options)))
      throw contentUnsupported(name, 'it is DAG-CBOR, and no manifest of Ballast');
    const content = await readContent(carriers, digest, name, options);
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
