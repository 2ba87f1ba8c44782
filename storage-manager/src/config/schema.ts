import { z } from 'zod';
import {
  MAX_FINAL_AGE_MINUTES,
  MAX_HEAD_AGE_MINUTES,
  MAX_RPC_ENDPOINTS,
  MAX_STALE_DAYS,
  MAX_STATEMENT_PLACES,
} from '../limits.ts';
import { REFUSED_FORMATS } from '../policy/formats.ts';

export const STORE_NAMES = ['local', 'kubo'] as const;
/** A place for chunks: the folder of this machine, or an IPFS node. */
export type StoreName = (typeof STORE_NAMES)[number];

/** From which block on an answer is final; `auto`: `finalized`, and `latest` on the development chains 1337 and 31337. */
export const FINALITIES = ['auto', 'finalized', 'safe', 'latest'] as const;
/** A rule for when a block is final. */
export type Finality = (typeof FINALITIES)[number];

/** What holds where nobody says anything. */
export const DEFAULTS = {
  'ipfs.host': 'localhost',
  'ipfs.port': 5001,
  'ipfs.protocol': 'http',
  'blockchain.confirmations': 1,
  'blockchain.finality': 'auto',
  'trust.maxStaleDays': 7,
  'cache.maxBytes': 0,
} as const;

/** Of gateways, and of nodes of a fleet. */
const MAX_SOURCES = 64;

const finality = z.enum(FINALITIES);
const rpcUrl = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MAX_RPC_ENDPOINTS)]);
const quorum = z.int().min(1).max(MAX_RPC_ENDPOINTS);
const maxHeadAgeMinutes = z.int().min(1).max(MAX_HEAD_AGE_MINUTES);
const otherChain = z.strictObject({
  chainId: z.int().min(1),
  rpcUrl,
  quorum: quorum.optional(),
  contractAddress: z.string().min(1).optional(),
  finality: finality.optional(),
  maxHeadAgeMinutes: maxHeadAgeMinutes.optional(),
});

/**
 * The shape of `config.json`. The table of fields in `docs/config.md` is made from the descriptions; `absent` says what
 * holds without a field that has no default. What the values must be beyond their shape (a key of 64 hex digits, an
 * address) is judged in `settings.ts`.
 */
