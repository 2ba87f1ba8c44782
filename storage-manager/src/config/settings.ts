import { UsageError } from '../errors.ts';
import { LOCAL, type ModelName, type Namespace, parseModelName, parseNamespace } from '../ids/reference.ts';
import type { RegistryTrust } from '../interfaces.ts';
import type { RefusedFormat } from '../policy/formats.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import {
  type Config,
  DEFAULTS,
  FIELDS,
  type Finality,
  fieldValue,
  isPlaceholder,
  type StoreName,
} from './schema.ts';
import { type SourceSettings, sourceSettings } from './sources.ts';

/** A configuration whose every value has been judged, with all defaults. */
export interface Settings {
  readonly home: string;
  /** Where a publish must place a release; a fetch asks them too. */
  readonly stores: readonly StoreName[];
  readonly kubo: { readonly api: string; readonly gateway: string | null };
  readonly sources: SourceSettings;
  /** null: the private chain of this machine. */
  readonly chain: ChainSettings | null;
  /** Where a bare model name belongs; `local` on the private chain. */
  readonly namespace: Namespace | undefined;
  /** Formats that inference may have of a model beside data. */
  readonly allow: ReadonlyMap<ModelName, readonly RefusedFormat[]>;
  readonly trust: TrustSettings;
  /** null: no lock file is looked for. */
  readonly lock: LockSettings | null;
}

/** Whose word counts. */
export interface TrustSettings {
  /** null: any rung of the ladder. */
  readonly require: RegistryTrust | null;
  readonly maxStaleDays: number;
  /** Folders and URLs. */
  readonly statements: readonly string[];
}

/** What holds every call to what was locked. */
export interface LockSettings {
  /** Absolute; need not exist. */
  readonly file: string;
  /** Refuse what has no entry in it. */
  readonly required: boolean;
}

/** A configured chain. */
export interface ChainSettings {
  /** Endpoints, each once. */
  readonly rpcUrl: readonly string[];
  /** How many of them must agree; null: more than half. */
  readonly quorum: number | null;
  readonly contractAddress: string;
  /** Only who changes the registry needs one. */
  readonly privateKey: string | null;
  /** Path of an encrypted keystore; `unlockKey` puts its key in its place. */
  readonly keystore: string | null;
  /** null: whatever chain the node serves. */
  readonly chainId: number | null;
  readonly confirmations: number;
  readonly finality: Finality;
  /** null: what suits the chain. */
  readonly maxHeadAgeMinutes: number | null;
  /** Each only read. */
  readonly otherChains: readonly OtherChainSettings[];
}

/** A chain that is only read, and known by its id. */
export type OtherChainSettings = ChainSettings & { readonly chainId: number };

const PRIVATE_KEY = /^(0x)?[0-9a-fA-F]{64}$/;
/** Of secp256k1 (SEC 2, §2.4.1): a key is a number from 1 to below it. */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/**
 * Judges a configuration and fills in the defaults.
 * @param home folder of all state
 * @throws UsageError `CONFIG_INVALID`: a placeholder, half a chain, a malformed key, address or URL; never with the value
 */
export function settingsOf(config: Config, home: string): Settings {
  for (const field of FIELDS) refusePlaceholder(field, fieldValue(config, field));
  const { ipfs = {}, blockchain } = config;
  const {
    protocol = DEFAULTS['ipfs.protocol'],
    host = DEFAULTS['ipfs.host'],
    port = DEFAULTS['ipfs.port'],
    gateway,
  } = ipfs;
  const chain = blockchain === undefined ? null : chainSettings(blockchain);
  const namespace = namespaceOf(config.namespace, chain);
  return {
    home,
    stores: config.stores ?? (config.ipfs === undefined ? ['local'] : ['local', 'kubo']),
    kubo: {
      api: httpUrl('ipfs', `${protocol}://${host}:${port}`),
      gateway: gateway === undefined ? null : httpUrl('ipfs.gateway', gateway),
    },
    sources: sourceSettings(config, home),
    chain,
    namespace,
    allow: allowedFormats(config.policy?.allow ?? {}, namespace),
    trust: trustSettings(config.trust),
    lock: null,
  };
}

function allowedFormats(
  allow: Readonly<Record<string, readonly RefusedFormat[]>>,
  namespace: Namespace | undefined,
): Settings['allow'] {
  const rows = Object.entries(allow).map(([name, formats]) => {
    try {
      return [parseModelName(name, namespace), formats] as const;
    } catch {
      throw invalid('policy.allow', 'formats by the names of models', 'name each as `ballast list` does');
    }
  });
  return new Map(rows);
}

/** On the private chain bare names are the user's own; elsewhere they belong where the configuration says. */
function namespaceOf(text: string | undefined, chain: ChainSettings | null): Namespace | undefined {
  if (text !== undefined) return parseNamespace(text);
  return chain === null ? LOCAL : undefined;
}

