import type { Result } from 'ethers/abi';
import { TrustError } from '../../errors.ts';
import { digestFromBytes } from '../../ids/digest.ts';
import { hexToBytes } from '../../ids/hash.ts';
import {
  type ModelName,
  parseChannel,
  parseModelName,
  parseVersion,
  type Version,
} from '../../ids/reference.ts';
import type { ChannelTarget, ModelRecord, RecordMode, Release, ReleaseStatus } from '../../interfaces.ts';

/** The contract's enums, in its order. */
export const MODES: readonly RecordMode[] = ['logged', 'root'];
export const STATUSES: readonly ReleaseStatus[] = ['active', 'deprecated', 'yanked', 'revoked'];

/** A `Release` struct. @throws TrustError `CONTRACT_MISMATCH` where a node gives what the contract can't hold */
export function readRelease(model: ModelName, row: Result): Release {
  return believe(() => ({
    model,
    version: parseVersion(row.version),
    manifest: readDigest(row.manifestDigest),
    chunkRoot: readDigest(row.chunkRoot),
    chunkCount: readNumber(row.chunkCount),
    bytes: readNumber(row.byteCount),
    mode: readName(MODES, row.mode),
    status: readName(STATUSES, row.status),
    publisher: String(row.publisher).toLowerCase(),
    publishedAt: new Date(readNumber(row.publishedAt) * 1000),
  }));
}

/** A `ModelInfo` struct and its `ChannelInfo` rows. */
export function readModel(namespace: string, info: Result, channels: Result): ModelRecord {
  return believe(() => ({
    model: parseModelName(`${namespace}/${info.name}`),
    active: info.active === true,
    versionCount: readNumber(info.versionCount),
    channels: channels.map((row: Result) => readChannel(row.channel, parseVersion(row.version), row.seq)),
  }));
}

export function readChannel(channel: string, version: Version, seq: unknown): ChannelTarget {
  return believe(() => ({ channel: parseChannel(channel), version, seq: readNumber(seq) }));
}

export function readNumber(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${String(value)} is no safe integer`);
  return number;
}

function readDigest(value: unknown) {
  return digestFromBytes(hexToBytes(String(value).slice(2)));
}

function readName<T>(names: readonly T[], value: unknown): T {
  const name = names[readNumber(value)];
  if (name === undefined) throw new RangeError(`no name for ${String(value)}`);
  return name;
}

function believe<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TrustError('CONTRACT_MISMATCH', {
      should: 'the node must answer with records that the contract can hold',
      was: 'a record is outside its grammar or its bounds',
      next: 'use another RPC endpoint: this one makes answers up',
      cause,
    });
  }
}
