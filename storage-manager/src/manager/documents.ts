/**
 * The documents that `ModelStorageManager` resolves with and that `--json` prints: plain data, stable field names.
 * `manifest`, `content` and `cid` are CIDv1 strings in base32; `digest` and `sha256` 64 hex digits; `chunkRoot` is `0x`
 * and 64 hex digits; gas and wei are decimal strings; times are ISO 8601; sizes are bytes.
 */
import { exitOf } from '../errors.ts';
import { cidText, DAG_CBOR, DAG_PB, RAW } from '../ids/cid.ts';
import { type Digest, digestToHex } from '../ids/digest.ts';
import type { RegistryTrust } from '../interfaces.ts';
import type { Provenance, ReleaseTree } from '../verbs/fetching/tree-content.ts';
import type { ListedRelease } from '../verbs/inspect.ts';
import type { Published } from '../verbs/publishing/job.ts';
import { chunksOf } from '../verbs/reading/file-chunks.ts';
import type { KnownRelease } from '../verbs/reading/release.ts';
import type { Verified } from '../verbs/verify.ts';
import type { Delivered } from './delivering/delivered.ts';
import type { NameOf } from './names.ts';
import { type Word, wordFields } from './word.ts';

/** What a publish has done. */
export type StoredModel = ReturnType<typeof storedDocument>;
/** What a fetch has brought. */
export type RetrievedModel = ReturnType<typeof retrievedDocument>;
/** The same where a CID was named: it has neither model nor version. */
export type RetrievedContent = ReturnType<typeof retrievedContentDocument>;
/** What was read back, and each block that is missing or wrong. */
export type VerifiedModel = ReturnType<typeof verifiedDocument>;
/** A row of a list. */
export type ListedModel = ReturnType<typeof listedDocument>;
/** What registry and manifest say of a release. */
export type ModelInfo = ReturnType<typeof infoDocument>;

export function storedDocument(published: Published, word: Word, nameOf: NameOf) {
  const { model, version, quote } = published;
  return {
    model: nameOf(model),
    version: version as string,
    /** False after a dry run, whose `quote` says what the publish would cost. */
    published: published.published,
    ...wordFields(word),
    /** CID. */
    manifest: cidText(published.manifest, DAG_CBOR),
    /** CID of the folder that IPFS shows; null where a folder outgrows one block. */
    content: contentCid(published.content),
    /** `0x` and 64 hex digits. */
    chunkRoot: digestToHex(published.chunkRoot) as string,
    files: published.files,
    chunks: published.chunks,
    bytes: published.bytes,
    /** Distinct chunks, and their bytes, that at least one store did not have. */
    newChunks: published.newChunks,
    newBytes: published.newBytes,
    /** Blocks that read back wrong and were replaced. */
    healed: published.healed,
    stores: published.stores,
    /** Sent by this call: 0 where all of it stood already. */
    transactions: published.transactions,
    /** Decimal, as every amount of gas or wei. */
    gasUsed: String(published.gasUsed),
    quote: { transactions: quote.transactions, gas: String(quote.gas), wei: String(quote.wei) },
  };
}

export function retrievedDocument(release: ReleaseTree, delivered: Delivered, nameOf: NameOf) {
  const { model, version } = release;
  return { model: nameOf(model), version: version as string, ...deliveredFields(release, delivered) };
}

/** No model and no version: of a CID nobody says whose it is. */
export function retrievedContentDocument(content: Provenance, delivered: Delivered) {
  return { model: null, version: null, ...deliveredFields(content, delivered) };
}

function deliveredFields(provenance: Provenance, delivered: Delivered) {
  const { cid, homeChain, homeAsOf } = provenance;
  const { path, extracted, files, bytes, complete, fetchedBytes, reusedBytes, sources, notable } = delivered;
  return {
    /** Of the manifest, or what was named. */
    cid,
    ...wordFields(provenance),
    /** Id of the chain whose registry decides about the release, where the one asked mirrors it; else null. */
    homeChain,
    /** Where that chain said how the release stands; null where it was not asked. */
    homeAsOf: homeAsOf && { block: homeAsOf.block, time: homeAsOf.time.toISOString() },
    /** Absolute: the folder or the archive. */
    path,
    /** The folder beside an archive; null where none was asked for. */
    extracted,
    files,
    bytes,
    /** False where only those files were wanted that match a pattern. */
    complete,
    /** Bytes that came from a store. */
    fetchedBytes,
    /** Bytes that lay at the destination already, each proven. */
    reusedBytes,
    /** What each source did, those on this machine first: docs/sources.md. */
    sources,
    /** Files that are not data alone, by their content (docs/policy.md). None is proven safe, and no other file either. */
    notData: notable.map(({ path, format, what }) => ({ path, format: format as string, what })),
  };
}

