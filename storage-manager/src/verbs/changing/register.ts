import { randomBytes } from 'node:crypto';
import type { ActionReceipt, NamespaceAction, RegistryActions } from '../../actions.ts';
import type { Task } from '../../engine/tasks.ts';
import { TransactionError, UsageError } from '../../errors.ts';
import { waiting } from '../../events.ts';
import { type Digest, digestFromBytes } from '../../ids/digest.ts';
import { isAddress, type Namespace } from '../../ids/reference.ts';
import type { PublishOptions, PublishQuote, TransactionLog } from '../../interfaces.ts';
import { sleep } from '../../sleep.ts';
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
  return withLabel(ports, label, options, (task) => register(ports, label, task, options));
}

/**
 * What an account whose key is elsewhere must send next to register a label: the outcome's action, null where it has it.
 * The second transaction is told once the chain would take it: the minute is waited for.
 */
export function prepareLabel(ports: ChangePorts, label: Namespace, options: ChangeOptions): Promise<Changed> {
  return withLabel(ports, label, { ...options, dryRun: true }, async (task) => {
    const { next, quote } = await leftToDo(ports, label, task.salt, options);
    if (next === null) await task.finish();
    if (next?.kind === 'register') await untilReady(ports, label, task.salt, options);
    return outcome(next, [], quote);
  });
}

async function withLabel<T>(
  ports: ChangePorts,
  label: Namespace,
  options: ChangeOptions,
  work: (task: Task) => Promise<T>,
): Promise<T> {
  if (isAddress(label) || KEPT.includes(label)) throw forNobody(label);
  return withTask(ports, ['register', label], options, work);
}

async function register(
  ports: ChangePorts,
  label: Namespace,
  { salt, log }: Task,
  options: ChangeOptions,
): Promise<Changed> {
  const { actions } = ports;
  const sent: ActionReceipt[] = options.dryRun ? [] : [await actions.settle(log, options)];
  const { next, quote } = await leftToDo(ports, label, salt, options);
  if (next === null || options.dryRun) return outcome(next, sent, quote);
  await agree(quote, options);
  const call = { ...options, maxFeePerGas: quote.maxFeePerGas };
  if (next.kind === 'commit') sent.push(await commitTo(actions, next, log, call));
  await untilReady(ports, label, salt, options);
  const take: NamespaceAction = { kind: 'register', label, salt };
  sent.push(await actions.perform(take, log, call));
  return outcome(take, sent, quote);
}

/** Whoever copies a commitment and sends it first does no harm: it binds the label to this account all the same. */
async function commitTo(
  actions: RegistryActions,
  commit: Extract<NamespaceAction, { kind: 'commit' }>,
  log: TransactionLog,
  options: PublishOptions,
): Promise<ActionReceipt> {
  try {
    return await actions.perform(commit, log, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if ((await actions.readyIn(commit.label, commit.salt, options)) === null) throw error;
    return { transactions: 0, gasUsed: 0n, block: 0 };
  }
}

/** The next of both transactions, and what all that are left cost; null: the label is this account's. */
async function leftToDo(
  { actions }: ChangePorts,
  label: Namespace,
  salt: Digest,
  options: ChangeOptions,
): Promise<{ readonly next: NamespaceAction | null; readonly quote: PublishQuote }> {
  const { owner } = await actions.namespace(label, options);
  if (owner !== null && owner === actions.address) return { next: null, quote: NOTHING };
  const commit: NamespaceAction = { kind: 'commit', label, salt };
  const take: NamespaceAction = { kind: 'register', label, salt };
  // Asked by the second transaction's own call, so that a label that can't be had is refused here.
  const seconds = await actions.readyIn(label, salt, options);
  if (seconds === 0) return { next: take, quote: await actions.quote(take, options) };
  if (seconds === null)
    return { next: commit, quote: withTaking(await actions.quote(commit, options), true) };
  // It can't be quoted before its minute is over, and a commitment that stands not again: another has the same price.
  const other = { ...commit, salt: digestFromBytes(randomBytes(32)) };
  return { next: take, quote: withTaking(await actions.quote(other, options), false) };
}

/** Waits until the chain's own clock lets the commitment be used. */
async function untilReady(
  { actions }: ChangePorts,
  label: Namespace,
  salt: Digest,
  options: ChangeOptions,
): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const seconds = await actions.readyIn(label, salt, options);
    if (seconds === 0) return;
    if (seconds !== null)
      waiting(options, `the chain takes ${label} a minute after it was committed to`, seconds);
    if (performance.now() > deadline) throw notReady(label);
    await sleep(PAUSE_MS, options);
  }
}

/** Of the second transaction, and of the first too where it is left, by what the first costs. */
function withTaking({ gas, wei, ...rest }: PublishQuote, both: boolean): PublishQuote {
  const sum = both ? gas + REGISTER_GAS : REGISTER_GAS;
  return { ...rest, transactions: both ? 2 : 1, gas: sum, wei: gas === 0n ? wei : (wei * sum) / gas };
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
