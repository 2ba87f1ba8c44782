import { createDecipheriv, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { keccak256 } from 'ethers/crypto';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { type JobOptions, note } from '../../events.ts';
import { readTextFile, type TextFile } from '../../fs/small-text.ts';
import { GiB } from '../../limits.ts';
import { orAborted } from '../../or-aborted.ts';

const hex = z.string().regex(/^([0-9a-f]{2})+$/i);
const count = z.int().min(1);

/** Web3 Secret Storage, version 3 (https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage). */
const schema = z.looseObject({
  version: z.literal(3),
  crypto: z.intersection(
    z.looseObject({
      cipher: z.literal('aes-128-ctr'),
      cipherparams: z.looseObject({ iv: hex.length(32) }),
      ciphertext: hex.length(64),
      mac: hex.length(64),
    }),
    z.discriminatedUnion('kdf', [
      z.looseObject({
        kdf: z.literal('scrypt'),
        kdfparams: z.looseObject({ dklen: z.literal(32), n: count, r: count, p: count, salt: hex }),
      }),
      z.looseObject({
        kdf: z.literal('pbkdf2'),
        kdfparams: z.looseObject({
          dklen: z.literal(32),
          c: count,
          prf: z.literal('hmac-sha256'),
          salt: hex,
        }),
      }),
    ]),
  ),
});
type Crypto = z.infer<typeof schema>['crypto'];

/** Wallets ask for 256 MiB, 2 million steps, 262,144 rounds; a file that asks for more than these is refused. */
const MAX_SCRYPT_BYTES = GiB;
const MAX_SCRYPT_STEPS = 67_108_864;
const MAX_PBKDF2_ROUNDS = 10_000_000;

/**
 * The private key in an encrypted keystore, as geth, Foundry and wallets write it. Opening it takes about a second of
 * computing on purpose, on another thread.
 * @param askPassword asked once it is known that there is a keystore
 * @returns `0x` and 64 hex digits
 * @throws UsageError `CONFIG_INVALID`: no keystore, or not its password; PolicyError `KEY_UNSAFE` where others can read it
 */
export async function openKeystore(
  path: string,
  askPassword: () => string | Promise<string>,
  options: JobOptions = {},
): Promise<string> {
  const { text } = await readPrivate(path, 'keystore');
  const crypto = parse(path, text);
  const password = await askPassword();
  note(options, 'info', `opening the keystore ${path}`);
  // Programs of the ethers family put passwords into normal form KC first; without accents both are one.
  for (const spelling of new Set([password, password.normalize('NFKC')])) {
    const key = await orAborted(derive(crypto, spelling), options.signal);
    const mac = keccak256(Buffer.concat([key.subarray(16), Buffer.from(crypto.ciphertext, 'hex')]));
    if (mac === `0x${crypto.mac.toLowerCase()}`) return decrypt(crypto, key);
  }
  throw unusable(path, 'open with the password', 'type it again, or correct the password file');
}

/** The password in a file; one line end at its end is not part of it. @throws as `openKeystore` */
export async function readPassword(path: string): Promise<string> {
  const { text } = await readPrivate(path, 'password file');
  return text.replace(/\r?\n$/, '');
}

function parse(path: string, text: string): Crypto {
  try {
    // Old wallets write it with a capital.
    const { Crypto, ...rest } = JSON.parse(text);
    const { crypto } = schema.parse({ ...rest, crypto: rest.crypto ?? Crypto });
    if (isAffordable(crypto)) return crypto;
  } catch {
    // The reason would quote the file.
  }
  throw unusable(path, 'hold an encrypted JSON keystore of version 3', 'name such a file with --keystore');
}

function isAffordable({ kdf, kdfparams }: Crypto): boolean {
  if (kdf === 'pbkdf2') return kdfparams.c <= MAX_PBKDF2_ROUNDS;
  const { n, r, p } = kdfparams;
  return scryptBytes(kdfparams) <= MAX_SCRYPT_BYTES && n * r * p <= MAX_SCRYPT_STEPS;
}

function derive({ kdf, kdfparams }: Crypto, password: string): Promise<Buffer> {
  const salt = Buffer.from(kdfparams.salt, 'hex');
  if (kdf === 'pbkdf2') return promisify(pbkdf2)(password, salt, kdfparams.c, 32, 'sha256');
  const { n, r, p } = kdfparams;
  // Room for what OpenSSL adds to the table.
  const options = { N: n, r, p, maxmem: 2 * scryptBytes(kdfparams) };
  return promisify<string, Buffer, number, typeof options, Buffer>(scrypt)(password, salt, 32, options);
}

function scryptBytes({ n, r, p }: { readonly n: number; readonly r: number; readonly p: number }): number {
  return 128 * r * (n + p);
}

function decrypt({ cipher, cipherparams, ciphertext }: Crypto, key: Buffer): string {
  const decipher = createDecipheriv(cipher, key.subarray(0, 16), Buffer.from(cipherparams.iv, 'hex'));
  return `0x${decipher.update(ciphertext, 'hex', 'hex')}${decipher.final('hex')}`;
}

async function readPrivate(path: string, what: string): Promise<TextFile> {
  const file = await readTextFile(path);
  if (file === null)
    throw new UsageError('CONFIG_INVALID', {
      should: `the ${what} ${path} must exist`,
      was: 'there is none',
      next: 'correct its name',
    });
  await file.assertPrivate();
  return file;
}

function unusable(path: string, should: string, next: string): UsageError {
  return new UsageError('CONFIG_INVALID', { should: `${path} must ${should}`, was: 'it does not', next });
}
