/** Values of Ethereum's JSON-RPC. Who reads one throws TrustError `CHAIN_UNREACHABLE` where the node gave something else. */
import { TrustError } from '../../errors.ts';

/** A number as JSON-RPC has it: `0x1f`. */
export function quantityText(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** A quantity as a safe integer. */
export function readQuantity(value: unknown, what: string): number {
  const number = typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number))
    throw chainUnreachable(`${what} must be a number`, 'the node gave something else');
  return number;
}

/** Since 1970, so many as a `Date` can hold. */
export function readSeconds(value: unknown, what: string): number {
  const seconds = readQuantity(value, what);
  if (!Number.isNaN(new Date(seconds * 1000).getTime())) return seconds;
  throw chainUnreachable(`${what} must be one`, `the node gave ${seconds} s`);
}

/** 32 bytes as `0x…`. */
export function readHash(value: unknown, what: string): string {
  if (typeof value === 'string' && /^0x[0-9a-f]{64}$/i.test(value)) return value;
  throw chainUnreachable(`${what} must be 32 bytes`, 'the node gave something else');
}

/** A quantity that may pass 2^53: wei, and prices in wei. */
export function readWei(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^0x[0-9a-f]{1,64}$/i.test(value)) return BigInt(value);
  throw chainUnreachable(`${what} must be a number`, 'the node gave something else');
}

export function chainUnreachable(should: string, was: string): TrustError {
  const next = 'check whether the node is healthy and in sync, or use another RPC endpoint';
  return new TrustError('CHAIN_UNREACHABLE', { should, was, next });
}
