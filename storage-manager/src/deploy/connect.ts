import type { Config } from '../config/schema.ts';
import { type ChainSettings, settingsOf } from '../config/settings.ts';
import { UsageError } from '../errors.ts';
import type { JobOptions } from '../events.ts';
import { Account, type Signer } from '../registries/ethereum/account.ts';
import { readChainId } from '../registries/ethereum/chain.ts';
import { NOBODY } from '../registries/ethereum/create2.ts';
import { PENDING_MS } from '../registries/ethereum/open.ts';
import { openRpc } from '../registries/ethereum/quorum/quorum.ts';
import { RemoteSigner } from '../registries/ethereum/remote-signer.ts';
import type { SenderOptions } from '../registries/ethereum/send.ts';
import type { JsonRpc } from '../transport/json-rpc.ts';

/** A chain on which there may be no registry yet. */
export interface Connection {
  readonly rpc: JsonRpc;
  readonly chainId: number;
  /** null: nothing can be sent. */
  readonly account: Signer | null;
  readonly settings: ChainSettings;
  readonly wait: SenderOptions;
}

/** One that can send. */
export type Writer = Connection & { readonly account: Signer };

/** @throws UsageError `CONFIG_INVALID` without a key */
export function writer(connection: Connection): Writer {
  const { account } = connection;
  if (account !== null) return { ...connection, account };
  throw new UsageError('CONFIG_INVALID', {
    should: 'deploying needs a key',
    was: 'none is configured',
    next: 'name a keystore with --keystore or a signer with --signer, or set PRIVATE_KEY; --dry-run needs none',
  });
}

/** A program that holds the key. */
export interface SignerOptions {
  /** Where it answers JSON-RPC. Default: the configured key signs. */
  readonly signer?: string | undefined;
  /** Which of its accounts. Default: its only one. */
  readonly from?: string | undefined;
}

/**
 * The configured chain; it needs no contract.
 * @throws UsageError `CONFIG_INVALID` without an RPC, `ARGUMENT_INVALID`; TrustError `CHAIN_UNREACHABLE`
 */
export async function withConnection<T>(
  config: Config,
  work: (connection: Connection) => Promise<T>,
  options: JobOptions & SignerOptions,
): Promise<T> {
  const settings = chainOf(config);
  const remote = await openSigner(options);
  const rpc = openRpc(settings.rpcUrl, settings.quorum);
  try {
    const account = remote ?? (settings.privateKey === null ? null : new Account(settings.privateKey));
    // What the configuration says wins, so that an RPC of another chain is refused where it is first asked.
    const chainId = settings.chainId ?? (await readChainId(rpc, options));
    const wait = { confirmations: settings.confirmations, pendingMs: PENDING_MS };
    return await work({ rpc, chainId, account, settings, wait });
  } finally {
    await Promise.all([rpc.close(), remote?.close()]);
  }
}

async function openSigner({
  signer,
  from,
  ...job
}: JobOptions & SignerOptions): Promise<RemoteSigner | null> {
  if (signer !== undefined) return RemoteSigner.open(signer, from, job);
  if (from === undefined) return null;
  throw new UsageError('ARGUMENT_INVALID', {
    should: '--from names an account of a signer',
    was: 'no signer is named',
    next: 'name it with --signer, or leave --from out: the configured key has one account',
  });
}

function chainOf({ blockchain }: Config): ChainSettings {
  if (blockchain?.rpcUrl !== undefined) {
    const { chain } = settingsOf({ blockchain: { contractAddress: NOBODY, ...blockchain } }, '');
    if (chain !== null) return chain;
  }
  throw new UsageError('CONFIG_INVALID', {
    should: 'a chain must be configured: the private chain of this machine has its registry already',
    was: 'there is no RPC',
    next: 'set ETH_NODE_URL or blockchain.rpcUrl, and a key of an account that pays',
  });
}
