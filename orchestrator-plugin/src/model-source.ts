import type { OnEvent, TrustLevel } from '@ballast-models/storage-manager';

/** A model on this machine, every byte proven. */
export interface FetchedModel {
  /** Absolute path of the folder. A new one appeared whole, by one rename; into one that stood the files came one by one. */
  readonly path: string;
  readonly model: string;
  /** The exact version that a channel or a bare name led to. */
  readonly version: string;
  /** What vouches for the bytes. */
  readonly trust: TrustLevel;
  readonly bytes: number;
}

/** How to fetch. */
export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnEvent | undefined;
  /**
   * Replace the release's files in a folder that exists (default false: refused). Each is complete, but until the last
   * has come the folder holds a mixture.
   */
  readonly force?: boolean | undefined;
}

/** Where an inference orchestrator gets its models. It learns a path only after every byte was verified. */
export interface ModelSource {
  /**
   * @param reference `model`, `model@version`, `model@channel` or `model@sha256:<manifest digest>`
   * @param destination folder to make; where it holds this very release already, nothing travels
   * @throws PolicyError `FORMAT_REFUSED` where a file is not of a data format, which the configuration did not allow for
   *   the model (docs/policy.md); any other BallastError, see docs/errors.md
   */
  fetch(reference: string, destination: string, options?: FetchOptions): Promise<FetchedModel>;
}
