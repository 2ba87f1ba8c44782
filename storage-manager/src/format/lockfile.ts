import { ResourceError, UsageError } from '../errors.ts';
import { cidText, DAG_CBOR, parseCid } from '../ids/cid.ts';
import { type Digest, digestToHex } from '../ids/digest.ts';
import { type ModelName, parseReference, parseVersion, type Reference } from '../ids/reference.ts';
import type { Address, PinnedRelease, ReleaseStatus } from '../interfaces.ts';
import { MAX_CHUNKS, MAX_LOCKFILE_BYTES } from '../limits.ts';
import { canonicalJson, type Fields, Malformed, readCanonical } from './canonical-json.ts';

const FORMAT = 'ballast-lock/1';
/** One of ours, perhaps of a later Ballast. */
const SOME_FORMAT = /^\{\s*"format":\s*"(ballast-lock\/[^"]{1,32})"/;

/** What a reference led to, and by whose word. */
export interface LockEntry {
  /** `namespace/name@version` or `namespace/name@channel`, as the chain knows the name. */
  readonly reference: string;
  readonly release: PinnedRelease;
  /** EIP-155. */
  readonly chainId: number;
  /** Hash of the chain's first block: `0x` and 64 hex digits. */
  readonly genesis: string;
  readonly registry: Address;
  /** Of the channel, when it led there; null of a version. */
  readonly channelSeq: number | null;
  /** Whose statements vouch for the namespace; null: nobody's. */
  readonly statementKey: Address | null;
  /** As it was last seen, in this block of that time. */
  readonly status: ReleaseStatus;
  readonly block: number;
  readonly time: Date;
}

/** Entries in byte order of their references, each reference once. */
export type LockEntries = readonly LockEntry[];

export function writeLockfile(entries: LockEntries): string {
  const sorted = [...entries].sort((a, b) => (a.reference < b.reference ? -1 : 1));
  return canonicalJson({
    format: FORMAT,
    models: Object.fromEntries(sorted.map((entry) => [entry.reference, entryDocument(entry)])),
  });
}

/** How an entry names its chain (CAIP-2). */
export function chainText(chainId: number): string {
  return `eip155:${chainId}`;
}

function entryDocument(entry: LockEntry) {
  const { release, chainId, genesis, registry, channelSeq, statementKey, status, block, time } = entry;
  return {
    version: release.version,
    ...{ chain: chainText(chainId), genesis, registry },
    ...{ manifest: cidText(release.manifest, DAG_CBOR), chunkRoot: digestToHex(release.chunkRoot) },
    ...{ chunks: release.chunkCount, bytes: release.bytes },
    ...{ channelSeq, statementKey, status, block, time: time.toISOString() },
  };
}

/**
 * @param from names the file in errors
 * @throws UsageError `LOCK_INVALID`; ResourceError `FORMAT_UNKNOWN` where a later Ballast has written it
 */
export function parseLockfile(text: string, from: string): LockEntries {
  const format = SOME_FORMAT.exec(text)?.[1];
  if (format !== undefined && format !== FORMAT) throw unknownFormat(from, format);
  try {
    if (text.length > MAX_LOCKFILE_BYTES) throw new Malformed(`it has more than ${MAX_LOCKFILE_BYTES} bytes`);
    return readCanonical(text, read, writeLockfile);
  } catch (cause) {
    throw new UsageError('LOCK_INVALID', {
      should: `${from} must be a lock file (${FORMAT})`,
      was: (cause as Error).message,
      next: 'restore it from version control; or delete it and lock the models again with `ballast lock`',
      cause,
    });
  }
}

function read(fields: Fields): LockEntries {
  fields.text('format', new RegExp(`^${FORMAT}$`));
  const models = fields.object('models');
  const seen = new Map<string, string>();
  return models.keys().map((reference) => {
    try {
      const entry = readEntry(reference, models.object(reference));
      refuseSecondOpinion(entry, seen);
      return entry;
    } catch (cause) {
      throw new Malformed(`${reference.slice(0, 120)}: ${(cause as Error).message}`, { cause });
    }
  });
}

/** Several references may lead to one version, and it is one thing for all. @param seen version → what it is */
function refuseSecondOpinion({ release, chainId, genesis, registry }: LockEntry, seen: Map<string, string>) {
  const { model, version } = release;
  const thing = JSON.stringify([release, chainId, genesis, registry]);
  const before = seen.get(`${model}@${version}`) ?? thing;
  if (before !== thing) throw new Malformed(`another entry has other facts of version ${version}`);
  seen.set(`${model}@${version}`, thing);
}

const STATUSES = /^(active|deprecated|yanked|revoked)$/;

function readEntry(reference: string, fields: Fields): LockEntry {
  const { model, selector } = parseReference(reference);
  const version = parseVersion(fields.text('version'));
  if (reference !== referenceText(model, selector)) throw new Malformed('it is no whole reference');
  if (selector.kind === 'version' && selector.version !== version)
    throw new Malformed('its version is another');
  const channelSeq = fields.orNull('channelSeq', (name) => fields.whole(name, Number.MAX_SAFE_INTEGER, 1));
  if ((selector.kind === 'channel') !== (channelSeq !== null)) throw new Malformed('channelSeq is wrong');
  return {
    reference,
    release: {
      ...{ model, version },
      manifest: readManifest(fields.text('manifest')),
      chunkRoot: fields.digest('chunkRoot'),
      chunkCount: fields.whole('chunks', MAX_CHUNKS, 1),
      bytes: fields.whole('bytes'),
    },
    chainId: readChain(fields.text('chain', /^eip155:[1-9]\d{0,15}$/)),
    genesis: fields.hex('genesis', 32),
    registry: fields.hex('registry', 20),
    channelSeq,
    statementKey: fields.orNull('statementKey', (name) => fields.hex(name, 20)),
    status: fields.text('status', STATUSES) as ReleaseStatus,
    block: fields.whole('block'),
    time: readTime(fields.text('time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  };
}

/** A locked reference: a model with what stands behind its `@`, never a digest. */
export function referenceText(model: ModelName, selector: Reference['selector']): string {
  if (selector.kind === 'manifest') throw new Malformed('a digest needs no lock');
  return `${model}@${selector.kind === 'version' ? selector.version : selector.channel}`;
}

function readChain(text: string): number {
  const chainId = Number(text.slice('eip155:'.length));
  if (!Number.isSafeInteger(chainId)) throw new Malformed('the id of the chain is too large');
  return chainId;
}

function readManifest(text: string): Digest {
  const { codec, digest } = parseCid(text);
  if (codec !== DAG_CBOR) throw new Malformed('manifest is not the CID of a manifest');
  return digest;
}

/** A day that does not exist is `Invalid Date`, or is written otherwise again. */
function readTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new Malformed('time is none');
  return time;
}

function unknownFormat(from: string, format: string): ResourceError {
  return new ResourceError('FORMAT_UNKNOWN', {
    should: `${from} must have the format ${FORMAT}`,
    was: `it has ${format}`,
    next: 'use the version of Ballast that wrote it, or a newer one',
  });
}
