import type { Signature } from 'ethers/crypto';
import { recoverAddress, Transaction } from 'ethers/transaction';
import { TransactionError, UsageError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import type { CallOptions } from '../../interfaces.ts';
import { HttpJsonRpc, RpcAnswerError } from '../../transport/json-rpc.ts';
import type { Signer } from './account.ts';
import { parseAddress } from './address.ts';
import {
  type SignedTransaction,
  type TransactionFields,
  transactionDigest,
  withSignature,
} from './transaction.ts';
import { quantityText } from './values.ts';

const PEER = {
  name: 'signer',
  next: 'check --signer and whether that program runs, then run the same command again',
  /** Somebody may have to find the device and press its button. */
  answerMs: 300_000,
};
/** Named in an error. */
const MAX_NAMED = 10;

/**
 * An account whose key another program holds: Web3Signer, or geth with clef, and through them a hardware wallet. It is
 * asked by `eth_accounts` and `eth_signTransaction` (execution-apis). Of its answer only the signature is used, and only
 * where it is the account's over the very transaction that was asked for.
 */
export class RemoteSigner implements Signer {
  readonly address: string;
  readonly #rpc: HttpJsonRpc;
  readonly #origin: string;
  readonly #job: JobOptions;

  private constructor(rpc: HttpJsonRpc, origin: string, address: string, job: JobOptions) {
    this.#rpc = rpc;
    this.#origin = origin;
    this.address = address;
    this.#job = job;
  }

  /**
   * @param url http or https, without user, password and query: it comes by arguments, which others can read
   * @param from which of its accounts; may be left out where it has one
   * @throws UsageError `ARGUMENT_INVALID`; TrustError `CHAIN_UNREACHABLE`; TransactionError `TRANSACTION_FAILED`
   */
  static async open(url: string, from: string | undefined, job: JobOptions = {}): Promise<RemoteSigner> {
    const wanted = from === undefined ? null : parseAddress(from, '--from');
    const { origin } = parseUrl(url);
    const rpc = new HttpJsonRpc(url, PEER);
    try {
      const address = choose(origin, await readAccounts(rpc, origin, job), wanted);
      return new RemoteSigner(rpc, origin, address, job);
    } catch (error) {
      await rpc.close();
      throw error;
    }
  }

  /** @throws TransactionError `TRANSACTION_FAILED` where it refuses, or signs anything else; TrustError `CHAIN_UNREACHABLE` */
  async sign(fields: TransactionFields, options: CallOptions = {}): Promise<SignedTransaction> {
    note(this.#job, 'info', `waiting for the signer ${this.#origin}: look at it, or at its device`);
    const request = requestOf(this.address, fields);
    const answer = await ask(this.#rpc, this.#origin, 'eth_signTransaction', [request], options);
    // geth answers { raw, tx }, others the bytes alone.
    const raw = typeof answer === 'string' ? answer : Object(answer).raw;
    const signature = signatureBy(this.address, fields, raw);
    if (signature !== null) return withSignature(this.address, fields, signature);
    throw failed(
      this.#origin,
      'sign the transaction as it is',
      'what it signed is another; nothing was sent',
    );
  }

  close(): Promise<void> {
    return this.#rpc.close();
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && !(url.username || url.password || url.search))
    return url;
  throw new UsageError('ARGUMENT_INVALID', {
    should: '--signer must be an http or https URL without user, password and query',
    was: 'it is something else (not shown: it may hold a secret)',
    next: 'write it like http://127.0.0.1:9000',
  });
}

async function readAccounts(rpc: HttpJsonRpc, origin: string, options: CallOptions): Promise<string[]> {
  const accounts = await ask(rpc, origin, 'eth_accounts', [], options);
  if (Array.isArray(accounts) && accounts.every((account) => /^0x[0-9a-f]{40}$/i.test(String(account))))
    return accounts.map((account) => String(account).toLowerCase());
  throw failed(origin, 'list its accounts', 'it gave something else');
}

function choose(origin: string, accounts: readonly string[], wanted: string | null): string {
  if (wanted !== null && accounts.includes(wanted)) return wanted;
  const [only] = accounts;
  if (wanted === null && only !== undefined && accounts.length === 1) return only;
  throw new UsageError('ARGUMENT_INVALID', {
    should: `the signer ${origin} must have ${wanted === null ? 'exactly one account, or --from must name one' : `the account ${wanted}`}`,
    was: `it has ${accounts.slice(0, MAX_NAMED).join(', ') || 'none'}`,
    next: 'name one of its accounts with --from',
  });
}

function requestOf(from: string, { chainId, nonce, to, data, gasLimit, fees }: TransactionFields) {
  return {
    ...{ from, ...(to !== null && { to }), data, value: '0x0', type: '0x2' },
    ...{ chainId: quantityText(chainId), nonce: quantityText(nonce), gas: quantityText(gasLimit) },
    ...{ maxFeePerGas: quantityText(fees.max), maxPriorityFeePerGas: quantityText(fees.priority) },
  };
}

/** The signature in a raw transaction; null unless it is the account's over these fields. */
function signatureBy(address: string, fields: TransactionFields, raw: unknown): Signature | null {
  try {
    const { signature } = Transaction.from(String(raw));
    if (signature === null) return null;
    const signer = recoverAddress(transactionDigest(fields), signature);
    return signer.toLowerCase() === address ? signature : null;
  } catch {
    // No transaction, or no point of the curve.
    return null;
  }
}

async function ask(
  rpc: HttpJsonRpc,
  origin: string,
  method: string,
  params: readonly unknown[],
  options: CallOptions,
) {
  try {
    return await rpc.call(method, params, options);
  } catch (error) {
    if (!(error instanceof RpcAnswerError)) throw error;
    throw failed(origin, `answer ${method}`, `it said: ${error.message}`);
  }
}

function failed(origin: string, should: string, was: string): TransactionError {
  return new TransactionError('TRANSACTION_FAILED', {
    should: `the signer ${origin} must ${should}`,
    was,
    next: 'see what the signer itself says, then run the same command again',
  });
}
