/** A chain that is cut off, halted, held back or played by somebody else: what can be had all the same, and on whose word. */
import { access, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ModelStorageManager } from '../../src/manager.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { type Evil, instead, openEvilRpc } from '../../src/testing/faults/evil-rpc.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { treeDigests, writeTree } from '../../src/testing/samples/trees.ts';

let chain: TestChain;
let folder: string;
let namespace: string;
let publisherKey: string;
let statementKey: string;
/** A lock file with version 1 alone. */
let lockOfOne: string;
let homes = 0;

beforeAll(async () => {
  // No development chain: the age of its blocks counts.
  chain = await startTestChain([], 10);
  [publisherKey, statementKey] = [await chain.newKey(), await chain.newKey()];
  namespace = new Account(publisherKey).address;
  folder = await mkdtemp(join(tmpdir(), 'ballast-out-of-reach-'));
  const publisher = open({ home: 'publisher', privateKey: publisherKey });
  for (const version of ['1', '2', '3']) {
    const model = await writeTree(join(folder, `m${version}`), { 'w.bin': randomBlock(3_000).bytes });
    await publisher.storeModel(model, `${namespace}/m@${version}`);
  }
  await publisher.releases.setChannel(`${namespace}/m`, 'latest', '1');
  await publisher.namespaces.setStatementKey(namespace, new Account(statementKey).address);
  await publisher.locks.add([exact()]);
  lockOfOne = await readFile(join(folder, 'publisher/models.lock'), 'utf8');
  await rm(join(folder, 'publisher/models.lock'));
  await publisher.close();
});
afterAll(async () => {
  await chain?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Opened {
  readonly home: string;
  readonly url?: string;
  readonly privateKey?: string;
  readonly chainId?: number;
  readonly locked?: boolean;
  readonly trust?: { readonly require?: 'chain'; readonly statements?: string[] };
}

function open({ home, url = chain.url, privateKey, chainId, locked, trust }: Opened): ModelStorageManager {
  const blockchain = {
    ...{ rpcUrl: url, contractAddress: chain.contract, finality: 'latest' as const },
    ...(privateKey !== undefined && { privateKey }),
    ...(chainId !== undefined && { chainId }),
  };
  const at = join(folder, home);
  return new ModelStorageManager({ home: at, blockchain, lock: join(at, 'models.lock'), locked, trust });
}

/** A state folder that has the bytes of all versions and has never reached the chain. */
async function newHome(): Promise<string> {
  const home = `reader-${++homes}`;
  await cp(join(folder, 'publisher/store'), join(folder, home, 'store'), { recursive: true });
  return home;
}

function reader(opened: Opened): ModelStorageManager {
  const storage = open(opened);
  onTestFinished(() => storage.close());
  return storage;
}

const DEAD = 'http://127.0.0.1:9';
const exact = () => `${namespace}/m@1`;

/** Fetches, and says on whose word; what is refused leaves nothing behind. */
async function retrieve(
  storage: ModelStorageManager,
  ref = exact(),
  more: { requireTrust?: 'chain' | 'local' } = {},
) {
  const out = join(folder, `out-${++homes}`);
  try {
    const got = await storage.retrieveModel(ref, out, more);
    expect(await treeDigests(out)).toEqual(await treeDigests(join(folder, `m${got.version}`)));
    return got;
  } catch (error) {
    await expect(access(out)).rejects.toThrow('ENOENT');
    throw error;
  }
}

describe('with the chain out of reach', () => {
  test('D19: a lock file and the bytes are enough, on a machine that has never reached the chain', async () => {
    const home = await newHome();
    const online = reader({ home });
    const [entry] = await online.locks.add([`${namespace}/m`]);
    expect(entry).toMatchObject({ version: '1', chain: 'eip155:10', channelSeq: 1, status: 'active' });
    expect(await retrieve(online)).toMatchObject({ trust: 'chain', quorum: { agreed: 1, asked: 1 } });
    const fresh = await newHome();
    await cp(join(folder, home, 'models.lock'), join(folder, fresh, 'models.lock'));
    const offline = reader({ home: fresh, url: DEAD });
    const word = { trust: 'lock', asOf: entry!.asOf, quorum: null };
    for (const ref of [`${namespace}/m`, exact()]) expect(await retrieve(offline, ref)).toMatchObject(word);
    expect(await offline.verifyModel(exact(), { full: true })).toMatchObject({ ok: true, ...word });
    expect(await offline.modelInfo(exact())).toMatchObject({ ...word, status: 'active', publisher: null });
    expect((await offline.diffModels(exact(), exact())).chunks).toMatchObject({ leftOnly: { count: 0 } });
    for (const ref of [`${namespace}/m@2`, `${namespace}/m@other`])
      await expect(retrieve(offline, ref)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
    await expect(retrieve(offline, exact(), { requireTrust: 'chain' })).rejects.toMatchObject({
      code: 'CHAIN_UNREACHABLE',
    });
  });

  test('and no chain configured at all the lock file alone is asked', async () => {
    const home = await newHome();
    await reader({ home }).locks.add([exact()]);
    const lock = join(folder, home, 'models.lock');
    const storage = new ModelStorageManager({ home: join(folder, home), lock });
    onTestFinished(() => storage.close());
    expect(await retrieve(storage)).toMatchObject({ trust: 'lock' });
    for (const requireTrust of ['chain', 'local'] as const)
      await expect(retrieve(storage, exact(), { requireTrust })).rejects.toMatchObject({ exit: 6 });
  });

  test('a statement will do for who has reached the chain before, and no longer when it lapsed', async () => {
    const home = await newHome();
    const signer = reader({ home: await newHome(), privateKey: statementKey });
    const statements = join(folder, home, 'mirror');
    await signer.releases.state(exact(), { folder: statements });
    await retrieve(reader({ home }));
    const cut = { home, url: DEAD, trust: { statements: [statements] } };
    const word = { trust: 'statement', asOf: { block: expect.any(Number) }, quorum: null };
    expect(await retrieve(reader(cut))).toMatchObject(word);
    await expect(retrieve(reader(cut), `${namespace}/m@2`)).rejects.toMatchObject({ exit: 6 });
    const never = reader({ ...cut, home: await newHome(), chainId: 10 });
    await expect(retrieve(never)).rejects.toMatchObject({ was: expect.stringContaining('never reached') });
  });

  test('a CID needs nobody', async () => {
    const home = await newHome();
    const { manifest } = await reader({ home }).modelInfo(exact());
    const offline = reader({ home, url: DEAD });
    const out = join(folder, `out-${++homes}`);
    expect(await offline.retrieveCid(manifest, out)).toMatchObject({ trust: 'cid', asOf: null, model: null });
    const strict = reader({ home, url: DEAD, trust: { require: 'chain' } });
    await expect(strict.retrieveCid(manifest, `${out}-2`)).rejects.toMatchObject({
      ...{ code: 'TRUST_INSUFFICIENT', exit: 6 },
    });
  });

  test('D20: what was seen revoked is refused by statement and by lock', async () => {
    const publisher = reader({ home: 'publisher', privateKey: publisherKey });
    const model = await writeTree(join(folder, 'gone'), { 'w.bin': randomBlock(3_000).bytes });
    const ref = `${namespace}/gone@1`;
    await publisher.storeModel(model, ref);
    const home = await newHome();
    const online = reader({ home });
    await online.locks.add([ref]);
    const signer = reader({ home, privateKey: statementKey });
    await signer.releases.state(ref, { folder: join(folder, home) });
    expect((await retrieveAny(reader({ home, url: DEAD, chainId: 10 }), ref)).trust).toBe('statement');
    await publisher.releases.setStatus(ref, 'revoked', { reason: 'security' });
    expect((await online.modelInfo(ref)).status).toBe('revoked');
    const revoked = { code: 'RELEASE_REVOKED' };
    await expect(retrieveAny(online, ref)).rejects.toMatchObject(revoked);
    await expect(retrieveAny(reader({ home, url: DEAD }), ref)).rejects.toMatchObject(revoked);
    const at = join(folder, home);
    const unconfigured = new ModelStorageManager({ home: at, lock: join(at, 'models.lock') });
    onTestFinished(() => unconfigured.close());
    await expect(retrieveAny(unconfigured, ref)).rejects.toMatchObject(revoked);
    await expect(signer.releases.state(ref, { folder: join(folder, home) })).rejects.toMatchObject(revoked);
  });
});

async function retrieveAny(storage: ModelStorageManager, ref: string) {
  return storage.retrieveModel(ref, join(folder, `out-${++homes}`));
}

/** Answers with what the node says, changed. */
function changing(method: string, change: (result: Record<string, unknown>) => void): Evil {
  return async (call) => {
    if (call.method !== method) return false;
    const answer = JSON.parse(await call.forward());
    change(answer.result);
    call.response.end(JSON.stringify(answer));
    return true;
  };
}

const hourOld = changing('eth_getBlockByNumber', (block) => {
  block.timestamp = `0x${(Number(block.timestamp) - 3_600).toString(16)}`;
});
test('D19: a chain that has stopped is out of reach: what was locked can be had, and nothing else', async () => {
  const rpc = await openEvilRpc(chain.url, hourOld);
  onTestFinished(() => rpc.close());
  const home = await newHome();
  await reader({ home }).locks.add([exact()]);
  const storage = reader({ home, url: rpc.url });
  expect(await retrieve(storage)).toMatchObject({ trust: 'lock' });
  await expect(retrieve(storage, `${namespace}/m@2`)).rejects.toMatchObject({
    ...{ code: 'CHAIN_STALE', exit: 6 },
    was: expect.stringContaining('stale by'),
  });
  await expect(retrieve(storage, exact(), { requireTrust: 'chain' })).rejects.toMatchObject({
    code: 'CHAIN_STALE',
  });
});

test('D20: what such a chain shows as revoked can not be had, nor once nobody answers', async () => {
  const home = await newHome();
  await reader({ home }).locks.add([`${namespace}/m@3`]);
  const publisher = reader({ home: await newHome(), privateKey: publisherKey });
  await publisher.releases.setStatus(`${namespace}/m@3`, 'revoked');
  const rpc = await openEvilRpc(chain.url, hourOld);
  onTestFinished(() => rpc.close());
  for (const url of [rpc.url, DEAD])
    await expect(retrieve(reader({ home, url }), `${namespace}/m@3`)).rejects.toMatchObject({
      ...{ code: 'RELEASE_REVOKED', exit: 6 },
    });
});

const say = (text: string, status = 200): Evil => {
  return ({ response }) => {
    response.writeHead(status).end(text);
    return true;
  };
};

/** Everything that whoever stands between a node and the chain can do to its questions. */
const WAYS: readonly (readonly [what: string, evil: Evil])[] = [
  ['nothing at all', say('')],
  ['a page to log in', say('<html>log in</html>')],
  ['401', say('{"error":"no"}', 401)],
  ['500', say('{}', 500)],
  ['a redirect', ({ response }) => Boolean(response.writeHead(302, { location: DEAD }).end())],
  ['null', say('{"jsonrpc":"2.0","id":1,"result":null}')],
  ['an empty answer to each call', instead('eth_call', '0x')],
  ['an error', say('{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"x"}}')],
  ['a block without a hash', changing('eth_getBlockByNumber', (block) => void delete block.hash)],
  ['a closed connection', ({ response }) => Boolean(response.destroy())],
];

describe.each(WAYS)('P3: a chain that answers with %s', (_what, evil) => {
  test('switches no verification off: nothing is used but what was locked', async () => {
    const rpc = await openEvilRpc(chain.url, evil);
    onTestFinished(() => rpc.close());
    const home = await newHome();
    const storage = reader({ home, url: rpc.url, chainId: 10 });
    await expect(retrieve(storage)).rejects.toMatchObject({ exit: 6 });
    await expect(storage.locks.add([exact()])).rejects.toMatchObject({ exit: 6 });
    await writeFile(join(folder, home, 'models.lock'), lockOfOne);
    expect(await retrieve(storage)).toMatchObject({ trust: 'lock' });
  });
});

test('P3: one that is another chain than the configured is not out of reach: no lock helps', async () => {
  const home = await newHome();
  await expect(retrieve(reader({ home, chainId: 11 }))).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' });
  await reader({ home }).locks.add([exact()]);
  await expect(retrieve(reader({ home, chainId: 11 }))).rejects.toMatchObject({ code: 'LOCK_MISMATCH' });
});

describe('D22: mixed up releases are refused:', () => {
  test('the manifest of one version under the lock of another', async () => {
    const home = await newHome();
    const storage = reader({ home });
    await storage.locks.add([exact(), `${namespace}/m@2`]);
    const path = join(folder, home, 'models.lock');
    const text = await readFile(path, 'utf8');
    const [one, two] = text.match(/"manifest": "(\w+)"/g) as [string, string];
    await writeFile(path, text.replace(one, two));
    for (const url of [chain.url, DEAD])
      await expect(retrieve(reader({ home, url }))).rejects.toMatchObject({ exit: expect.toBeOneOf([4, 6]) });
  });

  test('the chunk root of one with the manifest of another, offline too', async () => {
    const home = await newHome();
    await reader({ home }).locks.add([exact(), `${namespace}/m@2`]);
    const path = join(folder, home, 'models.lock');
    const text = await readFile(path, 'utf8');
    const [one, two] = text.match(/"chunkRoot": "(\w+)"/g) as [string, string];
    await writeFile(path, text.replace(one, two));
    const offline = retrieve(reader({ home: await withLock(path), url: DEAD }));
    await expect(offline).rejects.toMatchObject({ code: 'RELEASE_MISMATCH', exit: 4 });
    await expect(retrieve(reader({ home }))).rejects.toMatchObject({ code: 'LOCK_MISMATCH', exit: 6 });
  });
});

/** A machine that knows nothing but this lock file. */
async function withLock(path: string): Promise<string> {
  const home = await newHome();
  await cp(path, join(folder, home, 'models.lock'));
  return home;
}
