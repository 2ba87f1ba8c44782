import { writeLockfile } from '../../src/format/lockfile.ts';
import { writeStatement } from '../../src/format/statement.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';

const release = {
  model: parseModelName('acme/llama'),
  version: parseVersion('1.0.0'),
  manifest: digestOf(Uint8Array.of(1)),
  chunkRoot: digestOf(Uint8Array.of(2)),
  chunkCount: 3,
  bytes: 2_500_000,
};
const registry = `0x${'11'.repeat(20)}` as const;

const entry = {
  reference: 'acme/llama@1.0.0',
  release,
  chainId: 1,
  genesis: `0x${'22'.repeat(32)}`,
  registry,
  channelSeq: null,
  statementKey: registry,
  status: 'active',
  block: 17,
  time: new Date(1_700_000_000_000),
} as const;

/** A lock file of a version and of a channel. */
export const LOCKFILE = writeLockfile([
  entry,
  { ...entry, reference: 'acme/llama@latest', channelSeq: 4, statementKey: null },
]);

/** A statement of the right form; nobody has signed it. */
export const STATEMENT = writeStatement({
  chainId: 1,
  registry,
  release,
  issuedAt: 1_700_000_000,
  expiresAt: 1_700_086_400,
  signature: `0x${'33'.repeat(64)}1b`,
});
