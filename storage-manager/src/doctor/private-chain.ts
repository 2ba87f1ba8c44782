import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startAnvil } from '../registries/embedded/anvil.ts';
import { refuseLoss } from '../registries/embedded/begun.ts';
import { anvilFlags, EMBEDDED_CHAIN_ID, EmbeddedChain } from '../registries/embedded/chain.ts';
import { corrupt, entryAt, readEntries, readGenesis, transactionIn } from '../registries/embedded/journal.ts';
import { readKey } from '../registries/embedded/key.ts';
import { checkCode } from '../registries/embedded/open.ts';
import { Chain } from '../registries/ethereum/chain.ts';
import { contractAddress } from '../registries/ethereum/deploy.ts';
import { type Check, check, type Finding, late, lateDisk, ok, skip, skipped } from './check.ts';

/** Measured: 500 in 1.0 s; more than these might pass the deadline of a check, and nothing would be wrong. */
const MAX_REPLAYED = 1_000;

const NONE_YET = 'none yet: the first store makes it';

/** The private chain of this machine, and its key; neither is made. */
export async function checkPrivateChain(
  folder: string,
  keyFile: string,
  signal?: AbortSignal,
): Promise<Check[]> {
  const journal = join(folder, 'journal');
  let count = 0;
  const [key, record] = await Promise.all([
    check('key', { signal, late: lateDisk(keyFile) }, async () => {
      const account = await readKey(keyFile);
      return account === null ? skip(NONE_YET) : ok(`${account.address}, in ${keyFile}, yours alone`);
    }),
    check('private chain', { signal, late: lateDisk(journal) }, async (stop) => {
      count = existsSync(folder) ? await countEntries(journal, keyFile, stop) : 0;
      return count === 0
        ? skip(NONE_YET)
        : ok(`${journal}, transactions: ${count}, contract of this version`);
    }),
  ]);
  const anvil =
    record.status === 'fail'
      ? skipped(['anvil'], 'the journal of the chain must be mended first')
      : [
          await check(
            'anvil',
            {
              signal,
              late: late('CHAIN_UNREACHABLE', 'anvil', 'see what keeps this machine busy, then look again'),
            },
            (stop) =>
              count === 0 || count > MAX_REPLAYED ? startFinding(stop) : replayFinding(folder, journal, stop),
          ),
        ];
  return [key, record, ...anvil];
}

/** The transactions of a sound journal; 0 where there is none yet. */
async function countEntries(journal: string, keyFile: string, signal: AbortSignal): Promise<number> {
  await refuseLoss(journal, keyFile);
  const found = await readGenesis(journal);
  if (found === null) return 0;
  checkCode(journal, found.genesis);
  let count = 0;
  for await (const _ of readEntries(journal, found.end)) {
    signal.throwIfAborted();
    count += 1;
  }
  if (count === 0) throw corrupt(journal, 'it lacks its first transaction');
  return count;
}

async function startFinding(signal: AbortSignal): Promise<Finding> {
  const begun = performance.now();
  const anvil = await startAnvil(anvilFlags(Math.floor(Date.now() / 1000)), { signal });
  await anvil.stop();
  return ok(`starts in ${sinceText(begun)}`);
}

/** Executes the whole journal: every block must come out with the hash that was recorded. */
async function replayFinding(folder: string, journal: string, signal: AbortSignal): Promise<Finding> {
  const begun = performance.now();
  const end = (await readGenesis(journal))?.end ?? 0;
  const first = (await entryAt(journal, end))?.entry;
  if (first === undefined) throw corrupt(journal, 'it lacks its first transaction');
  const rpc = new EmbeddedChain({ journal, lock: join(folder, 'lock'), first: first.block, lingerMs: 0 });
  const contract = contractAddress(transactionIn(journal, first));
  const chain = new Chain({ rpc, chainId: EMBEDDED_CHAIN_ID, contract, finality: 'latest' });
  try {
    const head = await chain.head({ signal });
    return ok(`replays the chain to block ${head.number} in ${sinceText(begun)}, contract code as expected`);
  } finally {
    await rpc.close();
  }
}

function sinceText(begun: number): string {
  return `${Math.round(performance.now() - begun)} ms`;
}

/** Hash of the block that names the chain; null where there is none yet. */
export async function firstBlock(folder: string): Promise<string | null> {
  const journal = join(folder, 'journal');
  const found = await readGenesis(journal);
  return found === null ? null : ((await entryAt(journal, found.end))?.entry.block ?? null);
}
