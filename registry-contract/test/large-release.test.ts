import { HDNodeWallet, Mnemonic, toBeHex } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LARGE } from '../scripts/gas-page.ts';
import { label, modelId } from '../scripts/ids.ts';
import { digestAt, digests, hex, rootOf } from '../scripts/tree.ts';
import { type Chain, startChain } from './chain.ts';
import { storeSegments } from './segment-slots.ts';

/** EIP-7825, and what nodes take as one transaction (128 KiB). */
const MAX_GAS = 16_777_216;
const MAX_BYTES = 131_072;

const SEGMENT = 1_024;
const TERABYTE = Math.ceil(1e12 / 2 ** 20);
const LARGEST = 4_000_000;

/** The three segments that fit in one transaction. */
const AT_ONCE = 3;

/** The same each time, and with them the length of a transaction. */
const FEES = { type: 2, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };

let chain: Chain;
let publisher: HDNodeWallet;

beforeAll(async () => {
  chain = await startChain();
  const mnemonic = Mnemonic.fromEntropy(digestAt(0));
  publisher = HDNodeWallet.fromMnemonic(mnemonic).connect(chain.provider);
  await chain.provider.send('anvil_setBalance', [publisher.address, toBeHex(10n ** 24n)]);
  await send('createModel', [namespace(), 'large']);
  // The first of a model and of a namespace costs more.
  await publish('0', 1, []);
});
afterAll(async () => {
  await chain?.stop();
});

/** The segments are in storage as if they had been recorded: what a publish reads of them is all there. */
test.each([
  ['1 TB', TERABYTE, LARGE.terabyte],
  ['the largest release that there can be', LARGEST, LARGE.most],
])('%s is published in one transaction', async (_, chunks, { segments: count, ...measured }) => {
  const roots = Array.from({ length: count }, (_, i) => digestAt(1e9 + i));
  await storeSegments(chain, roots, chunks);
  expect(await publish(`2.${count}`, chunks, roots)).toEqual(measured);
});

/** The whole of it takes minutes: `npm run test:deep`. */
const deep = process.env.BALLAST_DEEP === '1';
const all = Array.from({ length: Math.ceil(segmentsOf(TERABYTE) / AT_ONCE) }, (_, i) => i);

test(`1 TB is recorded in 311 transactions within the limits, of which ${deep ? 'all are' : 'the first and the last are'} sent`, {
  timeout: 3_600_000,
}, async () => {
  expect([TERABYTE, segmentsOf(TERABYTE), all.length]).toEqual([953_675, 932, 311]);
  const started = performance.now();
  const sent: Sent[] = [];
  const roots: Buffer[] = [];
  for (const i of deep ? all : [0, all.length - 1]) {
    const segments = [0, 1, 2]
      .map((j) => segment(i * AT_ONCE + j, TERABYTE))
      .filter(({ length }) => length > 0);
    sent.push(await send('multicall', [segments.map(recording)]));
    roots.push(...segments.map(rootOf));
  }
  // Each digest is random, with few zero bytes: no transaction costs more than the first by a thousandth.
  for (const { gas } of sent) expect(gas).toBeLessThan(3_953_000);
  if (!deep) return;
  const { gas } = await publish('1.0', TERABYTE, roots);
  const total = sent.reduce((sum, { gas }) => sum + gas, gas);
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(`1 TB: ${total} gas in ${sent.length + 1} transactions, the last ${gas}, in ${seconds} s`);
});

function namespace(): string {
  return publisher.address.toLowerCase();
}

function segmentsOf(chunks: number): number {
  return Math.ceil(chunks / SEGMENT);
}

/** The digests of segment i; none behind the last. */
function segment(i: number, chunks: number): Buffer[] {
  return digests(Math.max(0, Math.min(SEGMENT, chunks - i * SEGMENT)), i * SEGMENT);
}

function recording(segment: readonly Buffer[]): string {
  return chain.registry.interface.encodeFunctionData('recordSegment', [hex(Buffer.concat(segment))]);
}

async function publish(version: string, chunks: number, roots: readonly Buffer[]): Promise<Sent> {
  const sent = await send('publish', [
    {
      namespace: namespace(),
      name: 'large',
      version,
      manifestDigest: hex(digestAt(0)),
      chunkRoot: hex(roots.length === 0 ? digestAt(0) : rootOf(roots)),
      chunkCount: chunks,
      byteCount: chunks * 2 ** 20,
      mode: roots.length === 0 ? 1 : 0,
      homeChainId: 0,
      base: label(''),
      segmentRoots: roots.map(hex),
    },
  ]);
  const { release, segmentCount } = await chain.registry.resolve!(
    modelId(namespace(), 'large'),
    label(version),
  );
  expect([release.chunkCount, segmentCount]).toEqual([BigInt(chunks), BigInt(roots.length)]);
  return sent;
}

interface Sent {
  readonly gas: number;
  /** Of the signed transaction. */
  readonly bytes: number;
}

/** One transaction as a client sends it. @throws unless it is within the limits */
async function send(name: string, args: readonly unknown[]): Promise<Sent> {
  const data = chain.registry.interface.encodeFunctionData(name, args);
  const to = await chain.registry.getAddress();
  const filled = await publisher.populateTransaction({ to, data, gasLimit: MAX_GAS, ...FEES });
  const raw = await publisher.signTransaction(filled);
  const bytes = (raw.length - 2) / 2;
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  const receipt = await (await chain.provider.broadcastTransaction(raw)).wait();
  expect(receipt?.status).toBe(1);
  return { gas: Number(receipt?.gasUsed), bytes };
}
