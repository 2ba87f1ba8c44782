import { readFileSync } from 'node:fs';
import { openEngine } from '../../src/engine/engine.ts';
import { forEachSlot } from '../../src/engine/loop.ts';
import { parseDigest } from '../../src/ids/digest.ts';
import { cached } from '../../src/sources/cached.ts';
import { verified } from '../../src/sources/verified.ts';
import { DiskCache } from '../../src/stores/cache/cache.ts';
import { GatewaySource } from '../../src/stores/gateway/source.ts';

/** One process of many: reads every block of a list through the cache, each proven, and says how it went. */
const [folder = '', maxBytes = '', url = '', list = ''] = process.argv.slice(2);
const digests = readFileSync(list, 'utf8').trim().split('\n').map(parseDigest);
const engine = openEngine({ slots: 8, workers: 1 });
const { pool } = engine;
const cache = new DiskCache({ folder, maxBytes: Number(maxBytes) });
// The machine of a test may have much to do.
const deadlines = { headersMs: 60_000, idleMs: 60_000, totalMs: 60_000 };
const gateway = new GatewaySource({ url, name: 'origin', deadlines });
const troubles: string[] = [];
const source = verified(gateway, pool);
const route = cached(verified(cache, pool), cache, source, {
  onTrouble: ({ message }) => troubles.push(message),
});
let right = 0;
process.stdout.write('begun\n');
await forEachSlot(engine, digests, async (digest, slot, signal) => {
  const [length = 0] = await route.read([digest], [slot.bytes], { signal });
  if ((await pool.hash(slot.bytes.subarray(0, length))) === digest) right += 1;
});
process.stdout.write(`${JSON.stringify({ right, troubles })}\n`);
await cache.close();
gateway.close();
await engine.close();
