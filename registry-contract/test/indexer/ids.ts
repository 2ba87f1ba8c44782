import { AbiCoder, getAddress, hexlify, keccak256, toUtf8Bytes, zeroPadBytes } from 'ethers';

/** Ids as the interface's comments define them, computed without the contract. */

const abi = AbiCoder.defaultAbiCoder();

export function namespaceId(text: string): string {
  return text.startsWith('0x') ? text : keccak256(toUtf8Bytes(text)).slice(0, 42);
}

export function modelId(namespace: string, name: string): string {
  return keccak256(abi.encode(['bytes20', 'string'], [namespace, name]));
}

export function releaseId(model: string, version: string): string {
  return keccak256(abi.encode(['bytes32', 'bytes32'], [model, version]));
}

/** A version or channel as `bytes32`. */
export function labelOf(text: string): string {
  return zeroPadBytes(hexlify(toUtf8Bytes(text)), 32);
}

/** The account whose own namespace has this id. */
export function accountOf(namespace: string): string {
  return getAddress(namespace);
}
