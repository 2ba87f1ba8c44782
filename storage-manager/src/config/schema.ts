import { z } from 'zod';

export const STORE_NAMES = ['local', 'kubo'] as const;
/** A place for chunks: the folder of this machine, or an IPFS node. */
export type StoreName = (typeof STORE_NAMES)[number];

/** From which block on an answer is final; `auto`: `finalized`, and `latest` on the development chains 1337 and 31337. */
export const FINALITIES = ['auto', 'finalized', 'safe', 'latest'] as const;
/** A rule for when a block is final. */
export type Finality = (typeof FINALITIES)[number];

/**
 * The shape of `config.json`; `config.template.json` names every field and `docs/config.md` explains them. What the
 * values must be beyond their shape (a key of 64 hex digits, an address) is judged in `settings.ts`.
 */
export const configSchema = z
  .strictObject({
    ipfs: z
      .strictObject({
        host: z.string().min(1),
        port: z.int().min(1).max(65_535),
        protocol: z.enum(['http', 'https']),
        gateway: z.string().min(1),
      })
      .partial(),
    blockchain: z
      .strictObject({
        rpcUrl: z.string().min(1),
        privateKey: z.string().min(1),
        contractAddress: z.string().min(1),
        chainId: z.int().min(1),
        confirmations: z.int().min(1).max(1_000),
        finality: z.enum(FINALITIES),
      })
      .partial(),
    namespace: z.string().min(1),
    stores: z.array(z.enum(STORE_NAMES)).min(1),
  })
  .partial();

/** The configuration as it is written: `docs/config.md` explains each field. */
export type Config = z.infer<typeof configSchema>;

/** `ipfs.host` … `stores`: the dotted names of all fields that hold a value, in the order of the schema. */
export const FIELDS: readonly string[] = Object.entries(configSchema.shape).flatMap(([name, field]) => {
  const inner = field.unwrap();
  return inner instanceof z.ZodObject ? Object.keys(inner.shape).map((key) => `${name}.${key}`) : [name];
});

/** The value of a dotted field, undefined where nothing is said. */
export function fieldValue(config: unknown, field: string): unknown {
  return field
    .split('.')
    .reduce((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], config);
}

/** What templates and examples hold where a value of one's own belongs. */
const PLACEHOLDER = /^<.*>$|^(0x)?your[_ -]|^(private_key|contract_address)$/i;

export function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && PLACEHOLDER.test(value);
}
