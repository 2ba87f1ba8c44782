import { merkleRoot } from '../../src/format/merkle.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import { LATEST, type ModelName, parseVersion } from '../../src/ids/reference.ts';
import type { PublishRequest } from '../../src/interfaces.ts';

/** What one publisher wants; the same wish is the same release in every run. */
export interface Wish {
  /** Below `local`. */
  readonly name: string;
  readonly version: string;
  /** Default 3. */
  readonly chunks?: number;
  /** Default: none moves. */
  readonly channel?: boolean;
}

export function manifestOf({ name, version }: Wish): Digest {
  return digestOf(new TextEncoder().encode(`manifest ${name} ${version}`));
}

/** What `publishTrace` finds of these wishes alone: each recorded once, by two transactions, and nothing left open. */
export function traceOf(wishes: readonly Wish[]) {
  return {
    records: Object.fromEntries(wishes.map((wish) => [`${wish.name}@${wish.version}`, manifestOf(wish)])),
    moves: {},
    unfinished: [],
    ...{ mined: 2 * wishes.length, reverted: 0, repeated: 0, waiting: 0 },
  };
}

export function requestOf(wish: Wish, model: ModelName): PublishRequest {
  const { name, version, chunks = 3, channel = false } = wish;
  const digests = new DigestList();
  for (let i = 0; i < chunks; i += 1)
    digests.push(digestOf(new TextEncoder().encode(`${name} ${version} ${i}`)));
  return {
    model,
    version: parseVersion(version),
    manifest: manifestOf(wish),
    chunkRoot: merkleRoot(digests),
    digests,
    bytes: chunks,
    mode: 'logged',
    channels: channel ? [LATEST] : [],
  };
}
