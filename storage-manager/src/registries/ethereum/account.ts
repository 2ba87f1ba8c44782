import { computeAddress, SigningKey, Transaction } from 'ethers';
import { CorruptError, UsageError } from '../../errors.ts';

/** The key that signs. It never leaves this object, nor appears in an error. */
export class Account {
  readonly #key: SigningKey;
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string;

  /** @throws UsageError `CONFIG_INVALID` unless `privateKey` is 32 bytes of hex */
  constructor(privateKey: string) {
    const hex = privateKey.trim().replace(/^0x/i, '');
    if (!/^[0-9a-f]{64}$/i.test(hex)) throw invalidKey(`it has ${privateKey.length} other characters`);
    try {
      this.#key = new SigningKey(`0x${hex}`);
    } catch {
      throw invalidKey('it is no number that the curve knows');
    }
    this.address = computeAddress(this.#key).toLowerCase();
  }

  sign(transaction: Transaction): SignedTransaction {
    transaction.signature = this.#key.sign(transaction.unsignedHash);
    return readTransaction(transaction.serialized);
  }
}

export interface SignedTransaction {
  /** `0x` hex, as it is sent. */
  readonly raw: string;
  readonly hash: string;
  readonly nonce: number;
  readonly from: string;
  readonly to: string | null;
  readonly chainId: number;
  readonly data: string;
}

/** Reads a signed transaction again, from a log or a journal. @throws CorruptError `STORE_CORRUPT` */
export function readTransaction(raw: string): SignedTransaction {
  const { hash, nonce, from, to, chainId, data } = parseTransaction(raw);
  if (hash === null || from === null) throw unreadable(raw);
  return {
    ...{ raw, hash, nonce, data },
    from: from.toLowerCase(),
    to: to?.toLowerCase() ?? null,
    chainId: Number(chainId),
  };
}

function parseTransaction(raw: string): Transaction {
  try {
    return Transaction.from(raw);
  } catch {
    // The library's error quotes all bytes.
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

function invalidKey(was: string): UsageError {
  return new UsageError('CONFIG_INVALID', {
    should: 'a private key must be 64 hex digits',
    was,
    next: 'set PRIVATE_KEY to the key of the publishing account',
  });
}
