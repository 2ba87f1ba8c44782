import type { Engine } from '../engine/engine.ts';
import { BallastError } from '../errors.ts';
import { type JobOptions, Meter } from '../events.ts';
import type { ManifestFile } from '../format/manifest/encode.ts';
import { checkContent, type ReleaseContent } from '../format/release.ts';
import type { ModelName, Reference, Version } from '../ids/reference.ts';
import type { TrustedRelease } from '../interfaces.ts';
import { isAboutThisSource } from '../sources/attempts.ts';
import { verified } from '../sources/verified.ts';
import type { Ports } from './job/ports.ts';
import { claimBroken, FileDigest } from './reading/file-digest.ts';
import { randomSample } from './reading/random-sample.ts';
import { bindRelease, type KnownRelease, readContent, resolveReference } from './reading/release.ts';
import {
  type BadBlock,
  checkBlocks,
  placesOf,
  reasonOf,
  type StoreReport,
} from './verifying/check-blocks.ts';

export interface VerifyJob {
  readonly reference: Reference;
  /** Read this many random chunks, the same of each store; default: all. */
  readonly sample?: number | undefined;
  /** Read everything, and also prove the publisher's file digests and the UnixFS root (default false). */
  readonly full?: boolean | undefined;
}

/** Whose word is held against the stores, and of when. */
export interface Verified extends Pick<TrustedRelease, 'trust' | 'asOf' | 'quorum'> {
  readonly model: ModelName;
  readonly version: Version;
  /** Every block that was read is right in every store. */
  readonly ok: boolean;
  /** Blocks read, over all stores. */
  readonly checked: number;
  /** Chunks of the release, each counted once: read in every store, and right in all of them. */
  readonly chunks: { readonly total: number; readonly checked: number; readonly ok: number };
  readonly stores: readonly StoreReport[];
  readonly bad: readonly BadBlock[];
}

/**
 * Reads a release back from every store, whatever its status, and names each block that is missing or wrong.
 * @throws CorruptError `RELEASE_MISMATCH`, with `full` also `FILE_DIGEST_MISMATCH`; what `Trust.look` throws
 */
export async function verify(ports: Ports, job: VerifyJob, options: JobOptions = {}): Promise<Verified> {
  const trusted = await resolveReference(ports, job.reference, ports.trust.look, options);
  const { model, version, manifest } = trusted.release;
  let content: ReleaseContent;
  try {
    content = await readContent(ports, manifest, `${model}@${version}`, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isAboutThisSource(error) || error.code === 'RELEASE_MISMATCH') throw error;
    const found = await metadataOnly(ports, trusted, options);
    // A store that came back meanwhile has nothing bad to show, and no chunk was read: that is no verdict.
    if (found.ok) throw error;
    return found;
  }
  bindRelease(trusted, content);
  if (job.full) checkContent(content);
  return everyStore(ports, job, { content, trusted }, options);
}

async function everyStore(
  ports: Ports,
  job: VerifyJob,
  { content, trusted }: KnownRelease,
  options: JobOptions,
): Promise<Verified> {
  const { manifest, chunks } = content;
  const wanted = job.full || job.sample === undefined ? null : randomSample(job.sample, chunks.count);
  const share = wanted === null ? 1 : wanted.length / chunks.count;
  const meter = new Meter('verify', Math.round(chunks.bytes * share) * ports.stores.length, options);
  const reports: StoreReport[] = [];
  const bad: BadBlock[] = [];
  for (const store of ports.stores) {
    const digests = job.full
      ? openDigests(ports.engine, manifest.files)
      : new Map<ManifestFile, FileDigest>();
    try {
      const places = placesOf(content, wanted);
      const found = await checkBlocks(ports.engine, store, { places, meter, digests }, options);
      reports.push(found.report);
      for (const block of found.bad) bad.push(block);
    } finally {
      for (const digest of digests.values()) digest.drop();
    }
    for (const [file, { sha256: actual }] of digests) {
      const claim = file.sha256;
      if (claim === null || actual === null || actual === claim) continue;
      throw claimBroken(`${manifest.model}@${manifest.version}`, file.path, claim, actual);
    }
  }
  const checked = reports.reduce((sum, report) => sum + report.checked, 0);
  return {
    model: manifest.model,
    version: manifest.version,
    ok: bad.length === 0,
    checked,
    chunks: chunkCounts(chunks.count, wanted?.length ?? chunks.count, bad),
    ...wordOf(trusted),
    stores: reports,
    bad,
  };
}

/** A store out of reach was not asked for all; one whose manifest or index is bad can give no chunk to a reader. */
function chunkCounts(total: number, wanted: number, bad: readonly BadBlock[]): Verified['chunks'] {
  if (bad.some(({ reason }) => reason === 'unreachable')) return { total, checked: 0, ok: 0 };
  if (bad.some(({ kind }) => kind !== 'chunk')) return { total, checked: wanted, ok: 0 };
  return { total, checked: wanted, ok: wanted - new Set(bad.map(({ index }) => index)).size };
}

function openDigests({ pool }: Engine, files: readonly ManifestFile[]): Map<ManifestFile, FileDigest> {
  const claimed = files.filter((file) => file.sha256 !== null);
  return new Map(claimed.map((file) => [file, new FileDigest(pool, file.size)]));
}

/** No store has manifest and index whole: says, store by store, which block stops the reading. */
async function metadataOnly(ports: Ports, trusted: TrustedRelease, options: JobOptions): Promise<Verified> {
  const { model, version, manifest, chunkCount: total } = trusted.release;
  const stores: StoreReport[] = [];
  const bad: BadBlock[] = [];
  for (const store of ports.stores) {
    const alone = { ...ports, route: verified(store, ports.engine.pool) };
    let checked = 0;
    let last: Pick<BadBlock, 'digest' | 'kind'> = { digest: manifest, kind: 'manifest' };
    try {
      await readContent(alone, manifest, `${model}@${version}`, options, (digest, kind) => {
        checked += 1;
        last = { digest, kind };
      });
      stores.push({ name: store.name, checked, missing: 0, corrupt: 0 });
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof BallastError)) throw error;
      const reason = reasonOf((error.attempts[0] as BallastError | undefined) ?? error);
      bad.push({ ...last, index: null, file: null, offset: null, length: null, store: store.name, reason });
      const one = (wanted: string) => (reason === wanted ? 1 : 0);
      stores.push({ name: store.name, checked, missing: one('missing'), corrupt: one('corrupt') });
    }
  }
  const checked = stores.reduce((sum, store) => sum + store.checked, 0);
  const chunks = { total, checked: 0, ok: 0 };
  return { model, version, ok: bad.length === 0, checked, chunks, ...wordOf(trusted), stores, bad };
}

function wordOf({ trust, asOf, quorum }: TrustedRelease) {
  return { trust, asOf, quorum };
}
