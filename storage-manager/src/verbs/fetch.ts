import type { JobOptions } from '../events.ts';
import { cidText, DAG_CBOR } from '../ids/cid.ts';
import type { ModelName, Reference, Version } from '../ids/reference.ts';
import type { AsOf, TrustLevel } from '../interfaces.ts';
import { type Brought, bring, type Delivery } from './fetching/bring.ts';
import { type Selection, selectFiles } from './fetching/selection.ts';
import { type TreeContent, treeOfRelease } from './fetching/tree-content.ts';
import type { Ports } from './job/ports.ts';
import { openRelease } from './reading/release.ts';

export interface FetchJob extends Delivery {
  readonly reference: Reference;
  /** Which files (default: all). */
  readonly select?: Selection | undefined;
}

/** What is fetched, and who vouches for it. */
export interface Provenance {
  /** The CID that was named; else that of the manifest which the registry names. */
  readonly cid: string;
  readonly trust: TrustLevel;
  /** Where the chain said so; null where no chain was asked. */
  readonly asOf: AsOf | null;
}

/** A tree that is known block by block; none of its chunks has travelled yet. */
export interface KnownTree extends Provenance {
  readonly tree: TreeContent;
}

/** That of a release. */
export interface ReleaseTree extends KnownTree {
  readonly model: ModelName;
  readonly version: Version;
}

export type Fetched = Omit<ReleaseTree, 'tree'> & Brought;

/**
 * Fetches a release into a folder: registry, manifest, then its chunks as `bring` does.
 * @throws UsageError `NOTHING_MATCHES`; what `openRelease` and `bring` throw
 */
export async function fetch(ports: Ports, job: FetchJob, options: JobOptions = {}): Promise<Fetched> {
  const { tree, ...release } = await findRelease(ports, job, options);
  return { ...release, ...(await bring(ports, tree, job, options)) };
}

/** The wanted files of a release, every number proven. @throws UsageError `NOTHING_MATCHES`; what `openRelease` throws */
export async function findRelease(
  ports: Ports,
  { reference, select }: Pick<FetchJob, 'reference' | 'select'>,
  options: JobOptions,
): Promise<ReleaseTree> {
  const { resolution, content } = await openRelease(
    ports,
    reference,
    (...call) => ports.trust.resolve(...call),
    options,
  );
  const { trust, asOf, release } = resolution;
  const { model, version, manifest } = release;
  const whole = treeOfRelease(content);
  const tree = select === undefined ? whole : selectFiles(whole, select, options);
  return { model, version, cid: cidText(manifest, DAG_CBOR), trust, asOf, tree };
}
