import { describe, expect, onTestFinished, test } from 'vitest';
import { GatewaySource } from '../../src/stores/gateway/source.ts';
import { blockOrigin, FaultServer, randomBlock, randomBlocks, type Script } from '../../src/testing/index.ts';

const [first, second] = randomBlocks(2, 100_000);
const absent = randomBlock(10);
const blocks = new Map([first!, second!].map(({ digest, bytes }) => [digest, bytes]));

async function gateway(script?: Script) {
  const server = await FaultServer.start(blockOrigin(blocks), { script });
  onTestFinished(() => server.close());
  const url = server.url.replace('http://', 'http://user:canary@');
  const source = new GatewaySource({ url, name: 'near', deadlines: { headersMs: 500 } });
  onTestFinished(() => source.close());
  return { server, source };
}

const room = () => new Uint8Array(new SharedArrayBuffer(200_000));

describe('a trustless gateway', () => {
  test('gives raw blocks into their buffers, and is asked for nothing else', async () => {
    const { server, source } = await gateway();
    const into = [room(), room()];
    expect(await source.read([second!.digest, first!.digest], into)).toEqual([100_000, 100_000]);
    expect(Buffer.compare(into[0]!.subarray(0, 100_000), second!.bytes)).toBe(0);
    expect(Buffer.compare(into[1]!.subarray(0, 100_000), first!.bytes)).toBe(0);
    for (const { method, target, headers } of server.seen) {
      expect(method).toBe('GET');
      expect(target).toMatch(/^\/ipfs\/bafkrei[a-z2-7]+\?format=raw$/);
      expect(headers).toMatchObject({
        accept: 'application/vnd.ipld.raw',
        'accept-encoding': 'identity',
        authorization: `Basic ${Buffer.from('user:canary').toString('base64')}`,
      });
    }
  });

  test('is asked for heads alone to learn what it has', async () => {
    const { server, source } = await gateway();
    expect(await source.has([absent.digest, first!.digest])).toEqual([false, true]);
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  test.each([404, 410, 451, 504])('that answers %i has no such block', async (status) => {
    const { source } = await gateway(() => ({ kind: 'status', status }));
    await expect(source.read([first!.digest], [room()])).rejects.toMatchObject({ code: 'CHUNK_MISSING' });
    expect(await source.has([first!.digest])).toEqual([false]);
  });

  test('that answers anything else is unreachable, and its credentials are in no message', async () => {
    const { source } = await gateway(() => ({ kind: 'status', status: 403, body: 'pay first' }));
    const error = await source.read([first!.digest], [room()]).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE', was: 'it answered 403: pay first' });
    expect(JSON.stringify([String(error), { ...(error as Error) }])).not.toContain('canary');
    await expect(source.has([first!.digest])).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  });

  test('whose block outgrows the buffer is cut off there', async () => {
    const { source } = await gateway(() => ({ kind: 'inf' }));
    await expect(source.read([first!.digest], [room()])).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
  });

  test('ends every read with the first that fails, and then leaves the buffers alone', async () => {
    const { source } = await gateway(({ number }) =>
      number === 1 ? { kind: 'status', status: 500 } : { kind: 'stall', at: 'middle' },
    );
    const into = [room(), room()];
    await expect(source.read([first!.digest, second!.digest], into)).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
  });
});
