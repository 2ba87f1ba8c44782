/** One of three endpoints breaks in every way that is known: the others answer, and no key of any URL comes out. */
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BallastError } from '../../src/errors.ts';
import { MiB } from '../../src/limits.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { type Evil, startEvilRpc } from './evil-rpc.ts';
import { dead, honest, lyingAbout, mute, oneRelease, refusing, resolveLatest } from './three-endpoints.ts';

const KEY = 'canary-6f1d2c';
const subject = oneRelease();

/** By URLs that hold a key in user, path and query. */
async function openWithKeys(evils: readonly Evil[]) {
  const proxies = await Promise.all(evils.map((evil) => startEvilRpc(subject.chain.url, evil)));
  const rpcUrl = proxies.map(
    ({ url }) => `${url.replace('//', `//user:${KEY}-password@`)}/v3/${KEY}?token=${KEY}-query`,
  );
  const registry = await openEthereumRegistry({ ...subject.options, privateKey: undefined, rpcUrl });
  onTestFinished(() => registry.close());
  return registry;
}

const answering =
  (status: number, body: string): Evil =>
  ({ id, response }) => {
    response.statusCode = status;
    response.end(body.replace('$ID', String(id)));
    return true;
  };

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

const ERROR = `"error":{"code":-32000,"message":"no ${KEY} here"}`;
const BROKEN: readonly [string, Evil][] = [
  ['takes no connection', dead],
  ['is too busy (429)', answering(429, `slow down, ${KEY}`)],
  ['is broken (500)', answering(500, `trace of ${KEY}`)],
  ['answers HTML', answering(200, `<html>log in as ${KEY}</html>`)],
  ['answers nothing', answering(200, '')],
  ['answers half a JSON', answering(200, '{"jsonrpc":"2.0","id":$ID,"result":')],
  ['answers another call', answering(200, '{"jsonrpc":"2.0","id":777,"result":"0x1"}')],
  ['answers null', answering(200, '{"jsonrpc":"2.0","id":$ID,"result":null}')],
  ['answers a result and an error', answering(200, `{"jsonrpc":"2.0","id":$ID,"result":"0x1",${ERROR}}`)],
  ['answers neither', answering(200, '{"jsonrpc":"2.0","id":$ID}')],
  ['quotes the key as an error', answering(200, `{"jsonrpc":"2.0","id":$ID,${ERROR}}`)],
  ['quotes the key as a result', answering(200, `{"jsonrpc":"2.0","id":$ID,"result":"${KEY}-query"}`)],
  ['redirects', answering(307, '')],
  ['answers lists in lists', answering(200, `{"jsonrpc":"2.0","id":$ID,"result":${nested(200_000)}}`)],
];

describe.each(BROKEN)('D9: one of three %s', (_, broken) => {
  test('the others answer', async () => {
    const { release, dissent } = await resolveLatest(await openWithKeys([broken, honest, honest]), subject);
    expect(release.version).toBe('1');
    expect(dissent.join()).not.toContain('canary');
  });

  test('D26: with another one that does, all that is said of them holds no key', async () => {
    const registry = await openWithKeys([broken, honest, broken]);
    const error: BallastError = await resolveLatest(registry, subject).then(
      () => expect.unreachable('one alone must not be believed'),
      (reason) => reason,
    );
    expect(error).toMatchObject({ exit: 6 });
    expect(error.message).toContain('http://127.0.0.1:');
    expect(inspect(error, { depth: 10, showHidden: true }) + error.stack + error.next).not.toContain(
      'canary',
    );
  });
});

test('D26: endpoints of one host are told apart by their places, not by their keys', async () => {
  const { url } = await startEvilRpc(subject.chain.url, lyingAbout('manifest', 7n));
  const rpcUrl = [`${url}/v3/${KEY}-one`, `${url}/v3/${KEY}-two`, subject.chain.url];
  const registry = await openEthereumRegistry({ ...subject.options, rpcUrl, quorum: 3 });
  onTestFinished(() => registry.close());
  const error = await resolveLatest(registry, subject).catch((reason) => reason);
  for (const place of [1, 2]) expect(error.message).toContain(`${url} (number ${place}) answered eth_call`);
  expect(inspect(error, { depth: 10 })).not.toContain('canary');
});

test('D26: whoever lies is named without the key', async () => {
  const lying = await openWithKeys([lyingAbout('manifest', 7n), honest, lyingAbout('manifest', 8n)]);
  const error = await resolveLatest(lying, subject).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'QUORUM_FAILED' });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary');
});

test('D9: refusals by the nodes themselves are told as one, by their names', async () => {
  const limited = refusing('eth_call', { code: -32_005, message: `limit of ${KEY}-query reached` });
  const error = await resolveLatest(await openWithKeys([limited, limited, limited]), subject).catch(
    (reason) => reason,
  );
  expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  expect(error.message).toContain('limit of [redacted] reached');
});

/** Sends blanks as fast as they are taken, up to 1 GiB. */
const endless: Evil = async ({ response }) => {
  const piece = Buffer.alloc(MiB, ' ');
  for (let sent = 0; sent < 1_024 && !response.destroyed; sent += 1) {
    if (!response.write(piece))
      await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    await setImmediate();
  }
  response.end();
  return true;
};

test('D10: two of three answer with 1 GB: each is cut off at 8 MiB, and memory with it', async () => {
  const registry = await openWithKeys([endless, honest, endless]);
  const before = process.memoryUsage().rss;
  const error = await resolveLatest(registry, subject).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  expect(error.message.match(/8388608 bytes/g)).toHaveLength(2);
  expect(process.memoryUsage().rss - before).toBeLessThan(128 * MiB);
});

/** A blank a second, for ever. */
const drip: Evil = ({ response }) => {
  const dripping = setInterval(() => response.write(' '), 1_000);
  response.once('close', () => clearInterval(dripping));
  return true;
};

test('D10: one of three stalls and one drips: both are given up after 10 s', async () => {
  const registry = await openWithKeys([mute, drip, honest]);
  const began = performance.now();
  const error = await resolveLatest(registry, subject).catch((reason) => reason);
  expect(performance.now() - began).toBeLessThan(11_000);
  expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  expect(error.message.match(/10 s/g)).toHaveLength(2);
});
