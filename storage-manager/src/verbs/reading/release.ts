import { CorruptError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import { type ReadBlock, type ReleaseContent, readRelease } from '../../format/release.ts';
import type { Digest } from '../../ids/digest.ts';
import type { Reference } from '../../ids/reference.ts';
import type { AskTrust, CallOptions, PinnedRelease, TrustedRelease } from '../../interfaces.ts';
import type { Ports } from '../job/ports.ts';
import { type BlockKind, readBytes, type Sources } from './verified-read.ts';
import { warn } from './warnings.ts';

/** A release as whoever vouches says it and as its manifest and index, proven against that, describe it. */
export interface KnownRelease<R extends TrustedRelease = TrustedRelease> {
  readonly trusted: R;
  readonly content: ReleaseContent;
}

/**
 * From a reference to a release whose every number is proven: whoever vouches, then manifest and index from the sources.
 * @param resolve `Trust.resolve` where the release is to be used, `Trust.look` where it is only looked at
 * @throws CorruptError `MANIFEST_CORRUPT`, `INDEX_CORRUPT`, `RELEASE_MISMATCH`; what `resolve` throws
 */
export async function openRelease<R extends TrustedRelease>(
  ports: Ports,
  reference: Reference,
  resolve: AskTrust<R>,
  options: JobOptions,
): Promise<KnownRelease<R>> {
  const trusted = await resolveReference(ports, reference, resolve, options);
  const { trust, asOf, release } = trusted;
  const { model, version, manifest } = release;
  note(
    options,
    'debug',
    `resolved ${model}@${version} (${trust}) as of block ${asOf.block}: manifest ${manifest}`,
  );
  warn(trusted, options);
  const content = await readContent(ports, manifest, `${model}@${version}`, options);
  bindRelease(trusted, content);
  note(
    options,
    'debug',
    `manifest and index proven: ${content.chunks.count} chunks, ${content.manifest.bytes} bytes`,
  );
  return { trusted, content };
}

/** Without manifest and index. A manifest digest is looked up by what the manifest, its own proof, says of itself. */
export async function resolveReference<R extends TrustedRelease>(
  ports: Ports,
  reference: Reference,
  resolve: AskTrust<R>,
  options: CallOptions,
): Promise<R> {
  const model = await ports.registry.canonical(reference.model, options);
  const { selector } = reference;
  if (selector.kind !== 'manifest') return resolve(model, selector, options);
  const { manifest } = await readContent(ports, selector.digest, reference.model, options);
  const trusted = await resolve(model, { kind: 'version', version: manifest.version }, options);
  const { release } = trusted;
  if (release.manifest !== selector.digest)
    throw mismatch(release, 'manifest', release.manifest, selector.digest);
  return trusted;
}

/**
 * Manifest and index, each block hashed before it is read.
 * @param of whose they are, for people
 * @param seen told of each block before it is asked for
 */
export function readContent(
  sources: Sources,
  manifest: Digest,
  of: string,
  options: CallOptions,
  seen: (digest: Digest, kind: BlockKind) => void = () => {},
): Promise<ReleaseContent> {
  const read: ReadBlock = (digest, kind) => {
    seen(digest, kind);
    return readBytes(sources, { digest, kind, what: `${kind} block of ${of}` }, options);
  };
  return readRelease(manifest, read);
}

/** What the manifest says must be what was vouched for. @throws CorruptError `RELEASE_MISMATCH` */
export function bindRelease(
  { release }: Pick<TrustedRelease, 'release'>,
  { digest, manifest }: ReleaseContent,
): void {
  const pairs = [
    ['manifest', release.manifest, digest],
    ['model', release.model, manifest.model],
    ['version', release.version, manifest.version],
    ['chunk root', release.chunkRoot, manifest.chunks.root],
    ['chunk count', release.chunkCount, manifest.chunks.count],
    ['bytes', release.bytes, manifest.bytes],
  ] as const;
  for (const [what, should, was] of pairs) if (should !== was) throw mismatch(release, what, should, was);
}

function mismatch(
  { model, version }: PinnedRelease,
  what: string,
  should: string | number,
  was: string | number,
): CorruptError {
  return new CorruptError('RELEASE_MISMATCH', {
    should: `${what} of ${model}@${version} must be ${should}, as the registry says`,
    was: `the manifest says ${was}`,
    next: 'do not use it; ask the publisher, and report the store that carried it',
  });
}
