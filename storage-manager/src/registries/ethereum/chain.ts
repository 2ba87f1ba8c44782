import { setTimeout } from 'node:timers/promises';
import { readerCodeHash, runtimeCodeHash } from '@ballast-models/registry-contract';
import type { Result } from 'ethers/abi';
import { TrustError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';
import { type JsonRpc, RpcAnswerError } from '../../transport/json-rpc.ts';
import { decodeResult, encodeCall, encodeMulticall, refusalOf } from './contract.ts';
import { readerAddress } from './deploy.ts';
import { type Probe, probeCode, readProbe } from './probe.ts';

/** Which block counts as one that the chain won't take back: `latest` where one party mines alone. */
export type Finality = 'latest' | 'safe' | 'finalized';

/** One block near the head; everything of one answer is read at it. */
export interface Head {
  readonly number: number;
  readonly hash: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** Wei a unit of gas. */
  readonly baseFee: bigint;
}

export interface ChainOptions {
  readonly rpc: JsonRpc;
  readonly chainId: number;
  readonly contract: string;
  readonly finality: Finality;
  /** Address → keccak256 of the code that must lie there. Default: those of the registry's two halves. */
  readonly codes?: ReadonlyMap<string, string>;
}

const HEAD_WAIT_MS = 250;
const HEAD_ATTEMPTS = 40;
/** Some nodes execute a call as part of the block that comes next. */
const NEXT_BLOCK = 1;

/** One contract on one chain. Chain id, code and block numbers are checked before the first answer is believed. */
export class Chain {
  readonly rpc: JsonRpc;
  readonly chainId: number;
  readonly contract: string;
  readonly #finality: Finality;
  readonly #codes: ReadonlyMap<string, string>;
  #proven = false;

  constructor(options: ChainOptions) {
    this.rpc = options.rpc;
    this.chainId = options.chainId;
    this.contract = options.contract;
    this.#finality = options.finality;
    this.#codes = options.codes ?? registryCodes(options.contract);
  }

  /**
   * The newest block.
   * @param notBefore a block that the node has shown already: behind a load balancer the next one may lag
   * @throws TrustError `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`, `CONTRACT_MISMATCH`
   */
  async head(options: CallOptions = {}, notBefore = 0): Promise<Head> {
    if (!this.#proven) await this.#checkChainId(options);
    for (let attempt = 0; attempt < HEAD_ATTEMPTS; attempt += 1) {
      const head = readHead(await this.ask('eth_getBlockByNumber', ['latest', false], options));
      if (head.number >= notBefore) {
        if (!this.#proven) await this.#checkContract(head, options);
        this.#proven = true;
        return head;
      }
      await setTimeout(HEAD_WAIT_MS, undefined, options).catch(() => options.signal?.throwIfAborted());
    }
    throw unreachable(`the node must reach block ${notBefore}, which it has shown before`, 'it stays behind');
  }

  /** The newest final block, as of `head`. */
  async finalBlock(head: Head, options: CallOptions = {}): Promise<number> {
    if (this.#finality === 'latest') return head.number;
    return readHead(await this.ask('eth_getBlockByNumber', [this.#finality, false], options)).number;
  }

  /** Calls a view of the contract at one block, by hash (EIP-1898). @throws ContractRefusal */
  async view(head: Head, name: string, args: readonly unknown[], options: CallOptions = {}): Promise<Result> {
    return decode(name, await this.#read(head, encodeCall(name, args), options));
  }

  /** Several calls of one view in one round trip. */
  async views(
    head: Head,
    name: string,
    calls: readonly string[],
    options: CallOptions = {},
  ): Promise<Result[]> {
    const answers = decode('multicall', await this.#read(head, encodeMulticall(calls), options)).toArray();
    if (answers.length !== calls.length) {
      throw unreachable(`${calls.length} calls must have as many answers`, `${answers.length} came`);
    }
    return answers.map((answer) => decode(name, answer));
  }

  /** What contracts see at one block. @throws TrustError `CHAIN_UNREACHABLE` */
  async probe(head: Head, addresses: readonly string[], options: CallOptions = {}): Promise<Probe> {
    const call = [{ data: probeCode(addresses) }, { blockHash: head.hash }];
    const probe = readProbe(await this.ask('eth_call', call, options), addresses);
    if (probe !== null) return probe;
    throw unreachable('the node must execute a call without a receiver', 'it does not');
  }

  /** Asks the node. @throws ContractRefusal where the contract refused; TrustError `CHAIN_UNREACHABLE` */
  ask(method: string, params: readonly unknown[], options: CallOptions = {}): Promise<unknown> {
    return ask(this.rpc, method, params, options);
  }

  /** As the contract itself: the default is the zero address, which is the authority of a registry without administrators. */
  #read(head: Head, data: string, options: CallOptions): Promise<unknown> {
    const call = { from: this.contract, to: this.contract, data };
    return this.ask('eth_call', [call, { blockHash: head.hash }], options);
  }

  async #checkChainId(options: CallOptions): Promise<void> {
    const chainId = await readChainId(this.rpc, options);
    if (chainId === this.chainId) return;
    throw new TrustError('CHAIN_MISMATCH', {
      should: `the RPC must speak for chain ${this.chainId}`,
      was: `it speaks for chain ${chainId}`,
      next: 'correct the RPC URL or the chain id in the configuration',
    });
  }

  /** The code, and the number by which a record is compared with a block: one call. */
  async #checkContract(head: Head, options: CallOptions): Promise<void> {
    const probe = await this.probe(head, [...this.#codes.keys()], options);
    if (Math.abs(probe.number - head.number) > NEXT_BLOCK) throw this.#foreignNumbers(head, probe);
    for (const [place, [address, hash]] of [...this.#codes].entries()) {
      if (probe.codeHashes[place] !== hash) throw this.#otherCode(address, hash, probe.codeHashes[place]);
    }
  }

  #otherCode(address: string, expected: string, found: string | null | undefined): TrustError {
    return new TrustError('CONTRACT_MISMATCH', {
      should: `address ${address} on chain ${this.chainId} must hold the code ${expected}`,
      was: found === null ? 'no contract is there' : `its code is ${found}`,
      next: 'correct the contract address in the configuration, or deploy ChunkedModelRegistry of this version',
    });
  }

  #foreignNumbers(head: Head, { number }: Probe): TrustError {
    return new TrustError('CHAIN_MISMATCH', {
      should: `contracts on chain ${this.chainId} must see the numbers of its own blocks`,
      was: `in block ${head.number} they see ${number}, as on Arbitrum and its kin, where it is another chain's`,
      next: 'use another chain: here nobody could tell by a record whether its block is final',
    });
  }
}

/** Of both halves: the registry delegates its reads to the contract that its creation created. */
function registryCodes(contract: string): ReadonlyMap<string, string> {
  return new Map([
    [contract, runtimeCodeHash],
    [readerAddress(contract), readerCodeHash],
  ]);
}

export async function readChainId(rpc: JsonRpc, options: CallOptions = {}): Promise<number> {
  return readQuantity(await ask(rpc, 'eth_chainId', [], options), 'eth_chainId');
}

async function ask(rpc: JsonRpc, method: string, params: readonly unknown[], options: CallOptions) {
  try {
    return await rpc.call(method, params, options);
  } catch (error) {
    if (!(error instanceof RpcAnswerError)) throw error;
    throw refusalOf(error) ?? unreachable(`the node must answer ${method}`, `it said: ${error.message}`);
  }
}

/** A quantity of Ethereum's JSON-RPC (`0x1f`) as a safe integer. */
export function readQuantity(value: unknown, what: string): number {
  const number = typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number))
    throw unreachable(`${what} must be a number`, 'the node gave something else');
  return number;
}

/** A quantity that may pass 2^53: wei, and prices in wei. */
export function readWei(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^0x[0-9a-f]{1,64}$/i.test(value)) return BigInt(value);
  throw unreachable(`${what} must be a number`, 'the node gave something else');
}

export function unreachable(should: string, was: string): TrustError {
  const next = 'check whether the node is healthy and in sync, or use another RPC endpoint';
  return new TrustError('CHAIN_UNREACHABLE', { should, was, next });
}

function decode(name: string, data: unknown): Result {
  return decoded(name, () => decodeResult(name, String(data)));
}

/** What a view has answered. @throws TrustError `CONTRACT_MISMATCH` where it does not decode */
export function decoded(name: string, decode: () => Result): Result {
  try {
    return decode();
  } catch (cause) {
    throw new TrustError('CONTRACT_MISMATCH', {
      should: `the contract must answer ${name} as its ABI says`,
      was: 'what came does not decode',
      next: 'use another RPC endpoint: this one does not execute the contract',
      cause,
    });
  }
}

function readHead(value: unknown): Head {
  const block: { number?: unknown; hash?: unknown; timestamp?: unknown; baseFeePerGas?: unknown } =
    Object(value);
  const hash = String(block.hash);
  if (!/^0x[0-9a-f]{64}$/i.test(hash)) throw unreachable('a block must have a hash', 'the node gave none');
  return {
    number: readQuantity(block.number, 'the number of a block'),
    hash,
    time: readQuantity(block.timestamp, 'the time of a block'),
    baseFee: readWei(block.baseFeePerGas ?? '0x0', 'the base fee of a block'),
  };
}
