import { dirname, join, resolve } from 'node:path';
import type { Statement } from '../../actions.ts';
import { TrustError, UsageError } from '../../errors.ts';
import { statementPath, writeStatement } from '../../format/statement.ts';
import { writeWhole } from '../../fs/commit.ts';
import { withLock } from '../../fs/locks.ts';
import { makeFolder } from '../../fs/make-folder.ts';
import { splitModel } from '../../ids/reference.ts';
import type { ChainRelease } from '../../interfaces.ts';
import { MAX_STATEMENT_SECONDS } from '../../limits.ts';
import type { ChangePorts } from '../../verbs/changing/change.ts';
import { resolveReference } from '../../verbs/reading/release.ts';
import type { NameOf } from '../names.ts';
import type { ChangeContext } from './context.ts';
import { releaseFields } from './documents.ts';
import type { StatementOptions } from './options.ts';

/** A statement that was signed, and where it lies. */
export type SignedStatement = ReturnType<typeof statementDocument>;

const DEFAULT_SECONDS = 30 * 86_400;

/**
 * Signs what the chain says of a release, for the day when nobody can ask it. Only what is final and in use is stated, and only
 * by the namespace's statement key: a statement of any other is worth nothing.
 */
export async function stateRelease(
  context: ChangeContext,
  ref: string,
  options: StatementOptions,
): Promise<SignedStatement> {
  const reference = context.reference(ref);
  const { ports, nameOf } = await context.open(options);
  if (ports.registry.trust === 'local') throw privateChain();
  const found = await resolveReference(ports, reference, ports.trust.chain.resolve, options);
  refuseWithdrawn(found);
  refuseOtherKey(ports, found);
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = expiryOf(options.expiresAt, issuedAt);
  const { model, version, manifest, chunkRoot, chunkCount, bytes } = found.release;
  const release = { model, version, manifest, chunkRoot, chunkCount, bytes };
  const statement = ports.actions.signStatement(release, { issuedAt, expiresAt });
  const path = resolve(options.folder, ...statementPath(model, version));
  await makeFolder(dirname(path));
  // Two publishers of one version would state the same; the later one stays.
  await withLock(
    join(ports.locks, 'statements.lock'),
    () => writeWhole(path, writeStatement(statement), 0o644),
    options,
  );
  return statementDocument(statement, found, path, nameOf);
}

function statementDocument(
  { release, chainId, registry, issuedAt, expiresAt }: Statement,
  { resolution }: ChainRelease,
  path: string,
  nameOf: NameOf,
) {
  return {
    ...releaseFields(release, nameOf),
    chainId,
    registry,
    /** Whose signature it bears. */
    signer: resolution.statementKey as string,
    issuedAt: new Date(issuedAt * 1000).toISOString(),
    expiresAt: new Date(expiresAt * 1000).toISOString(),
    /** Absolute: `ballast/1/<namespace>/<name>/<version>.json` below the folder. */
    path,
  };
}

function expiryOf(wanted: Date | undefined, issuedAt: number): number {
  const expiresAt = wanted === undefined ? issuedAt + DEFAULT_SECONDS : Math.floor(wanted.getTime() / 1000);
  if (expiresAt > issuedAt && expiresAt - issuedAt <= MAX_STATEMENT_SECONDS) return expiresAt;
  throw new UsageError('ARGUMENT_INVALID', {
    should: 'a statement must expire within 90 days',
    was: Number.isNaN(expiresAt) ? 'no time was given' : `${wanted?.toISOString()} was given`,
    next: 'give an earlier time, and sign a new one before it is over',
  });
}

function refuseWithdrawn({ release: { model, version }, status }: ChainRelease): void {
  if (status !== 'yanked') return;
  throw new TrustError('CHANNEL_WITHDRAWN', {
    should: `${model}@${version} must be in use to be vouched for`,
    was: 'it is yanked',
    next: 'state another version, or restore this one first',
  });
}

function refuseOtherKey({ actions }: ChangePorts, { release, resolution }: ChainRelease): void {
  const { namespace } = splitModel(release.model);
  const { statementKey } = resolution;
  if (statementKey !== null && statementKey === actions.address) return;
  throw new UsageError('ARGUMENT_INVALID', {
    should: `the statement key of ${namespace} must sign`,
    was:
      statementKey === null
        ? 'the namespace has none'
        : `its key is ${statementKey}, and ${actions.address ?? 'no key'} is configured`,
    next:
      statementKey === null
        ? `set one first: \`ballast namespace statement-key ${namespace} ADDRESS\``
        : 'name its keystore with --keystore, or set PRIVATE_KEY to it',
  });
}

function privateChain(): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'a statement must be about a release of a chain that others read',
    was: 'the private chain of this machine is configured, which is never out of reach',
    next: 'configure a chain with ETH_NODE_URL and CONTRACT_ADDRESS',
  });
}
