import { type Digest, digestToHex } from '../../ids/digest.ts';
import type { DigestList } from '../../ids/digest-list.ts';
import { splitModel } from '../../ids/reference.ts';
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
  /** The channel's seq before the move; 0 where it does not exist. */
  readonly channelSeq: number;
}

/**
 * Calldata that makes a release visible: all of it in one transaction, so that one release or none results.
 * @param roots of all segments for `logged`, none for `root`
 */
export function publishCall(request: PublishRequest, roots: readonly Digest[], lacks: Lacks): string {
  const { namespace, name } = splitModel(request.model);
  const calls = lacks.createsModel ? [encodeCall('createModel', [namespace, name])] : [];
  calls.push(encodeCall('publish', [publication(request, roots)]));
  if (request.channel !== null) calls.push(channelCall(request, lacks.channelSeq));
  return encodeMulticall(calls);
}

/** Calldata that only moves the channel. */
export function moveCall(request: PublishRequest, channelSeq: number): string {
  return encodeMulticall([channelCall(request, channelSeq)]);
}

function channelCall(request: PublishRequest, seq: number): string {
  const { namespace, name } = splitModel(request.model);
  return encodeCall('setChannel', [namespace, name, request.channel, request.version, seq]);
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
