/** What must not change unseen: the size of the code and the layout of the storage, as text for a reader and for git. */
import type { Compiled, Slot, StorageLayout } from './standard-input.ts';

/** Bytes of the code that stays on chain (at most 24,576: EIP-170) and of the one that creates it (49,152: EIP-3860). */
export function codeSizes(contracts: Record<string, Compiled>, names: readonly string[]): object {
  const sizes = names.map((name) => {
    const { bytecode, deployedBytecode } = contracts[name]!.evm;
    return [name, { runtime: deployedBytecode.object.length / 2, creation: bytecode.object.length / 2 }];
  });
  return Object.fromEntries(sizes);
}

/** `slot+offset type name` of each variable, and of each member of the structs that are stored. */
export function storageLines({ storage, types }: StorageLayout): Record<string, string[]> {
  const line = ({ slot, offset, type, label }: Slot) => `${slot}+${offset} ${types?.[type]?.label} ${label}`;
  const structs = Object.values(types ?? {})
    .filter(({ members }) => members !== undefined)
    .map(({ label, members }) => [label, members!.map(line)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { variables: storage.map(line), ...Object.fromEntries(structs) };
}
