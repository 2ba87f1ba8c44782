import type { ModelName, Version } from '../../ids/reference.ts';
import type { ReleaseStatus } from '../../interfaces.ts';
import { Account } from '../../registries/ethereum/account.ts';
import { act } from '../../registries/ethereum/act.ts';
import type { Chain } from '../../registries/ethereum/chain.ts';
import { commitmentId, labelKey, modelId } from '../../registries/ethereum/ids.ts';
import { STATUSES } from '../../registries/ethereum/records.ts';
import type { EthereumRegistry } from '../../registries/ethereum/registry.ts';
import { Sender } from '../../registries/ethereum/send.ts';

const NOTHING = `0x${'0'.repeat(64)}`;

/** Calls a function of the contract that the seam does not have. @throws ContractRefusal */
export async function callContract(
  chain: Chain,
  privateKey: string,
  name: string,
  args: readonly unknown[],
): Promise<void> {
  const sender = new Sender(chain, new Account(privateKey), { confirmations: 1, pendingMs: 10_000 });
  await act(chain, sender, [{ name, args }]);
}

/** Takes a label, a minute later on the test chain. */
export async function registerNamespace(chain: Chain, privateKey: string, label: string): Promise<void> {
  const salt = NOTHING;
  const commitment = commitmentId(label, new Account(privateKey).address, salt);
  await callContract(chain, privateKey, 'commitNamespace', [commitment]);
  await chain.rpc.call('evm_increaseTime', [61]);
  await chain.rpc.call('evm_mine', []);
  await callContract(chain, privateKey, 'registerNamespace', [label, salt]);
}

/** Changes the status of a release as its owner. @throws ContractRefusal */
export async function setStatus(
  registry: EthereumRegistry,
  model: ModelName,
  version: Version,
  status: ReleaseStatus,
): Promise<void> {
  const { release } = await registry.resolve(model, { kind: 'version', version });
  const change = {
    model: modelId(model),
    version: labelKey(version),
    from: STATUSES.indexOf(release.status),
    to: STATUSES.indexOf(status),
    seq: release.statusSeq,
    reason: 0,
    reportDigest: NOTHING,
  };
  await act(registry.chain, registry.writer(), [{ name: 'setStatus', args: [change] }]);
}

/** Switches a model off or on as its owner. @throws ContractRefusal */
export async function setActive(
  registry: EthereumRegistry,
  model: ModelName,
  active: boolean,
): Promise<void> {
  const args = [modelId(model), active, 0, NOTHING];
  await act(registry.chain, registry.writer(), [{ name: 'setModelActive', args }]);
}
