import { AbiCoder, HDNodeWallet, hexlify, keccak256 } from 'ethers';
import { digests, rootOf } from '../../scripts/tree.ts';
import { labelOf, modelId, namespaceId, releaseId } from './ids.ts';
import { ZERO } from './state.ts';

/** Everything that histories speak of, so that the questions can be about all of it, also about what never came to be. */

const MNEMONIC = 'test test test test test test test test test test test junk';

/** Accounts that anvil knows. The last one is the registry's authority. */
export const wallets = Array.from({ length: 5 }, (_, i) =>
  HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/0'/0/${i}`),
);
export const authority = wallets[4]!;
export const accounts = wallets.map(({ address }) => address);

export const labels = ['acme', 'globex', 'x-1'];

/** What accounts may commit to, with a salt of zero. */
export const commitments = labels.flatMap((label) =>
  accounts.map((owner) => {
    const fields = AbiCoder.defaultAbiCoder().encode(['string', 'address', 'bytes32'], [label, owner, ZERO]);
    return { label, owner, commitment: keccak256(fields) };
  }),
);

/** Texts of namespaces: labels, and two accounts' own. */
export const namespaces = [...labels, ...accounts.slice(0, 2).map((address) => address.toLowerCase())];
export const names = ['llama', 'qwen2.5_vl'];
export const versions = ['1', '1.0.1', '2024-06', '2.0.0-rc.1.with-32-characters-in'];
export const channels = ['latest', 'stable'];

/** Lanes of nonces. */
export const LANES = [0, 1, 2];

export interface ModelName {
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
}

export const models: readonly ModelName[] = namespaces.flatMap((namespace) =>
  names.map((name) => ({ namespace, name, id: modelId(namespaceId(namespace), name) })),
);
export const releases = models.flatMap(({ id }) =>
  versions.map((version) => releaseId(id, labelOf(version))),
);

/** Chunk digests of a model, as they are recorded. */
export interface Content {
  readonly chunkCount: number;
  readonly chunkRoot: string;
  readonly segments: readonly Run[];
  readonly pages: readonly Run[];
}

export interface Run {
  readonly root: string;
  readonly packed: string;
}

/** Around the ends of segments and pages; of two of one root the one is a segment of a single digest. */
export const contents: readonly Content[] = [1, 3, 512, 515, 1_024, 1_029].map((chunkCount, i) => {
  const leaves = digests(chunkCount, i === 5 ? 0 : i * 10_000);
  const runs = (unit: number): Run[] =>
    Array.from({ length: Math.ceil(chunkCount / unit) }, (_, n) =>
      leaves.slice(n * unit, (n + 1) * unit),
    ).map((run) => ({ root: hexlify(rootOf(run)), packed: hexlify(Buffer.concat(run)) }));
  return { chunkCount, chunkRoot: hexlify(rootOf(leaves)), segments: runs(1_024), pages: runs(512) };
});

/** The namespace as a whole, or one model of it. */
export const scopesOf = (namespace: string): string[] => [
  ZERO,
  ...models.filter((model) => model.namespace === namespace).map(({ id }) => id),
];
