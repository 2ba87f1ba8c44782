import { type Digest, digestToHex } from '../../ids/digest.ts';
import type { DigestList } from '../../ids/digest-list.ts';
import { type Channel, splitModel } from '../../ids/reference.ts';
import type { PublishRequest } from '../../interfaces.ts';
import { SEGMENT_CHUNKS } from '../../limits.ts';
import { encodeCall, encodeMulticall, encodeRecordSegment } from './contract.ts';
import { MODES } from './records.ts';

/** Calldata that records segments of a release, by their places. */
export function recordCall(digests: DigestList, places: readonly number[]): string {
  return encodeMulticall(
    places.map((place) => encodeRecordSegment(digests.packed(place * SEGMENT_CHUNKS, SEGMENT_CHUNKS))),
  );
}

/** What the chain lacks of a release. */
export interface Lacks {
  readonly createsModel: boolean;
  /** The wanted channels that point elsewhere, or nowhere. */
  readonly moves: readonly ChannelMove[];
}

export interface ChannelMove {
  readonly channel: Channel;
  /** Before the move; 0 where there is no such channel. */
  readonly seq: number;
}

/**
 * Calldata that makes a release visible: all of it in one transaction, so that one release or none results.
 * @param roots of all segments for `logged`, none for `root`
 */
export function publishCall(request: PublishRequest, roots: readonly Digest[], lacks: Lacks): string {
  const { namespace, name } = splitModel(request.model);
  const calls = lacks.createsModel ? [encodeCall('createModel', [namespace, name])] : [];
  calls.push(encodeCall('publish', [publication(request, roots)]));
  return encodeMulticall([...calls, ...moveCalls(request, lacks.moves)]);
}

/** Calldata that only moves channels, all or none. */
export function moveCall(request: PublishRequest, moves: readonly ChannelMove[]): string {
  return encodeMulticall(moveCalls(request, moves));
}

function moveCalls({ model, version }: PublishRequest, moves: readonly ChannelMove[]): string[] {
  const { namespace, name } = splitModel(model);
  return moves.map(({ channel, seq }) => encodeCall('setChannel', [namespace, name, channel, version, seq]));
}

function publication(request: PublishRequest, roots: readonly Digest[]) {
  const { namespace, name } = splitModel(request.model);
  return {
    namespace,
    name,
    version: request.version,
    manifestDigest: digestToHex(request.manifest),
    chunkRoot: digestToHex(request.chunkRoot),
    chunkCount: request.digests.count,
    byteCount: request.bytes,
    mode: MODES.indexOf(roots.length > 0 ? 'logged' : 'root'),
    segmentRoots: roots.map(digestToHex),
  };
}
