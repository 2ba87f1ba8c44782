import { accessManagerCodeHash, readerCodeHash, runtimeCodeHash } from '@ballast-models/registry-contract';
import type { Config } from '../config/schema.ts';
import { TrustError } from '../errors.ts';
import { type JobOptions, note } from '../events.ts';
import { parseAddress } from '../registries/ethereum/address.ts';
import { Chain, type Head } from '../registries/ethereum/chain.ts';
import { managerCreation, NOBODY, registryCreation } from '../registries/ethereum/create2.ts';
import { readerAddress } from '../registries/ethereum/deploy.ts';
import { type Rights, readGranted, readRights } from '../registries/ethereum/rights.ts';
import { either } from '../together.ts';
import { type Connection, withConnection } from './connect.ts';

/** What `ballast registry check --json` prints: all of it proven, except who holds rights. */
export interface RegistryCheck {
  /** `0x` and 40 lower-case hex digits, as all addresses here. */
  readonly address: string;
  readonly chainId: number;
  /** keccak256 of the code, `0x` hex. */
  readonly codeHash: string;
  readonly reader: string;
  readonly readerCodeHash: string;
  /** The AccessManager; null: no administrators, for ever. */
  readonly authority: string | null;
  readonly authorityCodeHash: string | null;
  /** For whom the manager was created; null where that can't be proven, and rights may exist that nothing tells of. */
  readonly admin: string | null;
  readonly paused: boolean;
  /** The registry that administrators announced to come after this one. */
  readonly successor: string | null;
  /** Null without administrators, and where the node does not give the manager's events. */
  readonly administration: Rights | null;
  /** As of this block. */
  readonly block: number;
  /** As in the document of a deployment: a check sends nothing. */
  readonly transactions: 0;
  readonly gasUsed: '0';
}

/** Which registry to look at. */
export interface CheckOptions extends JobOptions {
  /** Default: the configured contract, else the registry without administrators. */
  readonly address?: string | undefined;
}

/** Events are read for no longer: a node may know none of so long ago, and say so one range after the other. */
const EVENTS_MS = 20_000;

/**
 * Proves a registry: its code and its reader's, that the shipped creation code made it (so that nothing was planted at its
 * creation), and its manager's code; then reads what its administrators may do.
 * @throws TrustError `CONTRACT_MISMATCH`, `CHAIN_MISMATCH`, `CHAIN_UNREACHABLE`; UsageError `CONFIG_INVALID`
 */
export function checkRegistry(config: Config, options: CheckOptions = {}): Promise<RegistryCheck> {
  return withConnection(config, (connection) => check(connection, options), options);
}

async function check({ rpc, chainId, settings }: Connection, options: CheckOptions): Promise<RegistryCheck> {
  const configured =
    settings.contractAddress === NOBODY ? registryCreation(NOBODY).address : settings.contractAddress;
  const address = parseAddress(options.address ?? configured, '--address');
  const chain = new Chain({ rpc, chainId, contract: address, finality: 'latest' });
  const head = await chain.head(options);
  const view = async (name: string) => (await chain.view(head, name, [], options)) as unknown;
  const authority = String(await view('authority')).toLowerCase();
  const successor = String(await view('successor')).toLowerCase();
  proveCreation(chainId, address, authority);
  const administrators =
    authority === NOBODY ? NO_ADMINISTRATORS : await lookAt(chain, head, authority, options);
  return {
    ...{ address, chainId, codeHash: runtimeCodeHash },
    ...{ reader: readerAddress(address), readerCodeHash },
    authority: authority === NOBODY ? null : authority,
    ...administrators,
    paused: Boolean(await view('paused')),
    successor: successor === NOBODY ? null : successor,
    block: head.number,
    ...{ transactions: 0, gasUsed: '0' },
  };
}

type Administrators = Pick<RegistryCheck, 'authorityCodeHash' | 'admin' | 'administration'>;

const NO_ADMINISTRATORS: Administrators = { authorityCodeHash: null, admin: null, administration: null };

/** The address binds the creation code and the authority: other code could have written records before it left. */
function proveCreation(chainId: number, address: string, authority: string): void {
  const proven = registryCreation(authority).address;
  if (address === proven) return;
  throw new TrustError('CONTRACT_MISMATCH', {
    should: `the registry with the authority ${authority} must lie at ${proven}, where its creation code puts it`,
    was: `what has its code on chain ${chainId} lies at ${address}: nothing says what was written there when it was created`,
    next: 'use a registry that `ballast registry deploy` made',
  });
}

async function lookAt(
  { rpc, chainId, contract }: Chain,
  head: Head,
  authority: string,
  options: CheckOptions,
): Promise<Administrators> {
  const codes = new Map([[authority, accessManagerCodeHash]]);
  const manager = new Chain({ rpc, chainId, contract: authority, finality: 'latest', codes });
  await manager.head(options, head.number);
  const limit = AbortSignal.timeout(EVENTS_MS);
  const signal = either(options.signal, limit);
  const granted = await readGranted(manager, head, { signal }).catch(() => {
    options.signal?.throwIfAborted();
    note(
      options,
      'warning',
      'who holds rights is not known: the node does not give the events of the AccessManager',
    );
    return null;
  });
  const found = { authorityCodeHash: accessManagerCodeHash };
  if (granted === null) return { ...found, admin: null, administration: null };
  const admin = [...granted].find((account) => managerCreation(account).address === authority) ?? null;
  if (admin === null)
    note(
      options,
      'warning',
      `${authority} was not made by \`ballast registry deploy\`: rights may exist that no event tells of`,
    );
  return { ...found, admin, administration: await readRights(manager, head, contract, granted, options) };
}
