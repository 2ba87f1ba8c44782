import { MissingError, TransactionError, UsageError } from '../errors.ts';
import type { ModelName, Namespace } from '../ids/reference.ts';
import type { PublishRequest, Release } from '../interfaces.ts';

/** What every registry says in the same words. */

export function modelMissing(model: string): MissingError {
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

/** @param orElse what would do as well: `have the role publish there` */
export function notOwner(namespace: Namespace, account: string, orElse?: string): TransactionError {
  return new TransactionError('NOT_OWNER', {
    should: `${account} must own the namespace ${namespace}${orElse === undefined ? '' : `, or ${orElse}`}`,
    was: orElse === undefined ? 'it does not' : 'it has neither',
    next: `use the owner's key, ask the owner for the role, or write under ${account}/, which is the account's own`,
  });
}

export function registryPaused(should: string): TransactionError {
  return new TransactionError('REGISTRY_PAUSED', {
    should,
    was: 'its administrators have paused new namespaces, models and releases',
    next: 'run the same command again once they have ended the pause; all else goes on meanwhile',
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
