import { labelOf, namespaceId } from './ids.ts';
import {
  accounts,
  channels,
  commitments,
  contents,
  LANES,
  models,
  namespaces,
  releases,
  scopesOf,
  versions,
} from './universe.ts';

/** A getter, by its name or, where two have it, its signature, and its arguments. */
export type Question = readonly [getter: string, args: readonly unknown[]];

const ALL = [0, 100];
const PART = [1, 2];

/** Every getter, about everything that histories speak of. */
export function questions(): Question[] {
  return [
    ['authority', []],
    ['paused', []],
    ['successor', []],
    ['namespaces', ALL],
    ['namespaces', PART],
    ...accounts.flatMap((account): Question[] => [
      ['nonces(address)', [account]],
      ...LANES.map((lane): Question => ['nonces(address,uint192)', [account, lane]]),
    ]),
    ...commitments.map(({ commitment }): Question => ['commitmentMadeAt', [commitment]]),
    ...namespaces.flatMap(aboutNamespace),
    ...models.flatMap(({ namespace, name, id }): Question[] => [
      ['modelId', [namespace, name]],
      ['modelInfo', [id]],
      ['versions', [id, ...ALL]],
      ['versions', [id, ...PART]],
      ['channels', [id, ...ALL]],
      ['channels', [id, ...PART]],
      ...accounts.map((account): Question => ['mayAdminister', [id, account]]),
      ...[...versions, ...channels].map((label): Question => ['resolve', [id, labelOf(label)]]),
      ...versions.map((version): Question => ['releaseId', [id, labelOf(version)]]),
      ...versions.map((version): Question => ['statementHash', [namespace, name, version, 1, 2 ** 40]]),
    ]),
    ...releases.flatMap((release): Question[] => [
      ['attestedBy', [release, accounts]],
      ['lastGoodAudit', [release, accounts]],
      ['lastGoodAudit', [release, accounts.slice(1, 3)]],
    ]),
    ...contents.flatMap(({ chunkCount, segments, pages }): Question[] => [
      ['segmentBlocks', [segments.map(({ root }) => root), BigInt(chunkCount)]],
      ['pageStores', [pages.map(({ root }) => root), BigInt(chunkCount)]],
      ['pageStores', [[], BigInt(chunkCount)]],
    ]),
  ];
}

function aboutNamespace(namespace: string): Question[] {
  const id = namespaceId(namespace);
  return [
    ['namespaceId', [namespace]],
    ['namespaceInfo', [id]],
    ['models', [id, ...ALL]],
    ['models', [id, ...PART]],
    ...scopesOf(namespace).flatMap((scope) =>
      accounts.flatMap((account): Question[] => [
        ['grantOf', [id, scope, account]],
        ['rolesOf', [id, scope, account]],
      ]),
    ),
  ];
}

/** Getters that prove what the caller brings, or say what is the same for ever: other tests ask them. */
export const GETTERS_ELSEWHERE = [
  'chunkDigest',
  'eip712Domain',
  'supportsInterface',
  'verifyChunk',
  'verifyChunkData',
  'verifyChunks',
];
