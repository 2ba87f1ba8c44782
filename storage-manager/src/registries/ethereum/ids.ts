import { AbiCoder } from 'ethers/abi';
import { keccak256 } from 'ethers/crypto';
import {
  type Channel,
  isAddress,
  type ModelName,
  type Namespace,
  splitModel,
  type Version,
} from '../../ids/reference.ts';

/**
 * By what the contract knows names (`Names.sol`, `RegistryState.sol`): pure functions, equal on every chain. All ids are
 * `0x` and lower-case hex, as calldata and topics hold them.
 */

const LABEL_DIGITS = 64;

/** 20 bytes: the address itself, or the first 20 bytes of keccak256 of a label. */
export function namespaceId(namespace: Namespace): string {
  return isAddress(namespace) ? namespace : keccak256(Buffer.from(namespace)).slice(0, 42);
}

/** 32 bytes. */
export function modelId(model: ModelName): string {
  const { namespace, name } = splitModel(model);
  return hashOf(['bytes20', 'string'], [namespaceId(namespace), name]);
}

/** 32 bytes. */
export function releaseId(model: ModelName, version: Version): string {
  return hashOf(['bytes32', 'bytes32'], [modelId(model), labelKey(version)]);
}

/** What `commitNamespace` takes before a label is registered: it hides the label from whoever looks on. */
export function commitmentId(label: string, owner: string, salt: string): string {
  return hashOf(['string', 'address', 'bytes32'], [label, owner, salt]);
}

/** A version or a channel as 32 bytes, padded with zeros on the right. */
export function labelKey(label: Version | Channel): string {
  return `0x${Buffer.from(label).toString('hex').padEnd(LABEL_DIGITS, '0')}`;
}

/** The text of a label's 32 bytes, its grammar unchecked. */
export function labelText(key: string): string {
  return Buffer.from(key.slice(2), 'hex').toString('latin1').replace(/\0+$/, '');
}

function hashOf(types: readonly string[], values: readonly string[]): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
}
