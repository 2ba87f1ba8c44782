import { MissingError, TransactionError, UsageError } from '../errors.ts';
import { type ModelName, splitModel } from '../ids/reference.ts';
import type { PublishRequest, Release } from '../interfaces.ts';

/** What every registry says in the same words. */

export function modelMissing(model: ModelName): MissingError {
  return new MissingError('MODEL_MISSING', {
    should: `model ${model} must be in the registry`,
    was: 'it never was created there',
    next: 'look for its name with `ballast list`',
  });
}

export function versionMissing(model: ModelName, label: string): MissingError {
  return new MissingError('VERSION_MISSING', {
    should: `${model} must have ${label}`,
    was: 'it has no such version or channel',
    next: 'see its releases with `ballast list --all`',
  });
}

export function versionExists(existing: Release): TransactionError {
  return new TransactionError('VERSION_EXISTS', {
    should: `${existing.model}@${existing.version} must be free, for a version is written once`,
    was: `it has the manifest ${existing.manifest} already`,
    next: 'publish under another version',
  });
}

export function notOwner(model: ModelName, address: string, reason: string): TransactionError {
  return new TransactionError('NOT_OWNER', {
    should: `${address} must own the namespace ${splitModel(model).namespace}`,
    was: reason,
    next: `publish with the owner's key, or under ${address}/${splitModel(model).name}`,
  });
}

export function ownNamespaceUnknown(model: ModelName): UsageError {
  return new UsageError('NAMESPACE_UNKNOWN', {
    should: `${model} needs a key, whose address is the namespace`,
    was: 'none is configured',
    next: 'set a private key, or write the namespace in full',
  });
}

/** Whether the version stands for the very release that is to be published. */
export function isSameRelease(existing: Release, request: PublishRequest): boolean {
  return (
    existing.manifest === request.manifest &&
    existing.chunkRoot === request.chunkRoot &&
    existing.chunkCount === request.digests.count &&
    existing.bytes === request.bytes
  );
}
