import { SigningKey } from 'ethers/crypto';
import { computeAddress } from 'ethers/transaction';
import { UsageError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';
import { type SignedTransaction, signTransaction, type TransactionFields } from './transaction.ts';

/** Whoever signs for one account. */
export interface Signer {
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string;
  sign(fields: TransactionFields, options?: CallOptions): SignedTransaction | Promise<SignedTransaction>;
}

/** The key that signs. It never leaves this object, nor appears in an error. */
export class Account implements Signer {
  readonly #key: SigningKey;
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string;

  /** @throws UsageError `CONFIG_INVALID` unless `privateKey` is a number that the curve knows, as 64 hex digits */
  constructor(privateKey: string) {
    try {
      this.#key = new SigningKey(`0x${privateKey.trim().replace(/^0x/i, '')}`);
      this.address = computeAddress(this.#key).toLowerCase();
    } catch {
      // The reason might quote the key.
      throw new UsageError('CONFIG_INVALID', {
        should: 'a private key must be 64 hex digits that the curve secp256k1 knows',
        was: 'it is not',
        next: 'set PRIVATE_KEY to the key of the publishing account',
      });
    }
  }

  /** Signs 32 bytes, such as the hash of typed data: `0x` and 65 bytes of hex, as `ecrecover` wants them. */
  signHash(hash: string): string {
    return this.#key.sign(hash).serialized;
  }

  sign(fields: TransactionFields): SignedTransaction {
    return signTransaction(this.#key, this.address, fields);
  }
}