export const configSchema = z
  .strictObject({
    ipfs: z
      .strictObject({
        host: z
          .string()
          .min(1)
          .describe("where Kubo's RPC listens; naming any `ipfs` field adds the store `kubo`"),
        port: z.int().min(1).max(65_535).describe('its port'),
        protocol: z.enum(['http', 'https']).describe('`http` or `https`'),
        gateway: z
          .string()
          .min(1)
          .describe('its gateway, twice as fast to read from: `http://127.0.0.1:8080`')
          .meta({ absent: 'none: read by RPC' }),
      })
      .partial(),
    blockchain: z
      .strictObject({
        rpcUrl: rpcUrl
          .describe(
            `an Ethereum RPC, or a list of up to ${MAX_RPC_ENDPOINTS} (in the variable: with commas) that are asked at once and must agree; needs \`contractAddress\` too`,
          )
          .meta({ absent: 'none: the private chain' }),
        quorum: quorum
          .describe('how many RPCs must give the same answer')
          .meta({ absent: 'more than half of them: 1 of 1, 2 of 2, 2 of 3' }),
        privateKey: z
          .string()
          .min(1)
          .describe('signs what you publish. 64 hex digits')
          .meta({ absent: 'none: read only' }),
        keystore: z
          .string()
          .min(1)
          .describe('an encrypted JSON keystore in place of `privateKey`, opened by commands that sign')
          .meta({ absent: 'none' }),
        passwordFile: z
          .string()
          .min(1)
          .describe('holds the password of `keystore`')
          .meta({ absent: 'none: asked for at the terminal' }),
        contractAddress: z
          .string()
          .min(1)
          .describe('the `ChunkedModelRegistry`; needs `rpcUrl` too')
          .meta({ absent: 'none: the private chain' }),
        chainId: z
          .int()
          .min(1)
          .describe('refuses an RPC of another chain')
          .meta({ absent: 'what the RPC says' }),
        confirmations: z
          .int()
          .min(1)
          .max(1_000)
          .describe('blocks that must hold or follow a transaction before a publish returns; 1 to 1,000'),
        finality: finality.describe(
          'from which block on a release is accepted: `finalized`, `safe`, `latest`; `auto` is `finalized`, and `latest` on the development chains 1337 and 31337',
        ),
        maxHeadAgeMinutes: maxHeadAgeMinutes
          .describe(
            'how old, by the clock of this machine, the newest final block may be before nothing is believed',
          )
          .meta({ absent: `${MAX_FINAL_AGE_MINUTES}; any on the development chains 1337 and 31337` }),
        otherChains: z
          .array(otherChain)
          .describe(
            'chains that a fetch asks too, each with `chainId`, `rpcUrl`, and `contractAddress` (default: the same), `finality`, `quorum` and `maxHeadAgeMinutes` where they differ: none may know another release under the version, and where one is the home of a mirror it decides on its status',
          )
          .meta({ absent: 'none' }),
      })
      .partial(),
    trust: z
      .strictObject({
        require: z
          .enum(['chain', 'local'])
          .describe(
            'who must vouch for what is used: `chain`: the configured chain, now; `local`: that, or the private chain. `--require` says it for one command',
          )
          .meta({ absent: 'none: while the chain is out of reach a statement or a lock file will do' }),
        maxStaleDays: z
          .int()
          .min(1)
          .max(MAX_STALE_DAYS)
          .describe('how long ago the chain may have been reached last where a statement is to be believed'),
        statements: z
          .array(z.string().min(1))
          .max(MAX_STATEMENT_PLACES)
          .describe(
            'folders and http(s) URLs below which release statements are looked for, beside the lock file',
          )
          .meta({ absent: 'none' }),
      })
      .partial(),
    policy: z
      .strictObject({
        allow: z
          .record(z.string().min(1), z.array(z.enum(REFUSED_FORMATS)).min(1))
          .describe(
            'formats that inference may have of one model beside data: `{"acme/old": ["pickle"]}` ([policy.md](policy.md))',
          )
          .meta({ absent: 'none' }),
      })
      .partial(),
    namespace: z
      .string()
      .min(1)
      .describe('where a bare model name belongs. `local` is the namespace of your own address')
      .meta({ absent: '`local` on the private chain, else none' }),
    stores: z
      .array(z.enum(STORE_NAMES))
      .min(1)
      .describe(
        'what must hold a publish, and what a fetch asks, the local store first. `--store` and `--from` name them for one command',
      )
      .meta({ absent: '`local`, and `kubo` where configured' }),
    gateways: z
      .array(z.string().min(1))
      .max(MAX_SOURCES)
      .describe(
        'trustless gateways that a fetch asks beside the stores, with commas in the variable: `https://dweb.link` ([sources.md](sources.md))',
      )
      .meta({ absent: 'none' }),
    fleet: z
      .array(z.string().min(1))
      .max(MAX_SOURCES)
      .describe(
        'other nodes of your own fleet that serve as gateways: their URLs, or `srv:_ballast._tcp.example.com` where DNS names them; with commas in the variable',
      )
      .meta({ absent: 'none' }),
    cache: z
      .strictObject({
        maxBytes: z
          .int()
          .min(0)
          .describe(
            'how much the cache may hold: copies of what came over a network, for all processes of this machine. 0: no cache',
          ),
        folder: z
          .string()
          .min(1)
          .describe('where they lie, on a local disk')
          .meta({ absent: '`cache` in `BALLAST_HOME`' }),
      })
      .partial(),
  })
  .partial();

/** The configuration as it is written: `docs/config.md` explains each field. */
export type Config = z.infer<typeof configSchema>;

/** What the schema says of each field that holds a value, by its dotted name, in its own order. */
export const FIELD_NOTES: ReadonlyMap<string, { readonly meaning: string; readonly absent: string }> =
  new Map(
    Object.entries(configSchema.shape).flatMap(([name, field]) => {
      const inner = field.unwrap();
      if (!(inner instanceof z.ZodObject)) return [[name, noteOf(name, inner)] as const];
      return Object.entries(inner.shape).map(
        ([key, optional]) => [`${name}.${key}`, noteOf(`${name}.${key}`, optional.unwrap())] as const,
      );
    }),
  );

function noteOf(field: string, schema: z.ZodType) {
  const { description = '', absent } = schema.meta() ?? {};
  const holds: unknown = absent ?? `\`${Reflect.get(DEFAULTS, field)}\``;
  return { meaning: description, absent: String(holds) };
}

/** `ipfs.host` … `stores`: the dotted names of all fields that hold a value, in the order of the schema. */
export const FIELDS: readonly string[] = [...FIELD_NOTES.keys()];

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
