/** Another program signs: anvil, as Web3Signer or geth would; and a server that lies, refuses, breaks or never answers. */

import { Transaction } from 'ethers/transaction';
import { toBeHex } from 'ethers/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployRegistry } from '../../src/deploy/deploy.ts';
import type { BallastEvent } from '../../src/events.ts';
import { type Anvil, startAnvil } from '../../src/registries/embedded/anvil.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { signDeployment } from '../../src/registries/ethereum/deploy.ts';
import { HttpJsonRpc } from '../../src/transport/json-rpc.ts';
import { type Evil, instead, startEvilRpc } from '../registries/evil-rpc.ts';
import { type BareChain, startBareChain, temporaryFolder } from './bare-chain.ts';

const CHAIN = 31337;
const STRANGER = `0x${'a1'.repeat(20)}`;
/** Any key; the signer knows nothing of it. */
const OTHER = new Account(`0x${'5e'.repeat(32)}`);

/** Holds the keys of two accounts. */
let signer: Anvil;
let accounts: readonly [string, string];
beforeAll(async () => {
  signer = await startAnvil(['--chain-id', String(CHAIN), '--accounts', '2']);
  const [first, second] = (await signer.rpc.call('eth_accounts', [])) as string[];
  accounts = [first!, second!];
});
afterAll(() => signer?.stop());

/** A chain on which the signer's accounts can pay, and which holds no key. */
async function open() {
  const chain = await startBareChain(CHAIN);
  for (const address of accounts)
    await chain.rpc.call('anvil_setBalance', [address, `0x${(10n ** 18n).toString(16)}`]);
  const options = { folder: await temporaryFolder(), signer: signer.url, from: accounts[1] };
  return { chain, config: { blockchain: { rpcUrl: chain.url } }, options };
}

const sentBy = (chain: BareChain, address: string) =>
  chain.rpc.call('eth_getTransactionCount', [address, 'pending']).then(Number);

/** The answer to `eth_signTransaction`, made of what was asked for. */
const signing =
  (answer: (request: Record<string, unknown>) => unknown): Evil =>
  async ({ id, method, params, response }) => {
    if (method !== 'eth_signTransaction') return false;
    const result = await answer(Object(params[0]));
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    return true;
  };

const signed = (request: Record<string, unknown>) => signer.rpc.call('eth_signTransaction', [request]);

it('signs each transaction, and pays', async () => {
  const { chain, config, options } = await open();
  const told: BallastEvent[] = [];
  const [, from] = accounts;
  const deployed = await deployRegistry(config, {
    ...options,
    admin: from,
    onEvent: (event) => told.push(event),
  });
  expect(deployed).toMatchObject({ deployed: true, transactions: 3, pending: [] });
  expect(await sentBy(chain, from)).toBe(3);
  expect(
    told.filter((event) => event.type === 'note' && event.text.includes('waiting for the signer')),
  ).toHaveLength(3);
});

it('may answer as geth does, and counts for more than a configured key', async () => {
  const { chain, config, options } = await open();
  const { url } = await startEvilRpc(
    signer.url,
    signing(async (request) => ({ raw: await signed(request), tx: {} })),
  );
  const blockchain = { ...config.blockchain, privateKey: '5e'.repeat(32) };
  const deployed = await deployRegistry(
    { blockchain },
    { ...options, signer: url, from: accounts[0].toUpperCase().replace('X', 'x') },
  );
  expect(deployed).toMatchObject({ transactions: 1 });
  expect(await sentBy(chain, accounts[0])).toBe(1);
});

it('needs no name of its account where it has one', async () => {
  const { config, options } = await open();
  const refusal = async (of: object) =>
    deployRegistry(config, { ...options, dryRun: true, ...of }).catch((error) => error);
  const { url } = await startEvilRpc(signer.url, instead('eth_accounts', [accounts[0]]));
  expect(await refusal({ signer: url, from: undefined })).toMatchObject({ deployed: false });
  const unnamed = await refusal({ from: undefined });
  expect(unnamed).toMatchObject({ code: 'ARGUMENT_INVALID', next: expect.stringContaining('--from') });
  for (const address of accounts) expect(unnamed.message).toContain(address.toLowerCase());
  expect(await refusal({ from: STRANGER })).toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: expect.stringContaining(STRANGER),
  });
  expect(await refusal({ signer: undefined })).toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: expect.stringContaining('--from'),
  });
});

