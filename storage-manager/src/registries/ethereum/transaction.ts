import { keccak256, type Signature, type SigningKey } from 'ethers/crypto';
import { Transaction } from 'ethers/transaction';
import { toBeArray } from 'ethers/utils';
import { CorruptError } from '../../errors.ts';

export interface TransactionFields {
  readonly chainId: number;
  readonly nonce: number;
  /** `0x` and 40 lower-case hex digits; null for the creation of a contract. */
  readonly to: string | null;
  readonly data: string;
  readonly gasLimit: bigint;
  /** Wei a unit of gas. */
  readonly fees: { readonly max: bigint; readonly priority: bigint };
}

/** A signed EIP-1559 transaction. */
export interface SignedTransaction extends TransactionFields {
  /** `0x` hex, as it is sent. */
  readonly raw: string;
  readonly hash: string;
  /** `0x` and 40 lower-case hex digits. */
  readonly from: string;
}

const TYPE = 2;

/**
 * Signs a transaction of type 2 without value and access list (EIP-1559). Written out because ethers takes 120 ms and
 * tens of megabytes of garbage for the 98 kB of three segments; a test holds both equal.
 */
export function signTransaction(key: SigningKey, from: string, fields: TransactionFields): SignedTransaction {
  return withSignature(from, fields, key.sign(transactionDigest(fields)));
}

/** What is signed of a transaction. */
export function transactionDigest(fields: TransactionFields): string {
  return keccak256(typed(unsigned(fields)));
}

/** @param signature of `from` over the digest of these fields */
export function withSignature(
  from: string,
  fields: TransactionFields,
  { yParity, r, s }: Pick<Signature, 'yParity' | 'r' | 's'>,
): SignedTransaction {
  const signature = [BigInt(yParity), BigInt(r), BigInt(s)].map((value) => toBeArray(value));
  const bytes = typed([...unsigned(fields), ...signature]);
  return { ...fields, raw: `0x${bytes.toString('hex')}`, hash: keccak256(bytes), from };
}

/** Reads a signed transaction again, from a log or a journal. @throws CorruptError `STORE_CORRUPT` */
export function readTransaction(raw: string): SignedTransaction {
  const { hash, nonce, from, to, chainId, data, gasLimit, maxFeePerGas, maxPriorityFeePerGas } = parse(raw);
  if (hash === null || from === null) throw unreadable(raw);
  return {
    ...{ raw, hash, nonce, data, gasLimit },
    fees: { max: maxFeePerGas ?? 0n, priority: maxPriorityFeePerGas ?? 0n },
    from: from.toLowerCase(),
    to: to?.toLowerCase() ?? null,
    chainId: Number(chainId),
  };
}

function unsigned({ chainId, nonce, to, data, gasLimit, fees }: TransactionFields): readonly Item[] {
  const numbers = [BigInt(chainId), BigInt(nonce), fees.priority, fees.max, gasLimit];
  return [...numbers.map((value) => toBeArray(value)), fromHex(to ?? '0x'), toBeArray(0), fromHex(data), []];
}

type Item = Uint8Array | readonly Item[];

function typed(fields: readonly Item[]): Buffer {
  return Buffer.concat([Buffer.of(TYPE), rlp(fields)]);
}

/** RLP (Ethereum yellow paper, appendix B). */
function rlp(item: Item): Buffer {
  if (!(item instanceof Uint8Array)) {
    const items = Buffer.concat(item.map(rlp));
    return Buffer.concat([head(0xc0, items.byteLength), items]);
  }
  if (item.byteLength === 1 && item[0]! < 0x80) return Buffer.from(item);
  return Buffer.concat([head(0x80, item.byteLength), item]);
}

function head(base: number, length: number): Buffer {
  if (length < 56) return Buffer.of(base + length);
  const bytes = toBeArray(length);
  return Buffer.of(base + 55 + bytes.byteLength, ...bytes);
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.slice(2), 'hex');
}

function parse(raw: string): Transaction {
  try {
    return Transaction.from(raw);
  } catch {
    // Without the cause: the library's error quotes all bytes.
    throw unreadable(raw);
  }
}

function unreadable(raw: string): CorruptError {
  return new CorruptError('STORE_CORRUPT', {
    should: 'a journal must hold whole signed transactions',
    was: `one of ${raw.length} characters can't be read`,
    next: 'move the journal away; what the chain has recorded stays, and the same command finds it there',
  });
}