export function verifiedDocument(verified: Verified, nameOf: NameOf) {
  const { version, ok, checked, chunks, stores, bad } = verified;
  return {
    model: nameOf(verified.model),
    version: version as string,
    /** Nothing is bad. */
    ok,
    /** 0, or the exit code of the gravest of what is bad: corrupt before missing before unreachable. */
    exit: exitOf(new Set(bad.map(({ reason }) => (reason === 'unreachable' ? 'unavailable' : reason)))),
    /** Blocks that were read, in all stores together. */
    checked,
    /** Each chunk once: read in every store, and right in all of them; what `ballast release attest --from` states. */
    chunks,
    ...wordFields(verified),
    stores,
    /** A row a bad block and store. */
    bad,
  };
}

export function listedDocument({ record, release }: ListedRelease, trust: RegistryTrust, nameOf: NameOf) {
  return {
    model: nameOf(release.model),
    version: release.version as string,
    /** Whose list it is: `chain` or `local`. */
    trust,
    status: release.status,
    /** Those that point to this version. */
    channels: record.channels
      .filter(({ version }) => version === release.version)
      .map(({ channel }) => channel as string),
    bytes: release.bytes,
    chunks: release.chunkCount,
    /** ISO 8601, as every time. */
    publishedAt: release.publishedAt.toISOString(),
  };
}

export function infoDocument({ trusted, content }: KnownRelease, nameOf: NameOf) {
  const { release, status, resolution } = trusted;
  const { manifest } = content;
  const recorded = resolution?.release ?? null;
  return {
    model: nameOf(release.model),
    version: release.version as string,
    ...wordFields(trusted),
    /** As of `asOf`; null: nothing was ever heard of it here. What else is null was not asked: the chain is out of reach. */
    status,
    /** How often it changed. */
    statusSeq: recorded?.statusSeq ?? null,
    /** Of the last change: `none`, `superseded`, `security` … */
    reason: recorded?.reason ?? null,
    /** False: the model resolves by exact version only. */
    modelActive: resolution?.modelActive ?? null,
    /** Address that signed the publication. */
    publisher: recorded?.publisher ?? null,
    publishedAt: recorded?.publishedAt.toISOString() ?? null,
    /** What the chain holds of the chunks' digests: `logged`, `root` or `code`. */
    record: recorded?.mode ?? null,
    /** Segments of 1,024 digests on chain (`code`: pages of 512); 0 where the root stands alone. */
    segments: resolution?.segmentCount ?? null,
    /** Id of the chain whose registry decides about the release, where this one mirrors it; else null. */
    homeChain: recorded?.homeChain ?? null,
    /** Whose statements vouch for the namespace while no chain can be reached; null: nobody's. */
    statementKey: resolution?.statementKey ?? null,
    /** The registry that its administrators announced to follow this one; null: none. */
    successor: resolution?.successor ?? null,
    manifest: cidText(release.manifest, DAG_CBOR),
    /** The manifest's SHA-256, of references such as `model@sha256:<manifest digest>`. */
    digest: release.manifest as string,
    content: contentCid(manifest.content),
    chunkRoot: digestToHex(release.chunkRoot) as string,
    chunks: release.chunkCount,
    bytes: release.bytes,
    files: manifest.files.map(({ path, size, sha256 }) => ({
      path: path as string,
      size,
      sha256: sha256 as string | null,
    })),
    /** The release that this one was made from. */
    base: manifest.base && {
      model: nameOf(manifest.base.model),
      version: manifest.base.version as string,
      manifest: cidText(manifest.base.manifest, DAG_CBOR),
    },
    /** Id of that release on chain, where the registry recorded it: `0x` and 64 hex digits; else null. */
    baseRelease: recorded?.base ?? null,
    meta: manifest.meta,
  };
}

/** One place of one chunk in a release; the same chunk may stand at several. */
export interface ModelChunk {
  readonly index: number;
  readonly cid: string;
  readonly digest: string;
  readonly size: number;
  readonly file: string;
  /** Where it begins in its file. */
  readonly offset: number;
}

/** Made while it is walked, as often as it is. */
export function chunkDocuments(content: KnownRelease['content']): Iterable<ModelChunk> {
  return { [Symbol.iterator]: () => eachChunk(content) };
}

function* eachChunk(content: KnownRelease['content']): Generator<ModelChunk> {
  for (const file of content.manifest.files)
    for (const { index, digest, length, offset } of chunksOf(file, content))
      yield { index, cid: cidText(digest, RAW), digest, size: length, file: file.path, offset };
}

/** The directory that IPFS shows the tree as; null where it can't. */
function contentCid(content: Digest | null): string | null {
  return content && cidText(content, DAG_PB);
}
