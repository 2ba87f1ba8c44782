import { UsageError } from '../errors.ts';
import { LOCAL, type Namespace, parseNamespace } from '../ids/reference.ts';
import {
  type Config,
  DEFAULTS,
  FIELDS,
  type Finality,
  fieldValue,
  isPlaceholder,
  type StoreName,
} from './schema.ts';

/** A configuration whose every value has been judged, with all defaults. */
export interface Settings {
  readonly home: string;
  /** Where a publish must place a release, and the sources of a fetch, in this order. */
  readonly stores: readonly StoreName[];
  readonly kubo: { readonly api: string; readonly gateway: string | null };
  /** null: the private chain of this machine. */
  readonly chain: ChainSettings | null;
  /** Where a bare model name belongs; `local` on the private chain. */
  readonly namespace: Namespace | undefined;
}

/** A configured chain. */
export interface ChainSettings {
  readonly rpcUrl: string;
  readonly contractAddress: string;
  /** Only who changes the registry needs one. */
  readonly privateKey: string | null;
  /** Path of an encrypted keystore; `unlockKey` puts its key in its place. */
  readonly keystore: string | null;
  /** null: whatever chain the node serves. */
  readonly chainId: number | null;
  readonly confirmations: number;
  readonly finality: Finality;
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
  return {
    home,
    stores: config.stores ?? (config.ipfs === undefined ? ['local'] : ['local', 'kubo']),
    kubo: {
      api: httpUrl('ipfs', `${protocol}://${host}:${port}`),
      gateway: gateway === undefined ? null : httpUrl('ipfs.gateway', gateway),
    },
    chain,
    namespace: namespaceOf(config.namespace, chain),
  };
}

/** On the private chain bare names are the user's own; elsewhere they belong where the configuration says. */
function namespaceOf(text: string | undefined, chain: ChainSettings | null): Namespace | undefined {
  if (text !== undefined) return parseNamespace(text);
  return chain === null ? LOCAL : undefined;
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
    rpcUrl: httpUrl(`${field}.rpcUrl`, rpcUrl),
    contractAddress,
    privateKey: key,
    keystore: block.keystore ?? null,
    chainId: block.chainId ?? null,
    confirmations: block.confirmations ?? DEFAULTS['blockchain.confirmations'],
    finality: block.finality ?? DEFAULTS['blockchain.finality'],
    otherChains: otherChains(block, contractAddress),
  };
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
  if (!isPlaceholder(value)) return;
  throw new UsageError('CONFIG_INVALID', {
    should: `${field} must be your own value`,
    was: `it is the placeholder ${value}`,
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

/** Says nothing of the value: keys and provider URLs are pasted into the wrong fields. */
function invalid(field: string, should: string, next: string): UsageError {
  return new UsageError('CONFIG_INVALID', { should: `${field} must be ${should}`, was: 'it is not', next });
}
