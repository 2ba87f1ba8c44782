/** What is signed here is what the contract checks, action by action, on a real EVM. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SignableAction, StatusAction } from '../../src/actions.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseChannel, parseModelName, parseVersion, splitModel } from '../../src/ids/reference.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { publication } from '../../src/registries/ethereum/calls.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import {
  freshNonce,
  statementTypedData,
  structTypedData,
  typedDataHash,
} from '../../src/registries/ethereum/typed-data.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { callContract } from '../../src/testing/nodes/contract-calls.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';

let chain: TestChain;
let signer: EthereumRegistry;
let relay: EthereumRegistry;
const opened: EthereumRegistry[] = [];
const deadline = Math.floor(Date.now() / 1000) + 86_400;

beforeAll(async () => {
  chain = await startTestChain();
  const open = async (privateKey: string) => {
    const registry = await openEthereumRegistry({
      rpcUrl: chain.url,
      contractAddress: chain.contract,
      privateKey,
    });
    opened.push(registry);
    return registry;
  };
  signer = await open(await chain.newKey());
  relay = await open(await chain.newKey());
});
afterAll(async () => {
  await Promise.all(opened.map((registry) => registry.close()));
  await chain.close();
});

/** A release of the signer's own. */
async function released(name: string) {
  const model = parseModelName(`${signer.address}/${name}`);
  const request = randomRequest(model, '1', { mode: 'root' });
  const { release } = await signer.publish(request, memoryLog());
  return { model, version: request.version, release };
}

const send = (action: SignableAction) =>
  relay.actions.perform(signer.actions.sign(action, deadline), memoryLog());

it('a signed change of status is taken from whoever sends it, once', async () => {
  const { model, version } = await released('status');
  const signed = signer.actions.sign(
    {
      ...{ kind: 'status', model, version, from: 'active', to: 'yanked', seq: 0 },
      ...{ reason: 'security', report: digestOf(new Uint8Array(3)) },
    },
    deadline,
  );
  await relay.actions.perform(signed, memoryLog());
  const { release } = await relay.resolve(model, { kind: 'version', version });
  expect(release).toMatchObject({ status: 'yanked', reason: 'security', statusSeq: 1 });
  await expect(relay.actions.perform(signed, memoryLog())).rejects.toMatchObject({
    code: 'AUTHORIZATION_INVALID',
    message: expect.stringContaining('used already'),
  });
});

it('a signed move of a channel, too', async () => {
  const { model, version } = await released('channel');
  const channel = parseChannel('stable');
  await send({ kind: 'channel', model, channel, version, seq: 0 });
  expect((await relay.resolve(model, { kind: 'channel', channel })).channel).toEqual({
    ...{ channel, version, seq: 1 },
  });
});

it('a signed attestation is the signer’s, not the sender’s', async () => {
  const { model, version } = await released('attested');
  const { asOf } = await relay.resolve(model, { kind: 'version', version });
  await send({
    ...{ kind: 'attest', model, version, checked: 3, ok: 2, full: true, asOf: asOf.block, report: null },
  });
  const { namespace } = splitModel(model);
  const events = await relay.actions.events({ namespace, model, releases: [version] });
  expect(events.at(-1)?.event).toMatchObject({
    kind: 'attested',
    auditor: signer.address,
    ok: 2,
    full: true,
  });
});

it('a signed grant of all roles for one model', async () => {
  const { model } = await released('granted');
  const { namespace } = splitModel(model);
  const account = relay.address!;
  const roles = ['publish', 'deprecate', 'yank', 'repair', 'admin'] as const;
  await send({ kind: 'grant', namespace, model, account, roles, expiresAt: null, seq: 0 });
  expect(await relay.actions.grant(namespace, model, account)).toEqual({ roles, expiresAt: null, seq: 1 });
  expect(await relay.actions.grant(namespace, null, account)).toMatchObject({ roles: [] });
});

it('a signed publication is the signer’s release', async () => {
  const { model } = await released('published');
  const request = randomRequest(model, '2.0', { mode: 'root' });
  const struct = publication(request, [], null);
  const domain = { chainId: chain.chainId, contract: chain.contract };
  const key = await chain.newKey();
  const stranger = new Account(key);
  const authorize = (account: Pick<Account, 'signHash'>, address: string) => {
    const once = { nonce: freshNonce(), deadline };
    const signature = account.signHash(typedDataHash(structTypedData(domain, 'Publish', struct, once)));
    return { signer: address, ...once, signature };
  };
  const publish = (authorization: object) =>
    callContract(relay.chain, key, 'publishBySig', [struct, authorization]);
  await expect(publish(authorize(stranger, signer.address!))).rejects.toThrow('SignatureInvalid');
  await publish(authorize(signer.writer().account, signer.address!));
  const { release } = await relay.resolve(model, { kind: 'version', version: parseVersion('2.0') });
  expect(release).toMatchObject({ publisher: signer.address, manifest: request.manifest });
});

it('the release statement has the hash that the contract computes', async () => {
  const { model, version, release } = await released('stated');
  const { namespace, name } = splitModel(model);
  const [issuedAt, expiresAt] = [1_800_000_000, 1_807_000_000];
  const head = await relay.chain.head();
  const args = [namespace, name, version, issuedAt, expiresAt];
  const domain = { chainId: chain.chainId, contract: chain.contract };
  expect(typedDataHash(statementTypedData(domain, release, { issuedAt, expiresAt }))).toBe(
    await relay.chain.view(head, 'statementHash', args),
  );
});

it('a signature for another registry, another action or past its time is refused before anything is sent', async () => {
  const { model, version } = await released('refused');
  const action: StatusAction = {
    ...{ kind: 'status', model, version, from: 'active', to: 'deprecated', seq: 0 },
    ...{ reason: 'none', report: null },
  };
  const refused = (signed: Parameters<typeof relay.actions.perform>[0], text: string) =>
    expect(relay.actions.perform(signed, memoryLog())).rejects.toMatchObject({
      code: 'AUTHORIZATION_INVALID',
      message: expect.stringContaining(text),
    });
  const signed = signer.actions.sign(action, deadline);
  await refused({ ...signed, action: { ...action, to: 'yanked' } }, 'not that of');
  await refused(signer.actions.sign(action, 1_000), 'was good until');
  await expect(relay.actions.perform({ ...signed, chainId: 1 }, memoryLog())).rejects.toMatchObject({
    code: 'AUTHORIZATION_INVALID',
    message: expect.stringContaining('chain 1'),
  });
});
