import { resolve } from 'node:path';
import { homeFolder } from '../config/load.ts';
import { placesIn } from '../config/places.ts';
import type { Config } from '../config/schema.ts';
import { TransactionError } from '../errors.ts';
import { type JobOptions, note } from '../events.ts';
import { lockFolder } from '../fs/lock-folder.ts';
import type { Chain, Head } from '../registries/ethereum/chain.ts';
import { costOf } from '../registries/ethereum/cost.ts';
import { NOBODY } from '../registries/ethereum/create2.ts';
import { exclusively } from '../verbs/job/exclusive.ts';
import { agree } from './agree.ts';
import { type Connection, type SignerOptions, withConnection, writer } from './connect.ts';
import { type Deployment, type DeploymentQuote, deploymentDocument } from './document.ts';
import { awaitOwn, execute } from './execute.ts';
import { type AdminOptions, administrationOf } from './options.ts';
import { estimateStep, type Plan, planDeployment } from './plan.ts';
import { RecordFile, recordOf } from './record.ts';
import { openFactory, siteOf } from './site.ts';

/** What is deployed, and how. */
export interface DeployOptions extends JobOptions, AdminOptions, SignerOptions {
  /** Plans and prices; sends and writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** Folder of the record `<chainId>.json`. Default: `deployments` in the working directory. */
  readonly folder?: string | undefined;
  /** Folder of all state, whose locks are taken. Default: `BALLAST_HOME`, else `~/.ballast`. */
  readonly home?: string | undefined;
  /** Asked once, before the first transaction. Default: agreed. */
  readonly confirm?: ((quote: DeploymentQuote) => boolean | Promise<boolean>) | undefined;
}

/** Each attempt does what is left; more than the steps are needed only where somebody else sends the same. */
const ATTEMPTS = 10;

/**
 * Puts the registry on the configured chain, at the address that the same `admin` gives on every chain. What stands
 * already is proven and not sent again, so that an interrupted run is finished by the next, and of several at once on this
 * machine one sends.
 * @param config needs an RPC and, unless it is a dry run, a key
 * @throws TrustError `CONTRACT_MISMATCH`, `CHAIN_MISMATCH`, `CHAIN_UNREACHABLE`; TransactionError `FUNDS_INSUFFICIENT`,
 *   `TRANSACTION_PENDING`, `TRANSACTION_FAILED`; PolicyError `COST_DECLINED`, `DESTINATION_EXISTS`;
 *   ResourceError `FILE_SYSTEM`; BusyError `LOCKED`; UsageError
 */
export function deployRegistry(config: Config, options: DeployOptions = {}): Promise<Deployment> {
  const sending = async (connection: Connection) => {
    if (options.dryRun === true) return deploy(connection, options);
    const locks = await lockFolder(placesIn(options.home ?? homeFolder()).locks);
    const taking = { ...connection, wait: { ...connection.wait, locks } };
    // A creation that somebody else is ahead with costs all its gas.
    return exclusively(
      { locks },
      `deploy to chain ${connection.chainId}`,
      () => deploy(taking, options),
      options,
    );
  };
  return withConnection(config, sending, options);
}

async function deploy(connection: Connection, options: DeployOptions): Promise<Deployment> {
  const { account, wait, chainId } = connection;
  const administration = administrationOf(options);
  const site = siteOf(administration?.admin ?? null);
  const chain = await openFactory(connection, options);
  const record = recordOf(chainId, site, administration?.admin ?? null);
  const file = await RecordFile.open(resolve(options.folder ?? 'deployments'), record);
  const planAt = (head: Head) =>
    planDeployment(chain, head, site, administration, account?.address ?? null, options);

  if (options.dryRun !== true && account !== null)
    await awaitOwn(chain, account.address, wait.pendingMs, options);
  const head = await chain.head(options);
  const begun = await planAt(head);
  const quote = await quoteOf(chain, head, begun, account?.address ?? NOBODY, options);
  if (options.dryRun === true) return deploymentDocument(record, begun, begun, quote, null);
  if (begun.steps.length > 0) {
    await agree(chain, writer(connection).account.address, quote, options, options.confirm);
    await file.prepare();
  }

  const { maxFeePerGas } = quote;
  let [gasUsed, block, transactions] = [0n, 0, 0];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const left = await planAt(await chain.head(options, block));
    const [step] = left.steps;
    if (step === undefined) {
      await file.write();
      return deploymentDocument(record, begun, left, quote, { transactions, gasUsed, file: file.path });
    }
    const mined = await execute(chain, writer(connection), step, { ...options, maxFeePerGas });
    if (mined === null) continue;
    ({ block } = mined);
    gasUsed += mined.gasUsed;
    transactions += 1;
    await file.add({ what: step.what, hash: mined.hash, block, gasUsed: String(mined.gasUsed) });
    note(options, 'info', `done in block ${block}, ${mined.gasUsed} gas`);
  }
  throw new TransactionError('TRANSACTION_FAILED', {
    should: `ChunkedModelRegistry must be created at ${site.registry.address}`,
    was: `${ATTEMPTS} transactions were reverted or overtaken`,
    next: 'run the same command again when nobody else writes with this account',
  });
}

async function quoteOf(
  chain: Chain,
  head: Head,
  { steps }: Plan,
  from: string,
  options: JobOptions,
): Promise<DeploymentQuote> {
  let gas = 0n;
  for (const step of steps) gas += await estimateStep(chain, head, step, from, options);
  return { transactions: steps.length, ...(await costOf(chain, head, gas, options)) };
}
