import { readFile, writeFile } from 'node:fs/promises';
import { Contract, ContractFactory, type ContractTransactionResponse } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forge } from '../scripts/foundry.ts';
import { type Gas, gasPage, gasTable } from '../scripts/gas-page.ts';
import { digestAt, digests, hex, rootOf } from '../scripts/tree.ts';
import { type Chain, startChain } from './chain.ts';

/** `UPDATE_GAS=1 npx vitest run registry-contract/test/gas-page.test.ts` writes the files anew, after gas.json. */
const project = new URL('../../', import.meta.url);
const README = 'registry-contract/README.md';
const TABLE = /(?<=<!-- gas -->\n)[\s\S]*(?=<!-- until here -->)/;

let chain: Chain;
let made: Readonly<Record<string, string>>;

const read = async (path: string): Promise<string> => await readFile(new URL(path, project), 'utf8');

beforeAll(async () => {
  chain = await startChain();
  const inGit: Gas = JSON.parse(await read('registry-contract/gas.json'));
  const { page, chart } = gasPage({ ...inGit, ...(await pages()), ...(await structs()) });
  const readme = (await read(README)).replace(TABLE, `${gasTable(inGit)}\n`);
  made = { 'docs/gas.md': page, 'docs/gas.svg': chart, [README]: readme };
  if (process.env.UPDATE_GAS !== '1') return;
  for (const [path, text] of Object.entries(made)) await writeFile(new URL(path, project), text);
});
afterAll(async () => await chain.stop());

test.each(['docs/gas.md', 'docs/gas.svg', README])('%s has what scripts/gas-page.ts writes', async (path) => {
  expect(await read(path)).toBe(made[path]);
});

/** One call a chunk of the obvious layout. */
async function structs(): Promise<Gas> {
  const abi = ['function addChunk(string model, string cid, bytes32 hash, uint256 size)'];
  const { stdout } = await forge(['inspect', 'PerChunkRegistry', 'bytecode']);
  const deployed = await new ContractFactory(abi, stdout.trim(), chain.owner).deploy();
  const perChunk = new Contract(await deployed.getAddress(), abi, chain.owner);
  const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
  const add = async (i: number): Promise<number> =>
    await used(perChunk.addChunk!('acme/llama-3-8b-instruct', cid, hex(digestAt(i)), 1024 ** 2));
  return { 'a struct a chunk, the first': await add(0), 'a struct a chunk, the next': await add(1) };
}

/** Digests in contract code. */
async function pages(): Promise<Gas> {
  const { registry } = chain;
  const namespace = (await chain.owner.getAddress()).toLowerCase();
  await used(registry.createModel!(namespace, 'llama'));
  const runs = Array.from({ length: 8 }, (_, i) => digests(512, i * 512));
  for (const run of runs) await used(registry.recordPage!(hex(Buffer.concat(run))));
  const publish = async (version: string, count: number): Promise<number> =>
    await used(
      registry.publish!({
        namespace,
        name: 'llama',
        version,
        manifestDigest: hex(digestAt(1e6)),
        chunkRoot: hex(rootOf(runs.slice(0, count).flat())),
        chunkCount: count * 512,
        byteCount: count * 512 * 1024 ** 2,
        mode: 2,
        homeChainId: 0,
        base: hex(Buffer.alloc(32)),
        segmentRoots: runs.slice(0, count).map((run) => hex(rootOf(run))),
      }),
    );
  await publish('0', 1);
  return {
    'publish, 2 pages': await publish('1', 2),
    'publish, 8 pages': await publish('2', 8),
  };
}

async function used(sent: Promise<ContractTransactionResponse>): Promise<number> {
  return Number((await (await sent).wait())!.gasUsed);
}
