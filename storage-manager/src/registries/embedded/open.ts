import { join } from 'node:path';
import { readerCodeHash, runtimeCodeHash } from '@ballast-models/registry-contract';
import { TrustError } from '../../errors.ts';
import { withLock } from '../../fs/locks.ts';
import type { CallOptions } from '../../interfaces.ts';
import type { Account } from '../ethereum/account.ts';
import { Chain } from '../ethereum/chain.ts';
import { contractAddress, signDeployment } from '../ethereum/deploy.ts';
import { EthereumRegistry } from '../ethereum/registry.ts';
import { Sender } from '../ethereum/send.ts';
import { embeddedId } from '../registry-id.ts';
import { startAnvil } from './anvil.ts';
import { markBegun, refuseLoss } from './begun.ts';
import { anvilFlags, EMBEDDED_CHAIN_ID, EmbeddedChain, execute } from './chain.ts';
import {
  corrupt,
  createJournal,
  entryAt,
  FORMAT,
  type Genesis,
  readGenesis,
  transactionIn,
} from './journal.ts';
import { openKey } from './key.ts';

export interface EmbeddedOptions {
  /** Holds the journal and its lock: `BALLAST_HOME/chain`. Made where missing. */
  readonly folder: string;
  /** This machine's own key: `BALLAST_HOME/key`. Made with the first chain. */
  readonly keyFile: string;
  /** How long anvil is kept after a call, in milliseconds. Default: 2 s. */
  readonly lingerMs?: number | undefined;
}

const LINGER_MS = 2_000;
/** A receipt is there at once, so this ends only a hang. */
const PENDING_MS = 60_000;

/**
 * The contract on the private chain of this machine, which is made on first use with the contract's creation as its
 * first transaction. Its id is the hash of that block: it differs from the id of a chain that a reset has removed.
 * @throws TrustError `CONTRACT_MISMATCH` when the chain holds another version of the contract; PolicyError `KEY_UNSAFE`;
 *   ResourceError `FORMAT_UNKNOWN`; CorruptError `STORE_CORRUPT`, also when key or journal was lost
 */
export async function openEmbeddedRegistry(
  { folder, keyFile, lingerMs = LINGER_MS }: EmbeddedOptions,
  options: CallOptions = {},
): Promise<EthereumRegistry> {
  const journal = join(folder, 'journal');
  const lock = join(folder, 'lock');
  const { account, genesis, end } = await withLock(
    lock,
    async () => {
      await refuseLoss(journal, keyFile);
      const account = await openKey(keyFile);
      if ((await readGenesis(journal)) === null) await createChain(journal, account, options);
      const found = await readGenesis(journal);
      if (found === null) throw corrupt(journal, 'it vanished');
      await markBegun(journal);
      return { account, ...found };
    },
    options,
  );
  checkCode(journal, genesis);
  const first = (await entryAt(journal, end))?.entry;
  if (first === undefined) throw corrupt(journal, 'it lacks its first transaction');
  const chainId = EMBEDDED_CHAIN_ID;
  const rpc = new EmbeddedChain({ journal, lock, first: first.block, lingerMs });
  const contract = contractAddress(transactionIn(journal, first));
  const chain = new Chain({ rpc, chainId, contract, finality: 'latest' });
  const sender = new Sender(chain, account, { confirmations: 1, pendingMs: PENDING_MS, locks: folder });
  return new EthereumRegistry(chain, { id: embeddedId(first.block), trust: 'local' }, sender);
}

async function createChain(journal: string, account: Account, options: CallOptions): Promise<void> {
  // The contract tells a release that does not exist by time 0, which is what a machine without a clock begins with.
  const time = Math.max(1, Math.floor(Date.now() / 1000));
  const { raw } = signDeployment(account, EMBEDDED_CHAIN_ID, 0, { max: 0n, priority: 0n });
  const anvil = await startAnvil(anvilFlags(time), options);
  try {
    const { block } = await execute(anvil, raw, time);
    const genesis = { format: FORMAT, time, codeHash: runtimeCodeHash, readerCodeHash } as const;
    await createJournal(journal, genesis, { time, raw, block });
  } finally {
    await anvil.stop();
  }
}

/** @throws TrustError `CONTRACT_MISMATCH` unless this version made the chain */
export function checkCode(journal: string, genesis: Genesis): void {
  if (genesis.codeHash === runtimeCodeHash && genesis.readerCodeHash === readerCodeHash) return;
  throw new TrustError('CONTRACT_MISMATCH', {
    should: `the chain in ${journal} must hold the contract ${runtimeCodeHash} and its reader ${readerCodeHash}`,
    was: `another version of Ballast made it with ${genesis.codeHash} and ${genesis.readerCodeHash}`,
    next: 'use that version, or begin anew with `ballast reset` and store the models again',
  });
}