it.each([
  ['another receiver', signing((request) => signed({ ...request, to: STRANGER }))],
  ['value', signing((request) => signed({ ...request, value: '0x1' }))],
  ['a higher price', signing((request) => signed({ ...request, maxFeePerGas: '0xffffffffff' }))],
  ['a later nonce', signing((request) => signed({ ...request, nonce: '0x7' }))],
  ['with its other account', signing((request) => signed({ ...request, from: accounts[0] }))],
  [
    'with a recorded signature of another key',
    signing(() => signDeployment(OTHER, CHAIN, 0, { max: 1n, priority: 0n }).raw),
  ],
  ['with no signature', signing(async (request) => withoutSignature(await signed(request)))],
  ['with a point that is not on the curve', signing(async (request) => offCurve(await signed(request)))],
  ['nothing: no transaction', signing(() => '0x02c0')],
  ['nothing: no hex', signing(() => 'ok')],
  ['nothing: null', signing(() => null)],
  ['nothing: an empty object', signing(() => ({}))],
])('sends nothing where it signs %s', async (_, evil) => {
  const { chain, config, options } = await open();
  const { url } = await startEvilRpc(signer.url, evil);
  await expect(deployRegistry(config, { ...options, signer: url })).rejects.toMatchObject({
    code: 'TRANSACTION_FAILED',
    message: expect.stringContaining('nothing was sent'),
  });
  expect(await sentBy(chain, accounts[1])).toBe(0);
});

it('says why where it refuses or lists no accounts, and takes no page for an answer', async () => {
  const { config, options } = await open();
  const failure = async (evil: Evil) => {
    const { url } = await startEvilRpc(signer.url, evil);
    return deployRegistry(config, { ...options, signer: url }).catch((error) => error);
  };
  const denied: Evil = ({ id, method, response }) => {
    if (method !== 'eth_signTransaction') return false;
    response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: 'Request denied' } }));
    return true;
  };
  expect(await failure(denied)).toMatchObject({
    code: 'TRANSACTION_FAILED',
    message: expect.stringContaining('Request denied'),
  });
  for (const list of ['none', [null], ['0x12'], { 0: accounts[1] }])
    expect(await failure(instead('eth_accounts', list))).toMatchObject({ code: 'TRANSACTION_FAILED' });
  const page: Evil = ({ response }) => {
    response.end('<html>');
    return true;
  };
  expect(await failure(page)).toMatchObject({
    code: 'CHAIN_UNREACHABLE',
    message: expect.stringContaining('the signer at http://127.0.0.1'),
    next: expect.stringContaining('--signer'),
  });
});

it('is not waited for after an interrupt, nor past its time', async () => {
  const { config, options } = await open();
  const stop = new AbortController();
  const silent: Evil = ({ method }) => {
    if (method !== 'eth_signTransaction') return false;
    stop.abort(new Error('stopped'));
    return true;
  };
  const { url } = await startEvilRpc(signer.url, silent);
  await expect(deployRegistry(config, { ...options, signer: url, signal: stop.signal })).rejects.toThrow(
    'stopped',
  );
  const rpc = new HttpJsonRpc(url, { name: 'signer', next: 'look at it', answerMs: 50 });
  await expect(rpc.call('eth_signTransaction', [{}])).rejects.toMatchObject({
    code: 'CHAIN_UNREACHABLE',
    message: expect.stringMatching(/the signer at .* within 0.05 s/),
    next: 'look at it',
  });
});

it.each(['ftp://127.0.0.1', 'http://canary@127.0.0.1', 'http://127.0.0.1/?key=canary', 'canary'])(
  'is not looked for at %s, and no secret in it is shown',
  async (url) => {
    const { config, options } = await open();
    const refused = await deployRegistry(config, { ...options, signer: url }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'ARGUMENT_INVALID', message: expect.stringContaining('--signer') });
    expect(refused.message + refused.next).not.toContain('canary');
  },
);

function withoutSignature(raw: unknown): string {
  return Transaction.from(String(raw)).unsignedSerialized;
}

/** No y belongs to x = 5 on secp256k1. */
function offCurve(raw: unknown): string {
  const transaction = Transaction.from(String(raw));
  transaction.signature = { r: toBeHex(5, 32), s: toBeHex(1, 32), yParity: 0 };
  return transaction.serialized;
}
