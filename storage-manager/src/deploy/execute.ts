import { accessManagerCodeHash } from '@ballast-models/registry-contract';
import { TransactionError } from '../errors.ts';
import { type JobOptions, note } from '../events.ts';
import type { CallOptions } from '../interfaces.ts';
import { Chain } from '../registries/ethereum/chain.ts';
import { type Creation, FACTORY } from '../registries/ethereum/create2.ts';
import { NOWHERE, Sender } from '../registries/ethereum/send.ts';
import { type Mined, readNonce } from '../registries/ethereum/wait.ts';
import { sleep } from '../sleep.ts';
import type { Writer } from './connect.ts';
import type { Step } from './plan.ts';
import { stands } from './site.ts';

const POLL_MS = 500;

/**
 * Sends one step and waits until it is confirmed.
 * @returns null where it was overtaken or reverted: what is left must be planned anew
 */
export async function execute(
  factory: Chain,
  { account, wait }: Writer,
  { what, to, data, creation }: Step,
  options: JobOptions & { readonly maxFeePerGas?: bigint },
): Promise<Mined | null> {
  note(options, 'info', `sending: ${what}`);
  const chain = to === FACTORY ? factory : managerChain(factory, to);
  try {
    const [mined] = await new Sender(chain, account, wait).run([() => data], NOWHERE, options);
    return mined?.ok ? mined : null;
  } catch (error) {
    // An address that somebody else took meanwhile: the node refuses the creation, or all its gas is gone (EIP-684).
    if (creation !== null && (await standsNow(factory, creation, options))) return null;
    throw error;
  }
}

/** False where that can't be told. */
async function standsNow(factory: Chain, creation: Creation, options: CallOptions): Promise<boolean> {
  try {
    return await stands(factory, await factory.head(options), creation, options);
  } catch {
    return false;
  }
}

/**
 * Waits for what this account has sent before, so that a run which was killed in between does not send it again.
 * @throws TransactionError `TRANSACTION_PENDING` after the deadline
 */
export async function awaitOwn(
  chain: Chain,
  address: string,
  pendingMs: number,
  options: CallOptions,
): Promise<void> {
  const deadline = performance.now() + pendingMs;
  for (;;) {
    const mined = await readNonce(chain, address, 'latest', options);
    const sent = await readNonce(chain, address, 'pending', options);
    if (sent <= mined) return;
    if (performance.now() > deadline) throw stuck(address, mined, sent - mined, pendingMs);
    await sleep(POLL_MS, options);
  }
}

function managerChain({ rpc, chainId }: Chain, address: string): Chain {
  const codes = new Map([[address, accessManagerCodeHash]]);
  return new Chain({ rpc, chainId, contract: address, finality: 'latest', codes });
}

function stuck(address: string, nonce: number, count: number, pendingMs: number): TransactionError {
  return new TransactionError('TRANSACTION_PENDING', {
    should: `${address} must have no other transaction on its way`,
    was: `${count} are still pending after ${pendingMs / 1_000} s, from nonce ${nonce}`,
    next: 'run the same command again when they are executed, or replace them by others',
  });
}
