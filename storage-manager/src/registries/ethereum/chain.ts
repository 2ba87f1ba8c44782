import { readerCodeHash, runtimeCodeHash } from '@ballast-models/registry-contract';
import type { Result } from 'ethers/abi';
import { TrustError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';
import { sleep } from '../../sleep.ts';
import { ignoreDisk } from '../../tolerate.ts';
import { type JsonRpc, RpcAnswerError } from '../../transport/json-rpc.ts';
import { ethereumId } from '../registry-id.ts';
import { decodeResult, encodeCall, encodeMulticall, refusalOf } from './contract.ts';
import { readerAddress } from './deploy.ts';
import { type HighWater, minutesOld, refuseStale, rolledBack } from './freshness.ts';
import { type Probe, probeCode, readProbe } from './probe.ts';
import { chainUnreachable, readHash, readQuantity, readSeconds, readWei } from './values.ts';

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
  /** How old, in minutes, the newest final block may be. Default: of any age, where one party mines when it likes. */
  readonly maxHeadAgeMinutes?: number | null | undefined;
  /** What this machine has seen of the chain, which must not go back behind it. Default: nothing is kept. */
  readonly highWater?: HighWater | undefined;
  /** Address → keccak256 of the code that must lie there. Default: those of the registry's two halves. */
  readonly codes?: ReadonlyMap<string, string>;
}

const HEAD_WAIT_MS = 250;
const HEAD_ATTEMPTS = 40;
/** For a node that lies behind a block which became final later: two seconds, for nobody who follows the chain does. */
const FINAL_ATTEMPTS = 8;

/** One contract on one chain. Chain id, code and block numbers are checked before the first answer is believed. */
export class Chain {
  readonly rpc: JsonRpc;
  readonly chainId: number;
  readonly contract: string;
  readonly #finality: Finality;
  readonly #codes: ReadonlyMap<string, string>;
  readonly #maxAge: number | null;
  readonly #highWater: HighWater | undefined;
  #proven = false;
  /** The newest block that was final when it was last asked for. */
  #final: Head | null = null;

  constructor(options: ChainOptions) {
    this.rpc = options.rpc;
    this.chainId = options.chainId;
    this.contract = options.contract;
    this.#finality = options.finality;
    this.#codes = options.codes ?? registryCodes(options.contract);
    this.#maxAge = options.maxHeadAgeMinutes ?? null;
    this.#highWater = options.highWater;
  }

  /**
   * The newest block.
   * @param notBefore a block that the node has shown already: behind a load balancer the next one may lag
   * @throws TrustError `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`, `CONTRACT_MISMATCH`
   */
  async head(options: CallOptions = {}, notBefore = 0): Promise<Head> {
    const head = await this.#reach(notBefore, HEAD_ATTEMPTS, options);
    if (head.number >= notBefore) return head;
    throw chainUnreachable(
      `the node must reach block ${notBefore}, which it has shown before`,
      'it stays behind',
    );
  }

