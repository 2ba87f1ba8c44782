import type { Statement } from '../actions.ts';
import { TrustError } from '../errors.ts';
import { digestToHex } from '../ids/digest.ts';
import { type ModelName, parseModelName, parseVersion, splitModel, type Version } from '../ids/reference.ts';
import { MAX_CHUNKS, MAX_STATEMENT_BYTES, MAX_STATEMENT_SECONDS } from '../limits.ts';
import { canonicalJson, type Fields, Malformed, readCanonical } from './canonical-json.ts';

const FORMAT = 'ballast-statement/1';

/** Where a statement lies below a folder or a mirror. Every part is a name of the grammar, which knows no slash. */
export function statementPath(model: ModelName, version: Version): readonly string[] {
  const { namespace, name } = splitModel(model);
  return ['ballast', '1', namespace, name, `${version}.json`];
}

export function writeStatement({ chainId, registry, release, ...rest }: Statement): string {
  const { namespace, name } = splitModel(release.model);
  const { issuedAt, expiresAt, signature } = rest;
  return canonicalJson({
    ...{ format: FORMAT, chainId, registry, namespace, model: name, version: release.version },
    ...{ manifestDigest: digestToHex(release.manifest), chunkRoot: digestToHex(release.chunkRoot) },
    ...{ chunkCount: release.chunkCount, bytes: release.bytes, issuedAt, expiresAt, signature },
  });
}

/**
 * Reads a statement; whose signature it bears is the caller's to find out.
 * @param from names it in the error
 * @throws TrustError `STATEMENT_REFUSED`
 */
export function parseStatement(text: string, from: string): Statement {
  try {
    if (text.length > MAX_STATEMENT_BYTES)
      throw new Malformed(`it has more than ${MAX_STATEMENT_BYTES} bytes`);
    return readCanonical(text, read, writeStatement);
  } catch (cause) {
    throw new TrustError('STATEMENT_REFUSED', {
      should: `${from} must be a release statement (${FORMAT})`,
      was: (cause as Error).message,
      next: 'ask the publisher for a new one: `ballast release statement` writes it',
      cause,
    });
  }
}

function read(fields: Fields): Statement {
  fields.text('format', new RegExp(`^${FORMAT}$`));
  const issuedAt = fields.whole('issuedAt');
  const release = {
    model: parseModelName(`${fields.text('namespace')}/${fields.text('model')}`),
    version: parseVersion(fields.text('version')),
    manifest: fields.digest('manifestDigest'),
    chunkRoot: fields.digest('chunkRoot'),
    chunkCount: fields.whole('chunkCount', MAX_CHUNKS, 1),
    bytes: fields.whole('bytes'),
  };
  return {
    chainId: fields.whole('chainId', Number.MAX_SAFE_INTEGER, 1),
    registry: fields.hex('registry', 20),
    release,
    issuedAt,
    expiresAt: fields.whole('expiresAt', issuedAt + MAX_STATEMENT_SECONDS, issuedAt + 1),
    signature: readSignature(fields),
  };
}

/** Half the order of secp256k1 (EIP-2): of the two signatures that verify, the one above it is a forger's copy. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

function readSignature(fields: Fields): string {
  const signature = fields.text('signature', /^0x[0-9a-f]{128}(1b|1c)$/);
  if (BigInt(`0x${signature.slice(66, 130)}`) <= HALF_ORDER) return signature;
  throw new Malformed('the signature is not the lower of the two that verify');
}
