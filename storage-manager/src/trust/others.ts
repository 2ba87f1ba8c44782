import { TrustError } from '../errors.ts';
import type { CallOptions, RegistryReader, Release, Resolution } from '../interfaces.ts';
import { isFinal } from '../standing.ts';
import { nullWhereMissing } from '../tolerate.ts';
import { differenceOf } from './difference.ts';
import { resolveHeeding } from './stale.ts';

/** The registry of another chain. */
export interface OtherChain {
  /** EIP-155. */
  readonly chainId: number;
  readonly registry: Pick<RegistryReader, 'resolve'>;
}

/**
 * What the registries of other chains make of a release. Where its home chain is among them, that one decides on its
 * status; any of them that has the version must have the very same release, and need not have it unless it is its home.
 * One that is out of reach is not left out: whoever blocks it must not be able to silence it.
 * @param heed what a home chain that stands still said last
 * @throws TrustError `CHAINS_DISAGREE`; what the registries throw
 */
export async function heardOf(
  resolution: Resolution,
  others: readonly OtherChain[],
  heed: (last: Resolution) => Promise<void>,
  options: CallOptions = {},
): Promise<Resolution> {
  const { release } = resolution;
  const answers = await Promise.all(others.map((other) => ask(other, release, heed, options)));
  for (const [place, { chainId }] of others.entries()) {
    const answer = answers[place] ?? null;
    if (answer !== null) checkSame(release, answer.release, chainId);
  }
  const home = others.findIndex(({ chainId }) => chainId === release.homeChain);
  return home === -1 ? resolution : decided(resolution, answers[home] ?? null);
}

/**
 * What the home of a mirrored release says while the mirror, which would name it, is out of reach: of the chain that has
 * the very release as its own. Nobody who silences the mirror must silence its home.
 */
export async function homesOf(
  { model, version, manifest }: Pick<Release, 'model' | 'version'> & { readonly manifest: string },
  others: readonly OtherChain[],
  options: CallOptions = {},
): Promise<readonly Resolution[]> {
  const asked = others.map(({ registry }) =>
    registry.resolve(model, { kind: 'version', version }, options).catch(() => null),
  );
  const answers = (await Promise.all(asked)).filter((answer) => answer !== null);
  options.signal?.throwIfAborted();
  return answers.filter(({ release }) => release.homeChain === null && release.manifest === manifest);
}

async function ask(
  { chainId, registry }: OtherChain,
  { model, version, homeChain }: Release,
  heed: (last: Resolution) => Promise<void>,
  options: CallOptions,
): Promise<Resolution | null> {
  const told = chainId === homeChain ? heed : async () => {};
  return resolveHeeding(registry, [model, { kind: 'version', version }, options], told).catch(
    nullWhereMissing,
  );
}

/** A mirror says what the release is; its home says whether it still stands by it, and since which block. */
function decided(mirror: Resolution, home: Resolution | null): Resolution {
  const { model, version, homeChain } = mirror.release;
  if (home === null || home.release.homeChain !== null) {
    throw disagreement(
      `chain ${homeChain} must be the home of ${model}@${version}, as its mirror says`,
      home === null ? 'it has no such release' : `it calls chain ${home.release.homeChain} the home`,
    );
  }
  const { status, statusSeq, reason } = home.release;
  const { changedBlock, finalBlock } = isFinal(home) ? mirror : home;
  return {
    ...mirror,
    release: { ...mirror.release, status, statusSeq, reason },
    modelActive: home.modelActive,
    homeAsOf: home.asOf,
    ...{ changedBlock, finalBlock },
  };
}

function checkSame(here: Release, there: Release, chainId: number): void {
  const difference = differenceOf(here, there);
  if (difference === null) return;
  const { what, one, other } = difference;
  throw disagreement(
    `the ${what} of ${here.model}@${here.version} must be ${one} on every chain, as the configured one says`,
    `chain ${chainId} says ${other}`,
  );
}

function disagreement(should: string, was: string): TrustError {
  const next = 'do not use the release; ask its publisher which chain is right';
  return new TrustError('CHAINS_DISAGREE', { should, was, next });
}
