import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { keccak256 } from 'ethers/crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BallastError } from '../../src/errors.ts';
import { LATEST, parseModelName } from '../../src/ids/reference.ts';
import { MiB } from '../../src/limits.ts';
import { readerAddress } from '../../src/registries/ethereum/deploy.ts';
import { type EthereumOptions, openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, instead, startEvilRpc } from './evil-rpc.ts';

const KEY = 'canary-6f1d2c';

describe('a node that lies, stalls or breaks', () => {
  let chain: TestChain;
  let options: EthereumOptions;
  let model: ReturnType<typeof parseModelName>;

  beforeAll(async () => {
    chain = await startTestChain();
    const privateKey = await chain.newKey();
    options = { rpcUrl: chain.url, contractAddress: chain.contract, chainId: chain.chainId, privateKey };
    const registry = await openEthereumRegistry(options);
    model = await registry.canonical(parseModelName('local/tiny'));
    await registry.publish(randomRequest(model, '1', { channels: [LATEST] }), memoryLog());
    await registry.close();
  });
  afterAll(async () => {
    await chain?.close();
  });

  /** The error of a resolve through the proxy, with a key in the URL that must not come out. */
  async function failure(evil: Evil, more: Partial<EthereumOptions> = {}, signal?: AbortSignal) {
    const { url, calls } = await startEvilRpc(chain.url, evil);
    const rpcUrl = `${url.replace('//', `//user:${KEY}-password@`)}/v3/${KEY}?token=${KEY}-query`;
    const registry = await openEthereumRegistry({ ...options, rpcUrl, ...more });
    const began = performance.now();
    const error: BallastError = await registry
      .resolve(model, { kind: 'channel', channel: LATEST }, { signal })
      .then(
        () => expect.unreachable('the answer must be refused'),
        (reason) => reason,
      );
    await registry.close();
    expect(inspect(error, { depth: 10 }) + String(error.stack)).not.toContain('canary');
    return { error, calls, ms: performance.now() - began };
  }

  const answer =
    (status: number, body: string): Evil =>
    ({ response }) => {
      response.statusCode = status;
      response.end(body);
      return true;
    };

  /**
   * Changes one word of the answer to the first `eth_call`: 0 unless contracts see a foreign block number, the chain's id,
   * the code hashes of both halves.
   */
  const insteadOfWord = (place: number, word: string): Evil => {
    let asked = false;
    return async ({ method, forward, response }) => {
      if (method !== 'eth_call' || asked) return false;
      asked = true;
      const { result, ...answer } = JSON.parse(await forward());
      const words: string[] = result.slice(2).match(/.{64}/g);
      response.end(JSON.stringify({ ...answer, result: `0x${words.with(place, word).join('')}` }));
      return true;
    };
  };

  test('D5: of another chain is refused', async () => {
    const { error } = await failure(insteadOfWord(1, '1'.padStart(64, '0')));
    expect(error).toMatchObject({ code: 'CHAIN_MISMATCH', exit: 6 });
    expect(error.message).toContain('it speaks for chain 1');
  });

  test.each([
    ['nothing', 2, '0'.repeat(64), 'no contract is there'],
    ['an account without code', 2, keccak256('0x').slice(2), 'no contract is there'],
    ['another contract', 2, '11'.repeat(32), 'its code is 0x1111'],
  ])('D5: that has %s at the address is refused', async (_, place, word, was) => {
    const { error } = await failure(insteadOfWord(place, word));
    expect(error).toMatchObject({ code: 'CONTRACT_MISMATCH', exit: 6 });
    expect(error.message).toContain(was);
  });

  test("D5: whose registry would read by another contract's code is refused", async () => {
    const reader = readerAddress(options.contractAddress);
    const { error } = await failure(insteadOfWord(3, '11'.repeat(32)));
    expect(error).toMatchObject({ code: 'CONTRACT_MISMATCH', exit: 6 });
    expect(error.message).toContain(`address ${reader}`);
  });

  test.each(['0x', '0x1234', null])(
    'that does not execute a call without a receiver (%s) is refused',
    async (result) => {
      const { error } = await failure(instead('eth_call', result));
      expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
      expect(error.message).toContain('without a receiver');
    },
  );

  test('that makes up an answer of the contract is refused', async () => {
    const { error } = await failure((call) =>
      Object(call.params[0]).to === undefined ? false : instead('eth_call', `0x${'11'.repeat(64)}`)(call),
    );
    expect(error).toMatchObject({ code: 'CONTRACT_MISMATCH', exit: 6 });
  });

  test.each([
    ['HTML', 200, `<html>log in ${KEY}</html>`],
    ['an error page', 500, `no such key ${KEY}`],
    ['nothing', 200, ''],
    ['a broken JSON', 200, '{"jsonrpc":"2.0","id":1,"result":'],
    ['the answer to another call', 200, '{"jsonrpc":"2.0","id":777,"result":"0x7a69"}'],
    [
      'a result and an error',
      200,
      '{"jsonrpc":"2.0","id":1,"result":"0x7a69","error":{"code":1,"message":"x"}}',
    ],
    ['no number', 200, '{"jsonrpc":"2.0","id":1,"result":null}'],
    [
      'an error that quotes the key',
      200,
      `{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"bad ${KEY}"}}`,
    ],
    ['a redirect', 302, ''],
  ])('D9: that answers %s is out of reach', async (_, status, body) => {
    const { error } = await failure(answer(status, body));
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  });

  test('D9: that is too busy is asked three times', async () => {
    const { error, calls } = await failure(answer(429, 'slow down'));
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(calls).toEqual({ eth_getBlockByNumber: 3 });
  });

  test('that never answers is given up at once when the caller says so', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { error } = await failure(
      () => {
        controller.abort(reason);
        return true;
      },
      {},
      controller.signal,
    );
    expect(error).toBe(reason);
  });

  test('D10: that answers without end is cut off at 8 MiB', async () => {
    let sent = 0;
    const { error } = await failure(({ response }) => {
      const pieces = function* () {
        for (; sent < 64; sent += 1) yield Buffer.alloc(MiB, ' ');
      };
      Readable.from(pieces()).pipe(response);
      return true;
    });
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(error.message).toContain('8388608 bytes');
    expect(sent).toBeLessThan(32);
  });

  test('that is not there fails at once', async () => {
    const { error, ms } = await failure(() => false, { rpcUrl: `http://127.0.0.1:1/${KEY}` });
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
    expect(ms).toBeLessThan(2_000);
  });

  test('is asked three questions at first and two later, all of one block', async () => {
    const blocks: unknown[] = [];
    const { url, calls } = await startEvilRpc(chain.url, ({ method, params }) => {
      if (method === 'eth_call') blocks.push(params[1]);
      return false;
    });
    const reader = await openEthereumRegistry({ ...options, rpcUrl: url });
    const selector = { kind: 'channel', channel: LATEST } as const;
    await reader.resolve(model, selector);
    expect(calls).toEqual({ eth_getBlockByNumber: 1, eth_call: 2 });
    await reader.resolve(model, selector);
    expect(calls).toEqual({ eth_getBlockByNumber: 2, eth_call: 3 });
    expect(blocks).toEqual(Array(3).fill({ blockHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) }));
    await reader.close();
  });
});

test.each([
  [{ rpcUrl: `ftp://${KEY}@host` }, 'must begin with http'],
  [{ privateKey: `0x${KEY}` }, '64 hex digits'],
])('refuses a configuration that cannot work: %o', async (more, text) => {
  const base = { rpcUrl: 'http://127.0.0.1:1', contractAddress: `0x${'11'.repeat(20)}`, chainId: 1 };
  const error: Error = await openEthereumRegistry({ ...base, ...more }).then(
    () => expect.unreachable(),
    (reason) => reason,
  );
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', exit: 2 });
  expect(error.message).toContain(text);
  expect(inspect(error)).not.toContain('canary');
});
