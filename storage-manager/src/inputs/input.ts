import type { JobOptions } from '../events.ts';
import type { TreeFile } from '../fs/tree.ts';
import type { Digest } from '../ids/digest.ts';
import type { SafePath } from '../ids/path.ts';

/** What a publisher named, ready to be read. */
export interface Input {
  /** Absolute path; a rerun that names the same finishes what an interrupted run has begun. */
  readonly origin: string;
  /** The file or folder that is read. */
  readonly path: string;
  /** Its files, where they are not simply those at `origin`. */
  readonly tree?: readonly TreeFile[] | undefined;
  /** What whoever made the files says that they hash to. */
  readonly claims?: ReadonlyMap<SafePath, Digest> | undefined;
}

export interface InputOptions extends JobOptions {
  /** Folder of the state where what has to be unpacked or received lies meanwhile. */
  readonly workspaces: string;
  /** Store what the tar holds, not the tar. */
  readonly unpack?: boolean | undefined;
  /** The name of what a stream brings. */
  readonly filename?: string | undefined;
}
