import type { Result } from 'ethers/abi';
import { TrustError } from '../../errors.ts';
import { digestFromBytes } from '../../ids/digest.ts';
import { hexToBytes } from '../../ids/hash.ts';
import {
  type Channel,
  type ModelName,
  type Namespace,
  parseChannel,
  parseModelName,
  parseNamespace,
  parseVersion,
  type Version,
} from '../../ids/reference.ts';
import type { ChannelTarget, ModelRecord, Release } from '../../interfaces.ts';
import { MODES, REASONS, ROLES, STATUSES } from './enums.ts';
import { labelText } from './ids.ts';

export { MODES, REASONS, ROLES, STATUSES };

/**
 * A `Release` struct.
 * @param chainId of the registry that holds it
 * @throws TrustError `CONTRACT_MISMATCH` where a node gives what the contract can't hold
 */
export function readRelease(model: ModelName, chainId: number, row: Result): Release {
  return believe(() => ({
    model,
    version: readVersion(row.version),
    manifest: readDigest(row.manifestDigest),
    chunkRoot: readDigest(row.chunkRoot),
    chunkCount: readNumber(row.chunkCount),
    bytes: readClaim(row.byteCount),
    mode: readMember(MODES, row.mode),
    status: readMember(STATUSES, row.status),
    statusSeq: readNumber(row.statusSeq),
    reason: readMember(REASONS, row.reason),
    homeChain: readHome(chainId, row.homeChainId),
    base: readOptional(row.base),
    publisher: String(row.publisher).toLowerCase(),
    publishedAt: readTime(row.publishedAt),
  }));
}

/** A `ModelInfo` struct and its `ChannelInfo` rows. */
export function readModel(model: ModelName, info: Result, channels: Result): ModelRecord {
  return believe(() => ({
    model,
    active: info.active === true,
    versionCount: readNumber(info.versionCount),
    channels: channels.map((row: Result) => ({
      channel: readChannelKey(row.channel),
      version: readVersion(row.version),
      seq: readNumber(row.seq),
    })),
  }));
}

/** A namespace that a list names. */
export function readNamespace(text: unknown): Namespace {
  return believe(() => parseNamespace(String(text)));
}

/** The model of a namespace that a list names. */
export function readModelName(namespace: string, name: unknown): ModelName {
  return believe(() => parseModelName(`${namespace}/${String(name)}`));
}

export function readChannel(channel: Channel, version: Version, seq: unknown): ChannelTarget {
  return believe(() => ({ channel, version, seq: readNumber(seq) }));
}

/** An address or an id, lower case; null where the contract means none by zero. */
export function readOptional(value: unknown): string | null {
  const text = String(value).toLowerCase();
  return /^0x0*$/.test(text) ? null : text;
}

export function readNumber(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${String(value)} is no safe integer`);
  return number;
}

/** Seconds since 1970. */
function readTime(value: unknown): Date {
  const time = new Date(readNumber(value) * 1000);
  if (Number.isNaN(time.getTime())) throw new RangeError(`${String(value)} is no time`);
  return time;
}

/** What a publisher may state as he likes: no stranger's nonsense breaks everybody's `list`. Nothing real is so large. */
export function readClaim(value: unknown): number {
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

export function readDigest(value: unknown) {
  return digestFromBytes(hexToBytes(String(value).slice(2)));
}

export function readVersion(key: unknown): Version {
  return parseVersion(labelText(String(key)));
}

export function readChannelKey(key: unknown): Channel {
  return parseChannel(labelText(String(key)));
}

function readHome(chainId: number, value: unknown): number | null {
  const home = readClaim(value);
  return home === chainId ? null : home;
}

export function readMember<T>(names: readonly T[], value: unknown): T {
  const name = names[readNumber(value)];
  if (name === undefined) throw new RangeError(`no name for ${String(value)}`);
  return name;
}

/** What `read` gives. @throws TrustError `CONTRACT_MISMATCH` where it throws */
export function believe<T>(read: () => T): T {
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
