import { parseNamespace } from '../../ids/reference.ts';
import type { RegistryReader } from '../../interfaces.ts';
import { quantityText, readQuantity } from '../../registries/ethereum/values.ts';
import type { JsonRpc } from '../../transport/json-rpc.ts';

/** A registry with a key, of a chain that was made for the test. */
export interface TracedRegistry extends Pick<RegistryReader, 'list' | 'history'> {
  readonly chain: { readonly rpc: JsonRpc };
  /** Whose key it has. */
  readonly address: string | null;
}

/** The journal of a machine. */
export interface TracedJournal {
  unfinished(): Promise<readonly { readonly reference: string }[]>;
}

/** What an account's publishes have left behind, by the chain's own word; plain data, to be compared as a whole. */
export interface PublishTrace {
  /** Manifest of each release in the account's namespace, by `name@version`; a version that is there twice has both. */
  readonly records: Readonly<Record<string, string>>;
  /** Moves of each channel, by `name@channel`. */
  readonly moves: Readonly<Record<string, number>>;
  /** What the journal still holds open. */
  readonly unfinished: readonly string[];
  /** Transactions of the account in blocks: each has cost a fee. */
  readonly mined: number;
  /** Those among them that have changed nothing. */
  readonly reverted: number;
  /** Those among them that carry what another one carries too. */
  readonly repeated: number;
  /** Nonces that the node's pool holds, or that lie below one that it holds. */
  readonly waiting: number;
}

interface Mined {
  readonly hash: string;
  readonly input: string;
}

/**
 * Looks at everything that a publish can get wrong: two records, an open journal, a fee too much, a nonce that nobody takes.
 * @param registry every block of its chain is read
 * @param since the first block that may hold anything of this account
 */
export async function publishTrace(
  registry: TracedRegistry,
  journal: TracedJournal | null,
  since = 0,
): Promise<PublishTrace> {
  const { rpc } = registry.chain;
  const from = registry.address ?? '';
  const mined = await minedOf(rpc, from, since);
  const statuses = await Promise.all(
    mined.map(async ({ hash }) => Object(await rpc.call('eth_getTransactionReceipt', [hash])).status),
  );
  const count = async (block: string) =>
    readQuantity(await rpc.call('eth_getTransactionCount', [from, block]), 'a nonce');
  const pool = Object(await rpc.call('txpool_content', []));
  const held = [pool.pending, pool.queued].flatMap((part) =>
    Object.entries(Object(part)).flatMap(([account, byNonce]) =>
      account.toLowerCase() === from ? Object.keys(Object(byNonce)).map(Number) : [],
    ),
  );
  const next = await count('latest');
  return {
    ...(await recorded(registry, from)),
    unfinished: ((await journal?.unfinished()) ?? []).map(({ reference }) => reference),
    mined: mined.length,
    reverted: statuses.filter((status) => status !== '0x1').length,
    repeated: mined.length - new Set(mined.map(({ input }) => input)).size,
    waiting: Math.max(next, await count('pending'), ...held.map((nonce) => nonce + 1)) - next,
  };
}

async function recorded(
  registry: TracedRegistry,
  from: string,
): Promise<Pick<PublishTrace, 'records' | 'moves'>> {
  const records: Record<string, string> = {};
  const moves: Record<string, number> = {};
  for await (const { model, channels } of registry.list({ namespace: parseNamespace(from) })) {
    const name = model.slice(model.indexOf('/') + 1);
    for (const { channel, seq } of channels) moves[`${name}@${channel}`] = seq;
    for await (const { version, manifest } of registry.history(model)) {
      const key = `${name}@${version}`;
      records[key] = key in records ? `${records[key]} ${manifest}` : manifest;
    }
  }
  return { records, moves };
}

/** The account's transactions in the blocks that are the chain now, oldest first. */
async function minedOf(rpc: JsonRpc, from: string, since: number): Promise<Mined[]> {
  const number = readQuantity(await rpc.call('eth_blockNumber', []), 'the number of a block');
  const found: Mined[] = [];
  for (let block = since; block <= number; block += 1) {
    const { transactions } = Object(await rpc.call('eth_getBlockByNumber', [quantityText(block), true]));
    if (transactions === undefined) throw new Error(`the chain has block ${number} and lacks block ${block}`);
    for (const one of transactions) {
      if (String(one.from).toLowerCase() === from) found.push({ hash: one.hash, input: one.input });
    }
  }
  return found;
}
