import { gasChart } from './gas-chart.ts';

/** Gas of each transaction by its name: the rows of gas.json, and those that the page alone needs. */
export type Gas = Readonly<Record<string, number>>;

/** What the page assumes of prices. All else on it was measured or follows from what was. */
const L1_GWEI = 1;
const L2_GWEI = 0.01;
const DOLLARS_PER_GWEI = 3_000 / 1e9;

const MIB = 1024 ** 2;
const SEGMENT = 1_024;
const PAGE = 512;

/** What each transaction costs before anything happens. Four pages share it. */
const BASE = 21_000;

/** A slot that was zero, not touched before in the transaction (EIP-2200, EIP-2929). */
const NEW_SLOT = 22_100;

const BLOB_BYTES = 131_072;

/** Gas at the base fee of L1 that a blob costs at least (EIP-7918). */
const BLOB_RESERVE_GAS = 8_192;

/** The publish of a large release as test/large-release.test.ts measures it: segments, gas, bytes of the transaction. */
export const LARGE = {
  terabyte: { segments: 932, gas: 3_481_726, bytes: 30_585 },
  most: { segments: 3_907, gas: 14_227_710, bytes: 125_787 },
} as const;

function amountOf(gas: Gas, name: string): number {
  const amount = gas[name];
  if (amount === undefined) throw new Error(`no transaction of the name "${name}" was measured`);
  return amount;
}

/** A way to put a release on chain: all that is sent for so many chunks. */
interface Layout {
  readonly name: string;
  readonly gas: number;
  readonly transactions: number;
  /** By the ABI, to within a kilobyte. */
  readonly calldataBytes: number;
}

/** @param gas of the rows that are named below; each amount follows from them */
function layouts(gas: Gas, chunks: number): Layout[] {
  const of = (name: string) => amountOf(gas, name);
  const segments = Math.ceil(chunks / SEGMENT);
  const pages = Math.ceil(chunks / PAGE);
  const perDigest = of('multicall of 3 recordSegment, 3,072 digests') / (3 * SEGMENT);
  const perSegment = (of('publish, 64 segments') - of('publish, 4 segments')) / 60;
  const perPage = (of('publish, 8 pages') - of('publish, 2 pages')) / 6;
  const publishPages = of('publish, 2 pages') + (pages - 2) * perPage;
  const all: (Layout & { readonly most?: number })[] = [
    {
      name: 'a struct a chunk',
      gas: of('a struct a chunk, the first') + (chunks - 1) * of('a struct a chunk, the next'),
      transactions: chunks,
      calldataBytes: chunks * 292,
    },
    {
      name: '`CODE`',
      gas: (chunks / PAGE) * (of('recordPage, 512 digests') - 0.75 * BASE) + publishPages,
      transactions: Math.ceil(pages / 4) + 1,
      calldataBytes: chunks * 32 + pages * 100,
      most: 65_536,
    },
    {
      name: '`LOGGED`',
      gas: chunks * perDigest + of('publish, 4 segments') + (segments - 4) * perSegment,
      transactions: Math.ceil(segments / 3) + 1,
      calldataBytes: chunks * 32 + segments * 192,
    },
    {
      name: '`ROOT_ONLY`',
      gas: of('publish, root only'),
      transactions: 1,
      calldataBytes: 612,
    },
  ];
  return all.filter(({ most = Infinity }) => chunks <= most);
}

/** Dollars of so much gas on Ethereum itself. */
const onL1 = (gas: number): number => gas * L1_GWEI * DOLLARS_PER_GWEI;

/** Dollars on an L2: its own gas, and the least that its operator pays for the bytes in blobs. */
function onL2({ gas, calldataBytes }: Layout): number {
  const blobs = (calldataBytes / BLOB_BYTES) * BLOB_RESERVE_GAS * L1_GWEI;
  return (gas * L2_GWEI + blobs) * DOLLARS_PER_GWEI;
}

const SIZES = [
  ['14 GB', 14e9],
  ['140 GB', 140e9],
  ['1 TB', 1e12],
] as const;

