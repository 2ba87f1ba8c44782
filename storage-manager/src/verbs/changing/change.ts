import type { AuthorizedAction, RegistryAction, RegistryActions } from '../../actions.ts';
import type { Task, Tasks } from '../../engine/tasks.ts';
import { PolicyError } from '../../errors.ts';
import type { JobOptions } from '../../events.ts';
import type { PublishQuote } from '../../interfaces.ts';
import { exclusively } from '../job/exclusive.ts';
import type { Ports } from '../job/ports.ts';

/** What changes of a registry work with. */
export interface ChangePorts extends Ports {
  readonly actions: RegistryActions;
  readonly tasks: Tasks;
}

export type AnyAction = RegistryAction | AuthorizedAction;

/** Something that somebody wants changed. */
export interface Intention<A extends AnyAction = AnyAction> {
  /** What is wanted, in the same words in each run: an interrupted one is found by it. */
  readonly key: readonly string[];
  /**
   * What has to be done as the registry stands now; null: it is so already.
   * @param settled an interrupted run's transaction was executed
   */
  prepare(settled: boolean): Promise<A | null>;
}

export interface ChangeOptions extends JobOptions {
  /** Quote, and send nothing (default false). */
  readonly dryRun?: boolean | undefined;
  /** Asked before anything is spent; false stops. Default: yes. */
  readonly confirm?: ((quote: PublishQuote) => Promise<boolean>) | undefined;
}

/** What became of it. */
export interface Changed {
  /** What was done, or in a dry run would be; null: nothing was left to do. */
  readonly action: AnyAction | null;
  /** False after a dry run, and where it was so already. */
  readonly changed: boolean;
  readonly transactions: number;
  readonly gasUsed: bigint;
  /** What was left to do, as it was quoted before. */
  readonly quote: PublishQuote;
}

export const NOTHING: PublishQuote = { transactions: 0, gas: 0n, wei: 0n, maxFeePerGas: 0n, chunksKnown: 0 };

/**
 * Does what is wanted, or finishes what an interrupted run of the same has begun: a transaction that was signed then is
 * waited for before the registry is looked at, so that none is sent twice.
 * @throws PolicyError `COST_DECLINED`; TransactionError: what the registry throws
 */
export async function change(
  ports: ChangePorts,
  { key, prepare }: Intention,
  options: ChangeOptions,
): Promise<Changed> {
  if (options.dryRun) {
    const action = await prepare(false);
    const quote = action === null ? NOTHING : await ports.actions.quote(action, options);
    return { action, changed: false, transactions: 0, gasUsed: 0n, quote };
  }
  return withTask(ports, key, options, async (task) => {
    const settled = await ports.actions.settle(task.log, options);
    const action = await prepare(settled.transactions > 0);
    if (action === null) return { action, changed: settled.transactions > 0, ...settled, quote: NOTHING };
    const quote = await ports.actions.quote(action, options);
    await agree(quote, options);
    const { maxFeePerGas } = quote;
    const receipt = await ports.actions.perform(action, task.log, { ...options, maxFeePerGas });
    return { action, changed: true, ...receipt, quote };
  });
}

/** Runs `work` on the task of that key while no other process of this state folder does; what it throws leaves it open. */
export async function withTask<T>(
  ports: ChangePorts,
  key: readonly string[],
  options: ChangeOptions,
  work: (task: Task) => Promise<T>,
): Promise<T> {
  const id = [ports.registry.id, ports.actions.address ?? '', ...key];
  const alone = async () => {
    const task = await ports.tasks.begin(id, options);
    const result = await work(task);
    // What a dry run has looked at may be an interrupted run's.
    if (!options.dryRun) await task.finish();
    return result;
  };
  return exclusively(ports, `change ${id.join(' ')}`, alone, options);
}

/** @throws PolicyError `COST_DECLINED` */
export async function agree(quote: PublishQuote, { confirm }: ChangeOptions): Promise<void> {
  if (confirm === undefined || (await confirm(quote))) return;
  throw new PolicyError('COST_DECLINED', {
    should: 'the change must be agreed to',
    was: 'it was declined',
    next: 'nothing was sent; run the same command again to agree',
  });
}
