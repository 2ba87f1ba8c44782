/** A cache that the real client has written, from a hub of this test's own. `.ci/run` brings it, or: pip install huggingface_hub */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { readHubCache } from '../../src/inputs/hub-cache.ts';
import { newFolder } from './folder.ts';

const PYTHON = { ...process.env, PYTHONPATH: process.env.BALLAST_TEST_HUB_CLIENT ?? process.env.PYTHONPATH };
const hasClient = (() => {
  try {
    execFileSync('python3', ['-c', 'import huggingface_hub'], { env: PYTHON, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const COMMIT = '1234567890abcdef1234567890abcdef12345678';
const FILES: Readonly<Record<string, Buffer>> = {
  'README.md': Buffer.from('# not wanted'),
  'config.json': Buffer.from('{}'),
  'onnx/model.onnx': Buffer.alloc(3_000_000, 7),
};
const hash = (algorithm: string, ...parts: readonly (string | Buffer)[]) =>
  parts.reduce((all, part) => all.update(part), createHash(algorithm)).digest('hex');
const sha256 = (path: string) => hash('sha256', FILES[path]!);
const isLarge = (path: string) => path.endsWith('.onnx');
/** Large files lie under their SHA-256, others under git's hash. */
const etag = (path: string) =>
  isLarge(path) ? sha256(path) : hash('sha1', `blob ${FILES[path]!.length}\0`, FILES[path]!);

const DOWNLOAD = `
from huggingface_hub import scan_cache_dir, snapshot_download
snapshot_download('org/name', allow_patterns=['*.json', '*.onnx'])
assert not scan_cache_dir().warnings
`;

async function startHub(): Promise<string> {
  const hub = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://hub');
    const json = (value: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    const path = /^\/org\/name\/resolve\/[^/]+\/(.*)$/.exec(pathname)?.[1];
    if (/^\/api\/models\/org\/name(\/revision\/[^/]+)?$/.test(pathname)) return json(MODEL);
    if (pathname.startsWith('/api/models/org/name/tree/')) return json(Object.keys(FILES).map(listed));
    const content = path && FILES[path];
    if (!path || !content) return response.writeHead(404).end('{}');
    response.setHeaders(
      new Map<string, string | number>([
        ['x-repo-commit', COMMIT],
        ['etag', `"${etag(path)}"`],
        ['content-length', content.length],
      ]),
    );
    return response.end(request.method === 'HEAD' ? undefined : content);
  });
  onTestFinished(() => void hub.close());
  hub.listen(0, '127.0.0.1');
  await once(hub, 'listening');
  return `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
}

const MODEL = {
  id: 'org/name',
  sha: COMMIT,
  private: false,
  gated: false,
  disabled: false,
  tags: [],
  downloads: 0,
  likes: 0,
  siblings: Object.keys(FILES).map((rfilename) => ({ rfilename })),
};

function listed(path: string) {
  const size = FILES[path]!.length;
  const lfs = { oid: sha256(path), size, pointerSize: 130 };
  return { type: 'file', oid: etag(path).slice(0, 40), size, path, ...(isLarge(path) && { lfs }) };
}

it.skipIf(!hasClient)(
  'reads what huggingface_hub has downloaded (none found: BALLAST_TEST_HUB_CLIENT, python3)',
  async () => {
    const home = await newFolder();
    const env = {
      ...PYTHON,
      HF_HOME: home,
      HF_ENDPOINT: await startHub(),
      HF_HUB_DISABLE_PROGRESS_BARS: '1',
    };
    const client = spawn('python3', ['-c', DOWNLOAD], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    expect(await once(client, 'exit')).toEqual([0, null]);

    const events: BallastEvent[] = [];
    const onEvent = (event: BallastEvent) => events.push(event);
    const { tree, claims, origin } = await readHubCache('org/name', { HF_HOME: home }, { onEvent });
    expect(origin).toBe(join(home, 'hub/models--org--name/snapshots', COMMIT));
    expect(tree).toMatchObject([
      { path: 'config.json', size: 2 },
      { path: 'onnx/model.onnx', size: 3_000_000 },
    ]);
    expect(claims).toEqual(new Map([['onnx/model.onnx', sha256('onnx/model.onnx')]]));
    expect(events).toMatchObject([{ text: expect.stringContaining('lacks README.md') }]);
  },
);
