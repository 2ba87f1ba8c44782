import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { findKubo, startKubo } from '@ballast-models/storage-manager/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';
import { LIMIT_BYTES, type Peak, peakOf } from './peak.ts';

const binary = findKubo();

const MODEL_BYTES = 1_000_000_000;

async function writeModel(path: string): Promise<void> {
  const tensor = MODEL_BYTES / 50;
  const header: Record<string, unknown> = {};
  for (let index = 0; index < 50; index += 1) {
    header[`layer.${index}`] = {
      dtype: 'U8',
      shape: [tensor],
      data_offsets: [index * tensor, (index + 1) * tensor],
    };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  const out = createWriteStream(path);
  out.write(Buffer.concat([length, text]));
  for (let index = 0; index < 50; index += 1) {
    if (!out.write(randomFillSync(Buffer.alloc(tensor)))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

function seconds(command: string, ...args: string[]): number {
  const start = performance.now();
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return (performance.now() - start) / 1000;
}

/** Written down with each run: a machine's absolute figures mean little, what stands beside them more. */
function report(name: string, ours: Peak, peers: Readonly<Record<string, number>>): void {
  const beside = Object.entries(peers).map(([peer, time]) => `${peer} ${time.toFixed(2)} s`);
  const memory = `${(ours.peak / 2 ** 20).toFixed(0)} MiB resident at most`;
  console.log(`${name}: ${ours.seconds.toFixed(2)} s, ${memory}; beside it ${beside.join(', ')}`);
}

test('C17: on disk, store and retrieve of 1 GB stay within 256 MiB, the whole process tree', async () => {
  const folder = await temporaryFolder('memory');
  const model = join(folder, 'model.safetensors');
  await writeModel(model);
  const ballast = new Ballast(folder);
  const store = await peakOf(ballast, 'store', model, 'big');
  const retrieve = await peakOf(ballast, 'retrieve', 'big', join(folder, 'out'));
  const peers = { cp: seconds('cp', model, join(folder, 'copy')) };
  report('store 1 GB on disk', store, peers);
  report('retrieve 1 GB from disk', retrieve, peers);
  execFileSync('cmp', [model, join(folder, 'out/model.safetensors')]);
  expect(store.peak).toBeGreaterThan(30 << 20);
  expect(store.peak).toBeLessThanOrEqual(LIMIT_BYTES);
  expect(retrieve.peak).toBeLessThanOrEqual(LIMIT_BYTES);
}, 300_000);

describe.skipIf(binary === null)('with a real Kubo (none found: KUBO_BIN, PATH)', () => {
  test('store and retrieve of 1 GB stay within 256 MiB without the daemon; times beside ipfs add and get', async () => {
    const folder = await temporaryFolder('memory-kubo');
    const model = join(folder, 'model.safetensors');
    await writeModel(model);
    const [peer, node] = [await startKubo(binary ?? ''), await startKubo(binary ?? '')];
    onTestFinished(async () => {
      await peer.close();
      await node.close();
    });
    const add = performance.now();
    const cid = (
      await peer.ipfs('add', '-Q', '--chunker=size-1048576', '--raw-leaves', '--cid-version=1', model)
    ).trim();
    const get = performance.now();
    await peer.ipfs('get', '-o', join(folder, 'got'), cid);
    const got = performance.now();
    const peers = { 'ipfs add': (get - add) / 1000, 'ipfs get': (got - get) / 1000 };

    const ballast = new Ballast(folder, { BALLAST_KUBO_API: node.api, BALLAST_KUBO_GATEWAY: node.gateway });
    const store = await peakOf(ballast, 'store', model, 'big', '--store', 'kubo');
    const retrieve = await peakOf(ballast, 'retrieve', 'big', join(folder, 'out'), '--from', 'kubo');
    report('store 1 GB in Kubo', store, peers);
    report('retrieve 1 GB from Kubo', retrieve, peers);
    execFileSync('cmp', [model, join(folder, 'out/model.safetensors')]);
    expect(store.peak).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(retrieve.peak).toBeLessThanOrEqual(LIMIT_BYTES);
  }, 300_000);
});