/** What most people send, in the order of the flow. */
const COMMON = [
  'commitNamespace',
  'registerNamespace',
  'createModel',
  'multicall of 3 recordSegment, 3,072 digests',
  'publish, 4 segments',
  'publish, 4 segments, first of its model',
  'publish, root only',
  'setChannel, new channel',
  'setChannel',
  'setStatus',
  'grant',
  'attest, first of its auditor',
  'attest',
];

/** The table of the contract's README. */
export function gasTable(gas: Gas): string {
  const rows = COMMON.map((name) => row([name, whole(amountOf(gas, name))]));
  return ['| transaction | gas |', '| --- | --: |', ...rows].join('\n');
}

/** docs/gas.md and docs/gas.svg. */
export function gasPage(gas: Gas): { page: string; chart: string } {
  const chunks = Math.ceil(SIZES[0][1] / MIB);
  const chart = gasChart(
    `A model of 14 GB (${whole(chunks)} chunks) on Ethereum at ${L1_GWEI} gwei and $3,000: gas, each line tenfold`,
    layouts(gas, chunks).map(({ name, gas }) => ({
      name: name.replaceAll('`', ''),
      gas,
      label: `${short(gas)} gas, ${dollars(onL1(gas))}`,
    })),
  );
  return { page: page(gas), chart };
}

function page(gas: Gas): string {
  const transactions = Object.entries(gas).filter(([name]) => !OF_LAYOUTS.has(name));
  const perDigest = gas['multicall of 3 recordSegment, 3,072 digests']! / (3 * SEGMENT);
  const perStruct = gas['a struct a chunk, the next']!;
  return `<!-- Made by registry-contract/scripts/gas-page.ts from what a test measures; the same test holds it current. -->

# What the contract costs

Gas of real transactions on anvil under the rules of Ethereum's main network (Osaka), from
[gas.json](../registry-contract/gas.json). Prices assume ${L1_GWEI} gwei on Ethereum, ${L2_GWEI} gwei on an L2, and $3,000 an ether: multiply
by what yours are.

![Cost of a model of 14 GB in each layout](gas.svg)

## A whole model

A chunk is at most 1 MiB, so a model has at least bytes / 1,048,576 of them. *A struct a chunk* is the layout that comes to
mind first, \`struct {string cid; bytes32 hash; uint256 size}\` in storage and one call for each chunk, built as
[a contract](../registry-contract/test/fixtures/PerChunkRegistry.sol) and measured beside ours.

| model | chunks | layout | transactions | gas | on Ethereum | on an L2 |
| --- | --: | --- | --: | --: | --: | --: |
${SIZES.flatMap(([size, bytes]) => modelRows(gas, size, Math.ceil(bytes / MIB))).join('\n')}

A chunk costs ${whole(perStruct)} gas as a struct and ${whole(perDigest)} logged: ${whole(perStruct / perDigest)} times less, and of the two only the log comes with a proof.
One slot more a chunk, to find it by its hash, would make the struct ${whole(perStruct + NEW_SLOT)}.

- \`LOGGED\` is what the client takes up to 64 GiB: every digest was public, and the chain computed the root over them.
- \`ROOT_ONLY\` is what it takes above: the root is the publisher's claim, which every reader checks from the index.
- \`CODE\` is for contracts that must read digests themselves; at most 65,536 chunks.

The amounts follow from the measured transactions by multiplication: so many digests, segments, pages and transactions.

${example(gas)}

## Each transaction

| transaction | gas | on Ethereum | on an L2, without its data |
| --- | --: | --: | --: |
${transactions.map(([name, amount]) => row([name, whole(amount), dollars(onL1(amount)), dollars(onL1(amount) * (L2_GWEI / L1_GWEI))])).join('\n')}

A model is listed with its first release, and its namespace with the first of its models, not when their names are taken: lists
hold no empty rows, and a name that is never used costs less. \`createModel\` and the first publish of the model take
${whole(gas.createModel! + gas['publish, 4 segments, first of its model']!)} gas together.

## Why hashing on chain is free

A transaction pays for its calldata and its execution, but at least a floor (EIP-7623): 21,000 and 10 gas for each zero byte
and 40 for each other. The 32 random bytes of a digest cost 512 gas as plain calldata and 1,280 at the floor, so up to 768 gas
of execution a digest change nothing. The node that a digest adds to the tree, its 32 bytes in the log and its share of the
segment's storage slot stay below that: the ${whole(perDigest)} gas a digest are the floor and what the calls themselves cost. A contract that only kept the bytes would
cost the same.

One transaction has room for three segments: nodes refuse transactions over 128 KiB before their gas matters (the limit of a
transaction is 16,777,216 gas, EIP-7825).

So 1 TB is 311 transactions and a publish of ${LARGE.terabyte.segments} segments: ${whole(LARGE.terabyte.gas)} gas and ${whole(LARGE.terabyte.bytes)} bytes. The largest release
there can be, 4,000,000 chunks in ${whole(LARGE.most.segments)} segments, is published for ${whole(LARGE.most.gas)} gas in ${whole(LARGE.most.bytes)} bytes. Both were sent, with the
segments put into storage as if they had been recorded; \`npm run test:deep\` sends all 312 transactions of 1 TB
([large-release.test.ts](../registry-contract/test/large-release.test.ts)).

An L2 has the same gas at its own price, and puts the bytes into blobs on Ethereum. Digests don't compress. The column has the
least that a blob costs (EIP-7918: 8,192 gas at Ethereum's base fee for 131,072 bytes); an operator adds his margin.

EIP-7976, which is planned and has no date, raises the floor to 64 gas a byte: 2,048 a digest. What is written to storage
becomes four to eight times dearer by EIP-8037 of the same plan.
`;
}