function trustSettings({ require, maxStaleDays, statements = [] }: Config['trust'] = {}): TrustSettings {
  for (const place of statements) if (/^https?:/.test(place)) parseEndpoint(place, 'trust.statements');
  return {
    require: require ?? null,
    maxStaleDays: maxStaleDays ?? DEFAULTS['trust.maxStaleDays'],
    statements,
  };
}

function chainSettings(block: NonNullable<Config['blockchain']>, field = 'blockchain'): ChainSettings {
  const { rpcUrl, contractAddress, privateKey } = block;
  if (rpcUrl === undefined) throw halfChain('rpcUrl', 'ETH_NODE_URL');
  if (contractAddress === undefined) throw halfChain('contractAddress', 'CONTRACT_ADDRESS');
  if (!ADDRESS.test(contractAddress))
    throw invalid(`${field}.contractAddress`, '0x and 40 hex digits', 'copy it from where you deployed');
  if (privateKey !== undefined && block.keystore !== undefined) throw twoKeys();
  if (privateKey !== undefined && !PRIVATE_KEY.test(privateKey))
    throw invalid('blockchain.privateKey', '64 hex digits', 'copy the whole key, not its address');
  const key = privateKey === undefined ? null : `0x${privateKey.replace(/^0x/, '')}`;
  if (key !== null && (BigInt(key) === 0n || BigInt(key) >= CURVE_ORDER))
    throw invalid('blockchain.privateKey', 'a number that the curve secp256k1 knows', 'copy the whole key');
  return {
    ...endpoints(block, [rpcUrl].flat(), field),
    contractAddress,
    privateKey: key,
    keystore: block.keystore ?? null,
    chainId: block.chainId ?? null,
    confirmations: block.confirmations ?? DEFAULTS['blockchain.confirmations'],
    finality: block.finality ?? DEFAULTS['blockchain.finality'],
    maxHeadAgeMinutes: block.maxHeadAgeMinutes ?? null,
    otherChains: otherChains(block, contractAddress),
  };
}

function endpoints({ quorum }: NonNullable<Config['blockchain']>, urls: readonly string[], field: string) {
  const rpcUrl = urls.map((url) => httpUrl(`${field}.rpcUrl`, url));
  if (new Set(rpcUrl.map(asAsked)).size < rpcUrl.length)
    throw invalid(
      `${field}.rpcUrl`,
      'different URLs',
      'name each once: one that is named twice would vote twice',
    );
  if (quorum !== undefined && quorum > rpcUrl.length)
    throw invalid(
      `${field}.quorum`,
      'at most the number of RPCs',
      'name more of them in rpcUrl, or lower it',
    );
  return { rpcUrl, quorum: quorum ?? null };
}

function otherChains(
  { chainId, otherChains: blocks = [] }: NonNullable<Config['blockchain']>,
  contractAddress: string,
): OtherChainSettings[] {
  const field = 'blockchain.otherChains';
  const ids = blocks.map((block) => block.chainId);
  if (new Set(ids).size < ids.length || ids.some((id) => id === chainId))
    throw invalid(field, 'chains that differ from each other and from blockchain.chainId', 'name each once');
  return blocks.map((block) => {
    const { chainId } = block;
    return { ...chainSettings({ contractAddress, ...block }, field), chainId };
  });
}

function refusePlaceholder(field: string, value: unknown): void {
  const placeholder = [value].flat().find(isPlaceholder);
  if (placeholder === undefined) return;
  throw new UsageError('CONFIG_INVALID', {
    should: `${field} must be your own value`,
    was: `it is the placeholder ${placeholder}`,
    next: `put your own in, or remove the whole "${field.split('.')[0]}" block to use the default`,
  });
}

function halfChain(missing: string, variable: string): UsageError {
  return new UsageError('CONFIG_INVALID', {
    should: 'a chain needs both blockchain.rpcUrl and blockchain.contractAddress',
    was: `blockchain.${missing} is not configured`,
    next: `set ${variable} or blockchain.${missing}; without any "blockchain" value the private chain is used`,
  });
}

function twoKeys(): UsageError {
  return new UsageError('CONFIG_INVALID', {
    should: 'one key must sign',
    was: 'both blockchain.privateKey and blockchain.keystore are configured in one place',
    next: 'remove one of them',
  });
}

function httpUrl(field: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw invalid(field, 'an http or https URL', 'write it like http://localhost:8545');
}

/** One spelling of all that lead to the same: a host in capitals, the port that goes without saying, a fragment. */
function asAsked(url: string): string {
  return new URL(url).href.replace(/#.*/, '');
}

/** Says nothing of the value: keys and provider URLs are pasted into the wrong fields. */
function invalid(field: string, should: string, next: string): UsageError {
  return new UsageError('CONFIG_INVALID', { should: `${field} must be ${should}`, was: 'it is not', next });
}
