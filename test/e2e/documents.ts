/** The `--json` documents of the command line, as its users read them. */

export interface Stored {
  model: string;
  version: string;
  manifest: string;
  content: string | null;
  chunkRoot: string;
  files: number;
  chunks: number;
  bytes: number;
  newChunks: number;
  newBytes: number;
  healed: number;
  stores: string[];
  transactions: number;
  gasUsed: string;
}

export interface Retrieved {
  model: string;
  version: string;
  trust: string;
  path: string;
  files: number;
  bytes: number;
  fetchedBytes: number;
  reusedBytes: number;
  sources: { name: string; bytes: number; wrong: number; unreachable: number; barred: boolean }[];
}

export interface Verified {
  model: string;
  version: string;
  ok: boolean;
  exit: number;
  checked: number;
  stores: { name: string; checked: number; missing: number; corrupt: number }[];
  bad: {
    kind: string;
    index: number | null;
    digest: string;
    file: string | null;
    offset: number | null;
    store: string;
    reason: string;
  }[];
}

export interface Info {
  model: string;
  version: string;
  status: string;
  publisher: string;
  publishedAt: string;
  manifest: string;
  digest: string;
  content: string | null;
  chunkRoot: string;
  chunks: number;
  bytes: number;
  files: { path: string; size: number; sha256: string | null }[];
  base: { model: string; version: string; manifest: string } | null;
  meta: { name: string; description: string; license: string | null; tags: string[] };
  chunkList?: { index: number; cid: string; digest: string; size: number; file: string; offset: number }[];
}

export interface Failed {
  error: { code: string; exit: number; message: string; next: string };
}