  /**
   * The newest block, where it is recent and not behind what this machine has seen: for whoever uses what is read there.
   * @throws TrustError `CHAIN_STALE`, `CHAIN_ROLLBACK`; as `head`
   */
  async currentHead(options: CallOptions = {}): Promise<Head> {
    const mark = await this.#highWater?.finalBlock(this.#id, options);
    const attempts = this.#finality === 'latest' ? HEAD_ATTEMPTS : FINAL_ATTEMPTS;
    const head = await this.#reach(mark?.number ?? 0, attempts, options);
    if (mark && head.number < mark.number) throw rolledBack(mark, `its newest block is ${head.number}`);
    if (this.#maxAge !== null) refuseStale('newest', head, this.#maxAge);
    return head;
  }

  /**
   * A final block, as of `head`: the newest, or one that was so before and does for what changed in block `changed`. A
   * final block stays final, so that this asks again only for later news, or once that one is too old.
   * @throws TrustError `CHAIN_STALE`, `CHAIN_ROLLBACK`
   */
  async finalBlock(head: Head, changed: number, options: CallOptions = {}): Promise<number> {
    const known = this.#final;
    const young = known !== null && (this.#maxAge === null || minutesOld(known) <= this.#maxAge);
    if (this.#finality !== 'latest' && young && changed <= known.number) return known.number;
    const final = this.#finality === 'latest' ? head : await this.#newestFinal(options);
    if (this.#maxAge !== null) refuseStale('newest final', final, this.#maxAge);
    const mark = await this.#highWater?.finalBlock(this.#id, options);
    if (mark?.number === final.number && mark.hash !== final.hash)
      throw rolledBack(mark, `it holds ${final.hash} there`);
    // A mark that stays where it is makes what is read no worse.
    await this.#highWater?.raiseFinalBlock(this.#id, final, options).catch(ignoreDisk);
    this.#final = final;
    return final.number;
  }

  get #id(): string {
    return ethereumId(this.chainId, this.contract);
  }

  async #newestFinal(options: CallOptions): Promise<Head> {
    return readHead(await this.ask('eth_getBlockByNumber', [this.#finality, false], options));
  }

  /** The newest block, once it is as high; after all attempts also a lower one. */
  async #reach(number: number, attempts: number, options: CallOptions): Promise<Head> {
    for (let left = attempts; ; left -= 1) {
      const head = readHead(await this.ask('eth_getBlockByNumber', ['latest', false], options));
      if (!this.#proven) await this.#prove(head, options);
      this.#proven = true;
      if (head.number >= number || left === 1) return head;
      await sleep(HEAD_WAIT_MS, options);
    }
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
      throw chainUnreachable(`${calls.length} calls must have as many answers`, `${answers.length} came`);
    }
    return answers.map((answer) => decode(name, answer));
  }

  /** What contracts see at one block. @throws TrustError `CHAIN_UNREACHABLE` */
  async probe(head: Head, addresses: readonly string[], options: CallOptions = {}): Promise<Probe> {
    const call = [{ data: probeCode(head.number, addresses) }, { blockHash: head.hash }];
    const probe = readProbe(await this.ask('eth_call', call, options), addresses);
    if (probe !== null) return probe;
    throw chainUnreachable('the node must execute a call without a receiver', 'it does not');
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

  /** The chain's id, the code, and the number by which a record is compared with a block: one call. */
  async #prove(head: Head, options: CallOptions): Promise<void> {
    const probe = await this.probe(head, [...this.#codes.keys()], options);
    if (probe.chainId !== this.chainId) throw this.#otherChain(probe);
    if (probe.foreignNumber !== null) throw this.#foreignNumbers(head, probe.foreignNumber);
    for (const [place, [address, hash]] of [...this.#codes].entries()) {
      if (probe.codeHashes[place] !== hash) throw this.#otherCode(address, hash, probe.codeHashes[place]);
    }
  }

  #otherChain({ chainId }: Probe): TrustError {
    return new TrustError('CHAIN_MISMATCH', {
      should: `the RPC must speak for chain ${this.chainId}`,
      was: `it speaks for chain ${chainId}`,
      next: 'correct the RPC URL or the chain id in the configuration',
    });
  }

  #otherCode(address: string, expected: string, found: string | null | undefined): TrustError {
    return new TrustError('CONTRACT_MISMATCH', {
      should: `address ${address} on chain ${this.chainId} must hold the code ${expected}`,
      was: found === null ? 'no contract is there' : `its code is ${found}`,
      next: 'correct the contract address in the configuration, or deploy ChunkedModelRegistry of this version',
    });
  }

  #foreignNumbers(head: Head, number: number): TrustError {
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
    throw refusalOf(error) ?? chainUnreachable(`the node must answer ${method}`, `it said: ${error.message}`);
  }
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
  return {
    number: readQuantity(block.number, 'the number of a block'),
    hash: readHash(block.hash, 'the hash of a block'),
    time: readSeconds(block.timestamp, 'the time of a block'),
    baseFee: readWei(block.baseFeePerGas ?? '0x0', 'the base fee of a block'),
  };
}
