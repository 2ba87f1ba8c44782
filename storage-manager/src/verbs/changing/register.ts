import { setTimeout } from 'node:timers/promises';
import type { ActionReceipt, NamespaceAction } from '../../actions.ts';
import type { Task } from '../../engine/tasks.ts';
import { TransactionError, UsageError } from '../../errors.ts';
import { waiting } from '../../events.ts';
import { isAddress, type Namespace } from '../../ids/reference.ts';
import type { PublishQuote } from '../../interfaces.ts';
import { agree, type Changed, type ChangeOptions, type ChangePorts, NOTHING, withTask } from './change.ts';

/** The minute after which the contract takes a label is over long before, unless the chain stands still. */
const WAIT_MS = 600_000;
const PAUSE_MS = 1_000;
/** Gas of the second transaction, which can't be estimated before the first is mined; measured: 54,099. */
const REGISTER_GAS = 60_000n;
/** Words that mean something else to clients; the contract keeps them too. */
const KEPT = ['local', 'default'];

/**
 * Registers a label: commits to it, waits a minute, and takes it, so that whoever sees it in a waiting transaction comes
 * too late. Interrupted anywhere, the same call goes on: what hides the label is on disk before anything is sent.
 * @throws TransactionError `NAMESPACE_TAKEN`, `REGISTRY_PAUSED` before anything is sent; `TRANSACTION_PENDING`
 */
export async function registerLabel(
  ports: ChangePorts,
  label: Namespace,
  options: ChangeOptions,
): Promise<Changed> {
  if (isAddress(label) || KEPT.includes(label)) throw forNobody(label);
  return withTask(ports, ['register', label], options, (task) => register(ports, label, task, options));
}

async function register(
  ports: ChangePorts,
  label: Namespace,
  { salt, log }: Task,
  options: ChangeOptions,
): Promise<Changed> {
  const { actions } = ports;
  const commit: NamespaceAction = { kind: 'commit', label, salt };
  const take: NamespaceAction = { kind: 'register', label, salt };
  const sent: ActionReceipt[] = options.dryRun ? [] : [await actions.settle(log, options)];
  const { owner } = await actions.namespace(label, options);
  if (owner !== null && owner === actions.address) return outcome(null, sent, NOTHING);

  // Asked by the second transaction's own call, so that a label that can't be had is refused here.
  const committed = (await actions.readyIn(label, salt, options)) !== null;
  if (committed) await untilReady(ports, label, salt, options);
  const quote = committed ? await actions.quote(take, options) : both(await actions.quote(commit, options));
  if (options.dryRun) return outcome(take, sent, quote);
  await agree(quote, options);
  const call = { ...options, maxFeePerGas: quote.maxFeePerGas };
  if (!committed) {
    sent.push(await actions.perform(commit, log, call));
    await untilReady(ports, label, salt, options);
  }
  sent.push(await actions.perform(take, log, call));
  return outcome(take, sent, quote);
}

/** Waits until the chain's own clock lets the commitment be used. */
async function untilReady(
  { actions }: ChangePorts,
  label: Namespace,
  salt: Task['salt'],
  options: ChangeOptions,
): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const seconds = await actions.readyIn(label, salt, options);
    if (seconds === 0) return;
    if (seconds !== null)
      waiting(options, `the chain takes ${label} a minute after it was committed to`, seconds);
    if (performance.now() > deadline) throw notReady(label);
    await setTimeout(PAUSE_MS, undefined, options).catch(() => options.signal?.throwIfAborted());
  }
}

/** Of both transactions, before the first is sent. */
function both({ transactions, gas, wei, ...rest }: PublishQuote): PublishQuote {
  const sum = gas + REGISTER_GAS;
  return { ...rest, transactions: transactions + 1, gas: sum, wei: gas === 0n ? wei : (wei * sum) / gas };
}

function outcome(
  action: NamespaceAction | null,
  sent: readonly ActionReceipt[],
  quote: PublishQuote,
): Changed {
  const transactions = sent.reduce((sum, each) => sum + each.transactions, 0);
  const gasUsed = sent.reduce((sum, each) => sum + each.gasUsed, 0n);
  return { action, changed: transactions > 0, transactions, gasUsed, quote };
}

function forNobody(label: Namespace): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'a namespace that is registered must be a label of its own',
    was: isAddress(label) ? `${label} belongs to its address already` : `${label} is a word of the clients`,
    next: isAddress(label) ? `publish under ${label}/ with its key` : 'take another label',
  });
}

function notReady(label: Namespace): TransactionError {
  return new TransactionError('TRANSACTION_PENDING', {
    should: `the chain must take ${label} a minute after it was committed to`,
    was: `its clock does not show that minute after ${WAIT_MS / 60_000} minutes`,
    next: 'run the same command again within a day: it goes on where this one stopped',
  });
}