/** The first table's middle row, step by step. */
function example(gas: Gas): string {
  const chunks = Math.ceil(SIZES[0][1] / MIB);
  const logged = layouts(gas, chunks).find(({ name }) => name === '`LOGGED`')!;
  const blobs = logged.calldataBytes / BLOB_BYTES;
  return `**Worked example.** ${SIZES[0][0]} are ${whole(chunks)} chunks, ${Math.ceil(chunks / SEGMENT)} segments, ${logged.transactions} transactions. \`LOGGED\` takes ${whole(logged.gas)} gas. On Ethereum, at
${L1_GWEI} gwei, that is ${ether(logged.gas * L1_GWEI)} ether; at $3,000 an ether ${dollars(onL1(logged.gas))}. On an L2 the same gas at ${L2_GWEI} gwei is ${ether(logged.gas * L2_GWEI)} ether, ${dollars(onL1(logged.gas * (L2_GWEI / L1_GWEI)))}; its
${whole(logged.calldataBytes / 1e3)} kB fill ${blobs.toFixed(1)} blobs on Ethereum, at least ${whole(blobs * BLOB_RESERVE_GAS)} gas at Ethereum's base fee, ${dollars(onL1(blobs * BLOB_RESERVE_GAS))}: together ${dollars(onL2(logged))}.`;
}

const ether = (gwei: number): string => (gwei / 1e9).toPrecision(3);

/** Rows that stand in the first table. */
const OF_LAYOUTS = new Set(['a struct a chunk, the first', 'a struct a chunk, the next']);

function modelRows(gas: Gas, size: string, chunks: number): string[] {
  return layouts(gas, chunks).map((layout, i) =>
    row([
      i === 0 ? size : '',
      i === 0 ? whole(chunks) : '',
      layout.name,
      whole(layout.transactions),
      short(layout.gas),
      dollars(onL1(layout.gas)),
      dollars(onL2(layout)),
    ]),
  );
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const whole = (number: number): string => Math.round(number).toLocaleString('en-US');

/** With three digits and a unit. */
function short(number: number): string {
  const [unit, size] = number < 1e6 ? ['k', 1e3] : number < 1e9 ? ['M', 1e6] : ['G', 1e9];
  return `${(number / size).toPrecision(3)} ${unit}`;
}

function dollars(amount: number): string {
  if (amount < 1) return `$${amount.toPrecision(2)}`;
  return amount < 100 ? `$${amount.toFixed(2)}` : `$${whole(Number(amount.toPrecision(3)))}`;
}
