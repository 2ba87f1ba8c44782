/** Keystores of other programs: the format's own test vector, which names no address as Foundry's don't, and geth's. */
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeAddress } from 'ethers/transaction';
import { encryptKeystoreJsonSync } from 'ethers/wallet';
import { expect, it, onTestFinished } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { openKeystore, readPassword } from '../../src/registries/ethereum/keystore.ts';

const KEY = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const PASSWORD = 'testpassword';

/** geth's `very-light-scrypt.json`: its password is empty. */
const LIGHT = {
  address: '45dea0fb0bba44f4fcf290bba71fd57d7117cbb8',
  crypto: {
    cipher: 'aes-128-ctr',
    ciphertext: 'b87781948a1befd247bff51ef4063f716cf6c2d3481163e9a8f42e1f9bb74145',
    cipherparams: { iv: 'dc4926b48a105133d2f16b96833abf1e' },
    kdf: 'scrypt',
    kdfparams: {
      ...{ dklen: 32, n: 2, p: 1, r: 8 },
      salt: '004244bbdc51cadda545b1cfa43cff9ed2ae88e08c61f1479dbb45410722f8f0',
    },
    mac: '39990c1684557447940d4c69e06b1b82b2aceacb43f284df65c956daf3046b85',
  },
  id: 'ce541d8d-c79b-40f8-9f8c-20f59616faba',
  version: 3,
};

const PBKDF2 = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      ...{ c: 262144, dklen: 32, prf: 'hmac-sha256' },
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};

async function written(text: string, mode = 0o600): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-keystore-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'keystore');
  await writeFile(path, text, { mode });
  await chmod(path, mode);
  return path;
}

const greedy = structuredClone(LIGHT);
greedy.crypto.kdfparams.n = 2 ** 30;
const endless = structuredClone(LIGHT);
Object.assign(endless.crypto.kdfparams, { n: 2 ** 20, r: 1, p: 2 ** 20 });
const slow = structuredClone(PBKDF2);
slow.crypto.kdfparams.c = 10_000_001;

/** Nobody types a password for what can't be opened. */
const notAsked = () => expect.unreachable('no password is asked for');

/** As costly as geth and Foundry make them. */
const heavy = () =>
  encryptKeystoreJsonSync({ address: computeAddress(KEY), privateKey: KEY }, PASSWORD, {
    scrypt: { N: 1 << 18, r: 8, p: 1 },
  });

it('opens what other programs wrote', async () => {
  expect(await openKeystore(await written(JSON.stringify(PBKDF2)), () => PASSWORD)).toBe(KEY);
  const light = await openKeystore(await written(JSON.stringify(LIGHT)), () => '');
  expect(computeAddress(light).toLowerCase()).toBe(`0x${LIGHT.address}`);
});

it('says what takes a second, and opens what ethers wrote', async () => {
  const events: BallastEvent[] = [];
  const path = await written(heavy());
  expect(await openKeystore(path, () => PASSWORD, { onEvent: (event) => events.push(event) })).toBe(KEY);
  expect(events).toEqual([{ type: 'note', level: 'info', text: `opening the keystore ${path}` }]);
  const accented = encryptKeystoreJsonSync({ address: computeAddress(KEY), privateKey: KEY }, 'e\u0301', {
    scrypt: { N: 2, r: 8, p: 1 },
  });
  expect(await openKeystore(await written(accented), () => 'e\u0301')).toBe(KEY);
});

it('refuses a wrong password, and says neither it nor what the file holds', async () => {
  const path = await written(JSON.stringify(PBKDF2));
  const error = await openKeystore(path, () => 'canary-password').catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('password') });
  expect(error.cause).toBeUndefined();
  expect(error.message + error.next).not.toMatch(/canary|517ead92/);
});

it.each([
  ['no JSON', 'a key'],
  ['a key in plain hex', KEY],
  ['version 1', JSON.stringify({ ...LIGHT, version: 1 })],
  ['another cipher', JSON.stringify({ ...PBKDF2, crypto: { ...PBKDF2.crypto, cipher: 'aes-256-gcm' } })],
  ['more memory than any', JSON.stringify(greedy)],
  ['more rounds than any', JSON.stringify(slow)],
  ['more steps than any', JSON.stringify(endless)],
  ['no ciphertext', JSON.stringify({ ...PBKDF2, crypto: { ...PBKDF2.crypto, ciphertext: undefined } })],
])('refuses %s', async (_, text) => {
  const error = await openKeystore(await written(text), notAsked).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(error.message).not.toContain(KEY);
});

it('refuses files that others can read, links, and files that are not there', async () => {
  const open = await written(JSON.stringify(PBKDF2), 0o644);
  await expect(openKeystore(open, notAsked)).rejects.toMatchObject({ code: 'KEY_UNSAFE' });
  await expect(readPassword(await written(PASSWORD, 0o640))).rejects.toMatchObject({ code: 'KEY_UNSAFE' });
  await symlink(await written(PASSWORD), `${open}.link`);
  await expect(readPassword(`${open}.link`)).rejects.toMatchObject({ code: 'KEY_UNSAFE' });
  await expect(readPassword(`${open}.none`)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

it('reads a password to the end of its line, spaces and all', async () => {
  expect(await readPassword(await written(' two words \n'))).toBe(' two words ');
  expect(await readPassword(await written('windows\r\n'))).toBe('windows');
});

it('ends at once when it is stopped', async () => {
  const path = await written(heavy());
  const stop = new AbortController();
  const opening = openKeystore(path, () => PASSWORD, {
    signal: stop.signal,
    onEvent: () => stop.abort(new Error('stopped')),
  });
  await expect(opening).rejects.toThrow('stopped');
});
