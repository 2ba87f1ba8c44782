import { abi } from '@ballast-models/registry-contract';
// The parts that are used: the whole loads word lists, wallets and providers too (30 ms).
import { Interface, type Result } from 'ethers/abi';
import { RpcAnswerError } from '../../transport/json-rpc.ts';
import { labelText } from './ids.ts';

/** `ChunkedModelRegistry` as calldata and answers; its manual is `IChunkedModelRegistry.sol`. */
const contract = new Interface(abi);

const WORD = 32;
const MULTICALL = selector('multicall');

/** A function of the contract and its arguments. */
export interface ContractCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The contract refused a call with one of its named errors. */
export class ContractRefusal extends Error {
  /** Name of the Solidity error: `VersionTaken`. */
  readonly error: string;
  /** Its arguments by their names. */
  readonly args: Readonly<Record<string, unknown>>;

  constructor(error: string, args: Readonly<Record<string, unknown>>) {
    super(`${error}(${Object.entries(args).map(argumentText).join(', ')})`);
    this.name = 'ContractRefusal';
    this.error = error;
    this.args = args;
  }
}

/** Labels as people write them. */
function argumentText([name, value]: [string, unknown]): string {
  const label = name === 'version' || name === 'channel' || name === 'key';
  const text = label && /^0x[0-9a-f]{64}$/.test(String(value)) ? labelText(String(value)) : value;
  return typeof text === 'string' ? JSON.stringify(text) : String(text);
}

export function encodeCall(name: string, args: readonly unknown[]): string {
  return contract.encodeFunctionData(name, args);
}

/** What a function returns: its one result, or all of them by their names. @throws where `data` is no such answer */
export function decodeResult(name: string, data: string): Result {
  const results = contract.decodeFunctionResult(name, data);
  return results.length === 1 ? results[0] : results;
}

/**
 * Several calls, in order, all or none. `multicall(bytes[])` is written out: ethers takes 45 ms for the 98 kB of three
 * segments. A test holds both equal.
 */
export function encodeMulticall(calls: readonly string[]): string {
  const bodies = calls.map((call) => bytesArgument(Buffer.from(call.slice(2), 'hex')));
  let place = calls.length * WORD;
  const places = bodies.map((body) => {
    const offset = word(place);
    place += body.byteLength;
    return offset;
  });
  const packed = Buffer.concat([MULTICALL, word(WORD), word(calls.length), ...places, ...bodies]);
  return `0x${packed.toString('hex')}`;
}

/** `recordSegment` or `recordPage` of packed digests, in the same way. */
export function encodeRecord(name: 'recordSegment' | 'recordPage', packed: Uint8Array): string {
  const bytes = Buffer.concat([selector(name), word(WORD), bytesArgument(packed)]);
  return `0x${bytes.toString('hex')}`;
}

/** What a multicall calls; a call that the contract does not know has no name. None where `data` is something else. */
export function callsInMulticall(data: string): ContractCall[] {
  const calls: unknown = contract.parseTransaction({ data })?.args[0];
  if (!Array.isArray(calls)) return [];
  return calls.map((call) => {
    const parsed = contract.parseTransaction({ data: String(call) });
    return { name: parsed?.name ?? '', args: parsed?.args ?? [] };
  });
}

/** First topic of an event: the hash that names it. */
export function eventTopic(name: string): string {
  return contract.getEvent(name)!.topicHash;
}

/** An event with its arguments by their names. @throws where the log is none of the contract's */
export function decodeEvent(topics: readonly string[], data: string): { name: string; args: Result } {
  const parsed = contract.parseLog({ topics: [...topics], data });
  if (parsed === null) throw new RangeError(`no event has the topic ${topics[0]}`);
  return parsed;
}

/** The refusal inside a node's error answer; null where the contract did not speak. */
export function refusalOf(error: unknown): ContractRefusal | null {
  if (!(error instanceof RpcAnswerError)) return null;
  const data = revertData(error.data);
  const parsed = data === null ? null : contract.parseError(data);
  return parsed === null ? null : new ContractRefusal(parsed.name, parsed.args.toObject());
}

/** Nodes give revert data as hex, after the word `Reverted`, or one object deeper. */
function revertData(data: unknown): string | null {
  if (typeof data === 'string') return /0x[0-9a-f]{8,}$/i.exec(data)?.[0] ?? null;
  return typeof data === 'object' && data !== null && 'data' in data ? revertData(data.data) : null;
}

function selector(name: string): Buffer {
  return Buffer.from(contract.getFunction(name)!.selector.slice(2), 'hex');
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(WORD);
  bytes.writeBigUInt64BE(BigInt(value), WORD - 8);
  return bytes;
}

/** Length, bytes, zeros up to a whole word. */
function bytesArgument(bytes: Uint8Array): Buffer {
  return Buffer.concat([word(bytes.byteLength), bytes, Buffer.alloc(-bytes.byteLength & (WORD - 1))]);
}
