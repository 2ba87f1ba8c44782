import { TransactionError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';
import { type Channel, type ModelName, parseVersion, type Version } from '../../ids/reference.ts';
import type { CallOptions, Registry, Release } from '../../interfaces.ts';
import { nullWhereMissing } from '../../tolerate.ts';

export interface ChosenVersion {
  readonly version: Version;
  /** The registry has this very release already: the same bytes were stored before. */
  readonly published: boolean;
}

export interface VersionWish {
  readonly model: ModelName;
  /** The version the caller named. */
  readonly label: Version | null;
  /** The version that an interrupted run of the same command had taken. */
  readonly begun: Version | null;
  /** Looked behind in this order, where the caller named no version. */
  readonly channels: readonly Channel[];
  /** The manifest's digest if it had that version. */
  readonly manifestOf: (version: Version) => Digest;
}

/**
 * A named version is taken as it is. Otherwise: the one that an interrupted run took, or the one behind a wanted channel
 * whose release holds the same content already (so storing the same path again publishes nothing), or the next whole
 * number.
 * @throws TransactionError `VERSION_EXISTS` where the named version belongs to other content
 */
export async function chooseVersion(
  registry: Registry,
  wish: VersionWish,
  options: CallOptions,
): Promise<ChosenVersion> {
  const behind = wish.label === null ? await behindChannels(registry, wish, options) : [];
  for (const version of [wish.label ?? wish.begun, ...behind]) {
    if (version === null) continue;
    const release = await find(registry, wish.model, version, options);
    if (release === null) return { version, published: false };
    if (release.manifest === wish.manifestOf(version)) return { version, published: true };
    if (version === wish.label) throw versionExists(release);
  }
  const { versionCount } = (await registry.model(wish.model, options)) ?? { versionCount: 0 };
  for (let number = versionCount + 1; ; number += 1) {
    const version = parseVersion(String(number));
    if ((await find(registry, wish.model, version, options)) === null) return { version, published: false };
  }
}

/** In the order of the wanted channels, each version once. */
async function behindChannels(
  registry: Registry,
  { model, channels }: VersionWish,
  options: CallOptions,
): Promise<Set<Version>> {
  const targets = (await registry.model(model, options))?.channels ?? [];
  return new Set(
    channels.flatMap((wanted) =>
      targets.filter(({ channel }) => channel === wanted).map(({ version }) => version),
    ),
  );
}

async function find(
  registry: Registry,
  model: ModelName,
  version: Version,
  options: CallOptions,
): Promise<Release | null> {
  const found = await registry.resolve(model, { kind: 'version', version }, options).catch(nullWhereMissing);
  return found?.release ?? null;
}

function versionExists({ model, version, manifest }: Release): TransactionError {
  return new TransactionError('VERSION_EXISTS', {
    should: `version ${version} of ${model} must be new: a version is written once`,
    was: `it was published with other content (manifest ${manifest})`,
    next: 'store it under another version, or without one to take the next number',
  });
}
