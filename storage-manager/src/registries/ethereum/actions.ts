import type {
  ActionReceipt,
  AuthorizedAction,
  GrantRecord,
  NamespaceRecord,
  PreparedCall,
  RegistryAction,
  RegistryActions,
  SignableAction,
  Statement,
  StatementTerms,
} from '../../actions.ts';
import { TransactionError, UsageError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import type { EventFilter, PlacedEvent } from '../../history-events.ts';
import type { Digest } from '../../ids/digest.ts';
import { isAddress, type ModelName, type Namespace } from '../../ids/reference.ts';
import type { CallOptions, PublishOptions, PublishQuote, TransactionLog } from '../../interfaces.ts';
import type { Address, PinnedRelease } from '../../records.ts';
import { act, dataOf, quoteCalls } from './act.ts';
import { actionCall } from './action-calls.ts';
import { refusedAction } from './action-refusals.ts';
import { wishOf } from './action-wishes.ts';
import type { Chain } from './chain.ts';
import { ContractRefusal } from './contract.ts';
import { readEvents, readExpiry, topicsOf } from './events.ts';
import { modelId, namespaceId } from './ids.ts';
import { blockTimes, deploymentBlock, readLogs } from './logs.ts';
import { believe, readNumber, readOptional } from './records.ts';
import type { Sender } from './send.ts';
import { signStatement } from './statements.ts';
import { NO_ID, rolesOf } from './structs.ts';
import { actionTypedData, freshNonce, typedDataHash } from './typed-data.ts';
import type { Mined } from './wait.ts';

/** The ages at which the contract takes a commitment (`INamespaces.sol`). */
const COMMITMENT_SECONDS = { least: 60, most: 86_400 };

/** Private chains are done by then. */
const PATIENCE_MS = 2_000;

type AnyAction = RegistryAction | AuthorizedAction;

/** Changes of the contract beside publishing, and its events. */
export class EthereumActions implements RegistryActions {
  readonly #chain: Chain;
  readonly #writer: () => Sender;
  readonly address: Address | null;

  /**
   * @param address whoever acts; null without a key
   * @param writer throws UsageError `CONFIG_INVALID` without a key
   */
  constructor(chain: Chain, address: Address | null, writer: () => Sender) {
    this.#chain = chain;
    this.address = address;
    this.#writer = writer;
  }

  async namespace(namespace: Namespace, options: CallOptions = {}): Promise<NamespaceRecord> {
    const head = await this.#chain.head(options);
    const info = await this.#chain.view(head, 'namespaceInfo', [namespaceId(namespace)], options);
    return believe(() => ({
      owner: isAddress(namespace) ? namespace : readOptional(info.owner),
      pending: readOptional(info.pendingOwner),
      statementKey: readOptional(info.statementKey),
      modelCount: readNumber(info.modelCount),
    }));
  }

  async grant(
    namespace: Namespace,
    model: ModelName | null,
    account: Address,
    options: CallOptions = {},
  ): Promise<GrantRecord> {
    const head = await this.#chain.head(options);
    const args = [namespaceId(namespace), model === null ? NO_ID : modelId(model), account];
    const grant = await this.#chain.view(head, 'grantOf', args, options);
    return believe(() => {
      const roles = rolesOf(readNumber(grant.roles));
      const expiresAt = roles.length === 0 ? null : readExpiry(grant.expiresAt);
      return { roles, expiresAt, seq: readNumber(grant.seq) };
    });
  }

  async readyIn(label: Namespace, salt: Digest, options: CallOptions = {}): Promise<number | null> {
    const action = { kind: 'register', label, salt } as const;
    const caller = this.#caller();
    try {
      await quoteCalls(this.#chain, caller, [actionCall(action, caller)], options);
      return 0;
    } catch (error) {
      if (!(error instanceof ContractRefusal) || error.error !== 'CommitmentUnusable')
        throw refusedAction(error, wishOf(action, caller));
      // No block comes by itself on the private chain, and a development chain may be ahead of the clock.
      const { time } = await this.#chain.head(options);
      const age = Math.max(time, Math.floor(Date.now() / 1000)) - Number(error.args.madeAt);
      return age > COMMITMENT_SECONDS.most ? null : Math.max(1, COMMITMENT_SECONDS.least - age);
    }
  }

  async events(filter: EventFilter, options: JobOptions = {}): Promise<readonly PlacedEvent[]> {
    const chain = this.#chain;
    const head = await chain.head(options);
    const from = filter.fromBlock ?? (await deploymentBlock(chain, head, options));
    const events = readEvents(await readLogs(chain, from, head, topicsOf(filter), options), filter);
    const times = await blockTimes(chain, new Set(events.map(({ log }) => log.block)), options);
    return events.map(({ log: { block, transaction }, event }) => {
      return { block, time: times.get(block)!, transaction, event };
    });
  }

  async quote(action: AnyAction, options: CallOptions = {}): Promise<PublishQuote> {
    this.#refuseForeign(action);
    const caller = this.#caller();
    const cost = quoteCalls(this.#chain, caller, [actionCall(action, caller)], options);
    return { transactions: 1, ...(await this.#named(cost, action)), chunksKnown: 0 };
  }

  async perform(
    action: AnyAction,
    log: TransactionLog,
    options: PublishOptions & JobOptions = {},
  ): Promise<ActionReceipt> {
    const sender = this.#writer();
    this.#refuseForeign(action);
    const mined = act(this.#chain, sender, [actionCall(action, sender.address)], { ...options, log });
    return receiptOf([await saidToWait(this.#named(mined, action), options)]);
  }

  async settle(log: TransactionLog, options: JobOptions = {}): Promise<ActionReceipt> {
    const mined = await saidToWait(
      this.#writer().settle(log, (data) => data, options),
      options,
    );
    return receiptOf(mined.filter(({ ok }) => ok));
  }

  sign(action: SignableAction, deadline: number): AuthorizedAction {
    const sender = this.#writer();
    const { chainId, contract } = this.#chain;
    const once = { nonce: freshNonce(), deadline };
    const signature = sender.account.signHash(
      typedDataHash(actionTypedData({ chainId, contract }, action, once)),
    );
    const authorization = { signer: sender.address, ...once, signature };
    return { kind: 'authorized', chainId, registry: contract, action, authorization };
  }

  signStatement(release: PinnedRelease, times: Pick<StatementTerms, 'issuedAt' | 'expiresAt'>): Statement {
    const { chainId, contract } = this.#chain;
    return signStatement(this.#writer().account, { chainId, registry: contract, release, ...times });
  }

  as(account: Address): RegistryActions {
    return new EthereumActions(this.#chain, account, () => {
      throw new UsageError('CONFIG_INVALID', {
        should: `the key of ${account} must be here to sign for it`,
        was: 'its calls are only prepared',
        next: 'let that account send what is printed',
      });
    });
  }

  prepare(action: AnyAction): PreparedCall {
    const { chainId, contract } = this.#chain;
    const from = this.#caller();
    return { chainId, from, to: contract, data: dataOf([actionCall(action, from)]) };
  }

  /** Whoever acts. @throws UsageError `CONFIG_INVALID` where nobody does */
  #caller(): Address {
    return this.address ?? this.#writer().address;
  }

  /** @throws TransactionError `AUTHORIZATION_INVALID` where it was signed for another chain or registry */
  #refuseForeign(action: AnyAction): void {
    const signed = action.kind === 'cancel' ? action.authorized : action;
    if (signed.kind !== 'authorized') return;
    const { chainId, contract } = this.#chain;
    if (signed.chainId === chainId && signed.registry === contract) return;
    throw new TransactionError('AUTHORIZATION_INVALID', {
      should: `what is sent to ${contract} on chain ${chainId} must be signed for it`,
      was: `it was signed for ${signed.registry} on chain ${signed.chainId}`,
      next: 'configure that chain and registry, or ask its signer for a new one',
    });
  }

  /** What the contract refuses, as the error that says what to do. */
  #named<T>(result: Promise<T>, action: AnyAction): Promise<T> {
    return result.catch((error) => {
      throw refusedAction(error, wishOf(action, this.#caller()));
    });
  }
}

/** Blocks come every few seconds, and nothing else is to be seen meanwhile. */
async function saidToWait<T>(work: Promise<T>, options: JobOptions): Promise<T> {
  const say = () => note(options, 'info', 'sent: waiting for a block that takes it');
  const timer = setTimeout(say, PATIENCE_MS);
  return work.finally(() => clearTimeout(timer));
}

function receiptOf(mined: readonly Mined[]): ActionReceipt {
  return {
    transactions: mined.length,
    gasUsed: mined.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    block: Math.max(0, ...mined.map(({ block }) => block)),
  };
}
