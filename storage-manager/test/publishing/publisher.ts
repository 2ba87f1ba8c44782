/**
 * A publisher as a process of its own: `node publisher.ts '{"options": EthereumOptions, "journal": FILE, "wishes": Wish[]}'`.
 * Publishes all wishes at once, or finishes what a killed run of the same has begun, and says on a line of its own what stands
 * with its confirmations, and how many transactions were signed for it. Exits as the command line would.
 */
import { join } from 'node:path';
import { Journal } from '../../src/engine/journal.ts';
import { BallastError } from '../../src/errors.ts';
import { parseModelName } from '../../src/ids/reference.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { requestOf, type Wish } from './wish.ts';

const { options, journal: file, wishes } = JSON.parse(process.argv[2] ?? '{}');
const registry = await openEthereumRegistry(options);
const journal = await Journal.open(file);

async function publish(wish: Wish): Promise<void> {
  const model = await registry.canonical(parseModelName(join('local', wish.name)));
  const request = requestOf(wish, model);
  const { version, channels } = request;
  const key = { registry: registry.id, model, label: version, source: '/', channels };
  const publication = await journal.begin(key);
  const { release } = await registry.publish(request, publication.log);
  const signed = (await publication.log.all()).length;
  await publication.finish();
  process.stdout.write(`${wish.name}@${release.version} ${release.manifest} ${signed}\n`);
}

const ends = await Promise.allSettled((wishes as Wish[]).map(publish));
for (const end of ends) {
  if (end.status === 'fulfilled') continue;
  if (!(end.reason instanceof BallastError)) throw end.reason;
  process.stderr.write(`${end.reason.message}\n`);
  process.exitCode = end.reason.exit;
}
journal.close();
await registry.close();
