import { merkleRoot } from '../../format/merkle.ts';
import { type Digest, digestToHex } from '../../ids/digest.ts';
import { DigestList } from '../../ids/digest-list.ts';
import { hexToBytes } from '../../ids/hash.ts';
import { splitModel } from '../../ids/reference.ts';
import type { PublishRequest } from '../../interfaces.ts';
import { callsInMulticall } from './contract.ts';
import { labelKey, modelId } from './ids.ts';

/**
 * What the calldata of an earlier run is for, where it does nothing but what this publish asks for; else null. A log
 * outlives an edit of the tree and a change of the version: what it keeps of another manifest must neither be sent nor
 * counted.
 */
export function purposeIn(
  request: PublishRequest,
  roots: readonly Digest[],
): (data: string) => string | null {
  const { namespace, name } = splitModel(request.model);
  const recorded = new Set(roots);
  const [model, version] = [modelId(request.model), labelKey(request.version)];
  const channels = new Set<unknown>(request.channels.map(labelKey));
  const wanted = (called: string, args: readonly unknown[]): boolean => {
    if (called === 'recordSegment' || called === 'recordPage') return recorded.has(rootOf(String(args[0])));
    if (called === 'publish') return isWanted(Object(args[0]));
    if (called === 'setChannel') return isMove(Object(args[0]));
    return called === 'createModel' && args[0] === namespace && args[1] === name;
  };
  const isWanted = (publication: Record<string, unknown>) =>
    publication.namespace === namespace &&
    publication.name === name &&
    publication.version === request.version &&
    publication.manifestDigest === digestToHex(request.manifest);
  const isMove = (move: Record<string, unknown>) =>
    move.model === model && move.version === version && channels.has(move.channel);
  return (data) => {
    const calls = callsInMulticall(data);
    if (calls.length === 0 || !calls.every(({ name: called, args }) => wanted(called, args))) return null;
    // It is made anew for another state of the channels, and goes through once all the same.
    return calls.some(({ name: called }) => called === 'publish') ? 'publish' : data;
  };
}

function rootOf(digests: string): Digest {
  return merkleRoot(DigestList.wrap(hexToBytes(digests.slice(2))));
}
