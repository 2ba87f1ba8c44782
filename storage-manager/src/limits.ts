/** Every bound of the formats and of the engine, in one place. Sizes are bytes. `docs/limits.md` explains them. */

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

/** A chunk is at most this much of a file (design: one raw IPFS block that every peer accepts). */
export const MAX_CHUNK_BYTES = MiB;

/** A stored chunk may be this much larger than its raw bytes, so that a codec always fits. */
export const MAX_STORED_CHUNK_BYTES = MiB + 4 * KiB;

/** A slot holds any stored block, and is a whole number of 4 KiB pages. */
export const SLOT_BYTES = MiB + 8 * KiB;

/** The number of slots bounds the memory of every job: 16 × (1 MiB + 8 KiB) = 16.1 MiB. Measured: as fast as 64. */
export const DEFAULT_SLOTS = 16;

/** Slots on top, for the second read of a block whose first one is late: 2 × (1 MiB + 8 KiB). */
export const SPARE_SLOTS = 2;

/** Chunks of one release; the contract refuses more (3,907 segments). */
export const MAX_CHUNKS = 4_000_000;

/** Digests of one segment, the unit recorded on chain. */
export const SEGMENT_CHUNKS = 1_024;

/** Three full segments make a transaction of 98.9 kB; four would pass the pools' 128 KiB. */
export const SEGMENTS_A_TRANSACTION = 3;

/** Digests of one page, which lies in the code of a contract: 16 KiB, the largest power of two below 24,576 bytes (EIP-170). */
export const PAGE_CHUNKS = 512;

/** A full page takes 3.8 M gas; five would pass what a transaction may use. */
export const PAGES_A_TRANSACTION = 4;

/** Chunks of one release whose record mode is `CODE`; the contract refuses more (128 pages). */
export const MAX_CODE_CHUNKS = 65_536;

/** Gas that one transaction may use, on any chain with the rules of Osaka (EIP-7825). */
export const MAX_TRANSACTION_GAS = 16_777_216;

/** Above this many segments `ROOT_ONLY` is the default record mode (64 GiB at 1 MiB chunks). */
export const MAX_LOGGED_SEGMENTS = 64;

/** Entries of one index block; only the last may hold fewer. */
export const INDEX_BLOCK_ENTRIES = 8_192;

/** A manifest, and each linked block of its file list. */
export const MAX_MANIFEST_BYTES = MiB;

/** All linked file blocks of a manifest together. */
export const MAX_FILE_LIST_BYTES = 16 * MiB;

/** A release statement: one takes less than 1 KiB. */
export const MAX_STATEMENT_BYTES = 4 * KiB;

/** How long a release statement may hold, in seconds: 90 days. */
export const MAX_STATEMENT_SECONDS = 7_776_000;

/** How long ago the last contact with a chain may be, as far as it can be configured. */
export const MAX_STALE_DAYS = 90;

/** Places where statements are looked for. */
export const MAX_STATEMENT_PLACES = 10;

/** A lock file: an entry takes about 700 bytes. */
export const MAX_LOCKFILE_BYTES = MiB;

/** Files of one tree. */
export const MAX_FILES = 100_000;

/** A path, and each of its parts, in UTF-8 bytes. */
export const MAX_PATH_BYTES = 1_024;
export const MAX_PATH_PART_BYTES = 255;

/** Links of one UnixFS file node (Kubo: `--max-file-links=1024`). */
export const UNIXFS_FILE_LINKS = 1_024;

/** A UnixFS directory is one basic block up to this size; beyond it `content` is null. */
export const MAX_DIRECTORY_BYTES = MiB;

/** Blocks that a walk of a UnixFS tree reads: 100,000 files, and the nodes above 4,000,000 leaves at 174 links each. */
export const MAX_UNIXFS_NODES = 250_000;

/** Links of the nodes of a UnixFS tree that are read and not walked yet, some 250 bytes each: 16 nodes are read ahead, in each folder. */
export const MAX_UNIXFS_LINKS = 500_000;

/** Levels of nodes above a file's leaves, and of shards of one folder. */
export const MAX_UNIXFS_DEPTH = 32;

/** A transaction that the public pools still take (128 KiB with room to spare). */
export const MAX_SIGNED_TRANSACTION_BYTES = 128_000;

/** One answer of an Ethereum RPC. */
export const MAX_RPC_ANSWER_BYTES = 8 * MiB;

/** Endpoints of one chain that are asked at once. */
export const MAX_RPC_ENDPOINTS = 10;

/** Age of the newest final block, by this machine's clock, from which on a chain is not believed (promise: no freeze). */
export const MAX_FINAL_AGE_MINUTES = 30;

/** What may be configured in its place: a week, for chains whose blocks become final by the day. */
export const MAX_HEAD_AGE_MINUTES = 10_080;

/** Models, or releases, of one list: it is held in memory. */
export const MAX_LISTED = 100_000;

/** Events of one history. */
export const MAX_EVENTS = 100_000;

/** Error text read from a peer before it is cut off. */
export const MAX_ERROR_TEXT_BYTES = 64 * KiB;

/** Deduped chunks read back at random by a publish: finds 1 % loss with 95 % certainty (1 - 0.99^300). */
export const READ_BACK_SAMPLE = 300;

/** New blocks read back at random from a store that proves what is written: finds 5 % loss with 95 % certainty (1 - 0.95^60). */
export const READ_BACK_PROVEN_SAMPLE = 60;

/** Headers, padding and the end of a tar, all that is no file's content: 100,000 files with long names take a third of it. */
export const MAX_TAR_OVERHEAD_BYTES = GiB;

/** One extended header of a tar (`tar` reads no longer one), and how many may stand before an entry. */
export const MAX_TAR_EXTENSION_BYTES = MiB;
export const MAX_TAR_EXTENSIONS = 8;

/** Beyond the first GiB a gzip must not unfold to more than this many times its size: weights come to 1.3. */
export const MAX_GZIP_RATIO = 200;

/** What is unpacked or received must leave this much of the disk free for everybody else. */
export const DISK_RESERVE_BYTES = 64 * MiB;

/** An `*.index.json` of a sharded checkpoint: 100,000 tensors take about 10 MiB. */
export const MAX_SHARD_INDEX_BYTES = 64 * MiB;

/** A text or a JSON file that is judged: no other format is read whole for it. A tokenizer takes 35 MB. */
export const MAX_JUDGED_TEXT_BYTES = 256 * MiB;

/** The header of a safetensors file that is judged: read whole, it takes up to seven times its size in memory. */
export const MAX_JUDGED_HEADER_BYTES = 16 * MiB;

/** Lists and maps in each other, of a JSON file that is judged: Python's own reader gives up there. */
export const MAX_JSON_DEPTH = 1_000;

/** Opcodes of a pickle that are followed; a file that goes on so long counts as one that runs code. */
export const MAX_PICKLE_OPCODES = 1_000_000;

/** Fields of a protobuf file that are walked: the 262,144 pieces of the largest vocabularies take four each. */
export const MAX_PROTOBUF_FIELDS = 4_000_000;

/** Messages in each other, of an ONNX model that is judged: graphs in attributes of nodes of graphs. */
export const MAX_ONNX_DEPTH = 64;

/** Parts of a PNG that are passed over: one of 8 KiB each is common. */
export const MAX_IMAGE_PARTS = 65_536;

/** One tag of a release that is published; a reader takes any. */
export const MAX_TAG_BYTES = 128;
