import { UsageError } from '../errors.ts';
import { type Digest, parseDigest } from './digest.ts';

declare const namespaceBrand: unique symbol;
declare const modelBrand: unique symbol;
declare const versionBrand: unique symbol;
declare const channelBrand: unique symbol;

/** Owner of models: a registered label, `0x<address>`, or `local` (the client's name for its own address). */
export type Namespace = string & { readonly [namespaceBrand]: true };
/** `namespace/name`. */
export type ModelName = string & { readonly [modelBrand]: true };
/** Write-once label of a release. */
export type Version = string & { readonly [versionBrand]: true };
/** Movable label that points to a release. */
export type Channel = string & { readonly [channelBrand]: true };

/** A label of the registry. */
export type LabelSelector =
  | { readonly kind: 'version'; readonly version: Version }
  | { readonly kind: 'channel'; readonly channel: Channel };

/** What stands behind the `@` of a reference. */
export type Selector = LabelSelector | { readonly kind: 'manifest'; readonly digest: Digest };

export interface Reference {
  readonly model: ModelName;
  readonly selector: Selector;
}

const NAMESPACE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** The zero address is nobody's; the contract refuses it too. */
const ADDRESS = /^0x(?!0{40})[0-9a-f]{40}$/;
const NAME = /^[a-z0-9]+([._-][a-z0-9]+)*$/;
const VERSION = /^[0-9][0-9A-Za-z]*([.-][0-9A-Za-z]+)*$/;
const CHANNEL = /^[a-z][a-z0-9-]{0,30}$/;

export const LATEST = 'latest' as Channel;

/** The client's word for the namespace of its own address; never on chain. */
export const LOCAL = 'local' as Namespace;

export function parseNamespace(text: string): Namespace {
  const legal = ADDRESS.test(text) || (NAMESPACE.test(text) && text.length <= 31);
  if (!legal)
    throw invalid('a namespace', 'at most 31 of a-z 0-9 with single hyphens between, or 0x and 40 hex', text);
  return text as Namespace;
}

export function parseVersion(text: string): Version {
  if (!VERSION.test(text) || text.length > 32) {
    throw invalid(
      'a version',
      'at most 32 letters and digits in parts joined by . or -, beginning with a digit',
      text,
    );
  }
  return text as Version;
}

export function parseChannel(text: string): Channel {
  if (!CHANNEL.test(text))
    throw invalid('a channel', 'at most 31 of a-z 0-9 -, beginning with a letter', text);
  return text as Channel;
}

/** @param defaultNamespace where a bare `name` belongs; without it a bare name is refused */
export function parseModelName(text: string, defaultNamespace?: Namespace): ModelName {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (!NAME.test(name) || name.length > 64 || /\.(git|ipynb)$/.test(name)) {
    throw invalid(
      'a model name',
      'at most 64 of a-z 0-9 with single . _ - between, not ending .git or .ipynb',
      name,
    );
  }
  if (slash >= 0) return `${parseNamespace(text.slice(0, slash))}/${name}` as ModelName;
  if (defaultNamespace === undefined) {
    throw new UsageError('NAMESPACE_UNKNOWN', {
      should: 'a model without a namespace needs a configured default',
      was: `no default namespace is configured for ${JSON.stringify(text)}`,
      next: 'write namespace/name, or set "namespace" in the configuration',
    });
  }
  return `${defaultNamespace}/${name}` as ModelName;
}

/**
 * Reads `model[@version | @channel | @sha256:<manifest digest>]`; no `@` means `@latest`.
 * @throws UsageError `REFERENCE_INVALID`, `NAMESPACE_UNKNOWN`, `DIGEST_INVALID`
 */
export function parseReference(text: string, defaultNamespace?: Namespace): Reference {
  const at = text.indexOf('@');
  const model = parseModelName(at < 0 ? text : text.slice(0, at), defaultNamespace);
  return {
    model,
    selector: at < 0 ? { kind: 'channel', channel: LATEST } : parseSelector(text.slice(at + 1)),
  };
}

function parseSelector(text: string): Selector {
  if (text.startsWith('sha256:'))
    return { kind: 'manifest', digest: parseDigest(text.slice('sha256:'.length)) };
  // Versions begin with a digit, channels with a letter: the grammars can't overlap.
  if (/^[0-9]/.test(text)) return { kind: 'version', version: parseVersion(text) };
  return { kind: 'channel', channel: parseChannel(text) };
}

/** Whether a namespace is an address's own; labels are shorter, and may begin with `0x` too. */
export function isAddress(namespace: Namespace): boolean {
  return ADDRESS.test(namespace);
}

export function splitModel(model: ModelName): { readonly namespace: Namespace; readonly name: string } {
  const slash = model.indexOf('/');
  return { namespace: model.slice(0, slash) as Namespace, name: model.slice(slash + 1) };
}

function invalid(what: string, grammar: string, was: string): UsageError {
  return new UsageError('REFERENCE_INVALID', {
    should: `${what} must be ${grammar}`,
    was: `${JSON.stringify(was.slice(0, 120))} was given`,
    next: 'a reference is model, model@version, model@channel or model@sha256:<digest>',
  });
}
