import { SigningKey } from 'ethers/crypto';
import { computeAddress } from 'ethers/transaction';
import { UsageError } from '../../errors.ts';
import { type SignedTransaction, signTransaction, type TransactionFields } from './transaction.ts';

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
      this.address = computeAddress(this.#key).toLowerCase();
    } catch {
      throw invalidKey('it is no number that the curve knows');
    }
  }

  sign(fields: TransactionFields): SignedTransaction {
    return signTransaction(this.#key, this.address, fields);
  }
}

function invalidKey(was: string): UsageError {
  return new UsageError('CONFIG_INVALID', {
    should: 'a private key must be 64 hex digits',
    was,
    next: 'set PRIVATE_KEY to the key of the publishing account',
  });
}
