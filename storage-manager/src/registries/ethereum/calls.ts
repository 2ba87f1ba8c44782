import { type Digest, digestToHex } from '../../ids/digest.ts';
import { type Channel, splitModel } from '../../ids/reference.ts';
import type { PublishRequest } from '../../interfaces.ts';
import { encodeCall, encodeMulticall, encodeRecord } from './contract.ts';
import { labelKey, modelId } from './ids.ts';
import { MODES } from './records.ts';
import { UNITS } from './units.ts';

/** Calldata that records segments or pages of a release, by their places. */
export function recordCall({ digests, mode }: PublishRequest, places: readonly number[]): string {
  const unit = UNITS[mode];
  if (unit === null) throw new RangeError('a release whose mode is root has nothing to record');
  return encodeMulticall(
    places.map((place) => encodeRecord(unit.record, digests.packed(place * unit.chunks, unit.chunks))),
  );
}

/** What the chain lacks of a release. */
export interface Lacks {
  readonly createsModel: boolean;
  /** The wanted channels that point elsewhere, or nowhere. */
  readonly moves: readonly ChannelMove[];
  /** Id of the release that it derives from; null: none that can be recorded. */
  readonly base: string | null;
}

export interface ChannelMove {
  readonly channel: Channel;
  /** Before the move; 0 where there is no such channel. */
  readonly seq: number;
}

const ZERO = `0x${'0'.repeat(64)}`;

/**
 * Calldata that makes a release visible: all of it in one transaction, so that one release or none results.
 * @param roots of all segments or pages; none where only the chunk root is to be recorded
 */
export function publishCall(request: PublishRequest, roots: readonly Digest[], lacks: Lacks): string {
  const { namespace, name } = splitModel(request.model);
  const calls = lacks.createsModel ? [encodeCall('createModel', [namespace, name])] : [];
  calls.push(encodeCall('publish', [publication(request, roots, lacks.base)]));
  return encodeMulticall([...calls, ...moveCalls(request, lacks.moves)]);
}

/** Calldata that only moves channels, all or none. */
export function moveCall(request: PublishRequest, moves: readonly ChannelMove[]): string {
  return encodeMulticall(moveCalls(request, moves));
}

function moveCalls({ model, version }: PublishRequest, moves: readonly ChannelMove[]): string[] {
  const [id, to] = [modelId(model), labelKey(version)];
  return moves.map(({ channel, seq }) =>
    encodeCall('setChannel', [{ model: id, channel: labelKey(channel), version: to, seq }]),
  );
}

/** The contract's `Publication` struct. */
export function publication(request: PublishRequest, roots: readonly Digest[], base: string | null) {
  const { namespace, name } = splitModel(request.model);
  return {
    namespace,
    name,
    version: request.version,
    manifestDigest: digestToHex(request.manifest),
    chunkRoot: digestToHex(request.chunkRoot),
    chunkCount: request.digests.count,
    byteCount: request.bytes,
    mode: MODES.indexOf(roots.length > 0 ? request.mode : 'root'),
    homeChainId: request.homeChain ?? 0,
    base: base ?? ZERO,
    segmentRoots: roots.map(digestToHex),
  };
}
