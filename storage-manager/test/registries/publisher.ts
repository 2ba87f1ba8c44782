/**
 * A publisher as a process of its own, for tests that kill it or let several compete:
 * `node publisher.ts '{"chain": EthereumOptions | EmbeddedOptions, "log": FILE, "model": NAME, "version": TEXT, "chunks": N,
 * "content": TEXT}'`. The same arguments always publish the same release. Exits as the command line would.
 */
import { Journal } from '../../src/engine/journal.ts';
import { BallastError } from '../../src/errors.ts';
import { merkleRoot } from '../../src/format/merkle.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import { LATEST, parseModelName, parseVersion } from '../../src/ids/reference.ts';
import type { PublishRequest } from '../../src/interfaces.ts';
import { openEmbeddedRegistry } from '../../src/registries/embedded/open.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';

const { chain, log, model, version, chunks, content = '' } = JSON.parse(process.argv[2] ?? '{}');
const bytes = (text: string) => new TextEncoder().encode(text);
const digests = new DigestList();
for (let i = 0; i < chunks; i += 1) digests.push(digestOf(bytes(`${model} ${version} ${content} ${i}`)));

const registry = await ('folder' in chain ? openEmbeddedRegistry(chain) : openEthereumRegistry(chain));
const journal = await Journal.open(log);
const request: PublishRequest = {
  model: await registry.canonical(parseModelName(model)),
  version: parseVersion(version),
  manifest: digestOf(bytes(`${model} ${version} ${content}`)),
  chunkRoot: merkleRoot(digests),
  digests,
  bytes: chunks,
  mode: 'logged',
  channels: [LATEST],
};
const key = {
  registry: registry.id,
  model: request.model,
  label: request.version,
  source: '/',
  channels: [LATEST],
};
try {
  await registry.publish(request, (await journal.begin(key)).log);
} catch (error) {
  if (!(error instanceof BallastError)) throw error;
  process.exitCode = error.exit;
}
journal.close();
await registry.close();
