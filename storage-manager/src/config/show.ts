import type { LoadedConfig } from './load.ts';
import { type Config, DEFAULTS, FIELDS, fieldValue } from './schema.ts';
import type { Settings } from './settings.ts';

/** One field as a person may see it. */
export interface ShownField {
  readonly field: string;
  /** Masked where it is a secret; null where nothing applies. */
  readonly value: string | number | readonly string[] | null;
  /** A flag, a variable, a file, or `default`. */
  readonly origin: string;
}

/** Every field with its value in force and where that came from. Secrets are masked. */
export function showConfig(loaded: LoadedConfig, settings: Settings): readonly ShownField[] {
  const kubo = settings.stores.includes('kubo');
  // A default counts where its block is used.
  const used: Readonly<Record<string, boolean>> = { ipfs: kubo, blockchain: settings.chain !== null };
  const defaults: Record<string, ShownField['value']> = {
    ...Object.fromEntries(Object.entries(DEFAULTS).filter(([field]) => used[field.split('.')[0]!])),
    namespace: settings.namespace ?? null,
    stores: settings.stores,
  };
  return FIELDS.map((field) => {
    const origin = loaded.origins.get(field);
    if (origin === undefined) return { field, value: defaults[field] ?? null, origin: 'default' };
    return { field, value: masked(field, fieldValue(loaded.config, field)), origin };
  });
}

/** Keys are hidden; of a URL only the host is shown, because providers put keys into the user, path and query. */
function masked(field: string, value: unknown): ShownField['value'] {
  if (field === 'blockchain.privateKey') return '(set, not shown)';
  if (field === 'policy.allow')
    return Object.entries(value as Record<string, readonly string[]>).map(
      ([model, formats]) => `${model}: ${formats.join(', ')}`,
    );
  if (field === 'blockchain.otherChains') {
    const chains = value as NonNullable<NonNullable<Config['blockchain']>['otherChains']>;
    return chains.map(({ chainId, rpcUrl }) => `${chainId}: ${[masked('rpcUrl', rpcUrl)].flat().join(', ')}`);
  }
  if (field !== 'stores' && Array.isArray(value)) return value.map((each) => String(masked(field, each)));
  // A service is named by DNS, and has no secret.
  if (typeof value !== 'string' || !URL.canParse(value) || value.startsWith('srv:'))
    return value as ShownField['value'];
  const { protocol, host } = new URL(value);
  const bare = `${protocol}//${host}`;
  return bare === value.replace(/\/$/, '') ? bare : `${bare}/…`;
}
