import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '../../engine/engine.ts';
import { Journal } from '../../engine/journal.ts';
import { cidText, RAW } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';
import { LATEST, parseModelName, parseReference } from '../../ids/reference.ts';
import type { CallOptions, ChunkSource, RepairableStore } from '../../interfaces.ts';
import type { SourceRecord } from '../../sources/ledger.ts';
import { openRoute } from '../../sources/route.ts';
import { chainTrust } from '../../trust/chain.ts';
import { ladder } from '../../trust/ladder.ts';
import { Seen } from '../../trust/seen.ts';
import { findRelease } from '../../verbs/fetch.ts';
import { bring } from '../../verbs/fetching/bring.ts';
import { parseSelection } from '../../verbs/fetching/selection.ts';
import type { Ports } from '../../verbs/job/ports.ts';
import { publish } from '../../verbs/publish.ts';
import { verify } from '../../verbs/verify.ts';
import { blockOrigin, blockTarget } from '../faults/block-origin.ts';
import { FaultServer } from '../faults/server.ts';
import { MemoryRegistry } from '../memory/registry.ts';
import { MemoryStore } from '../memory/store.ts';
import type { Seeded } from '../samples/seeded.ts';
import { treeDigests, writeTree } from '../samples/trees.ts';

/** What a scene is made of. */
export interface SceneOptions {
  /** Empty, and the scene's own. */
  readonly folder: string;
  /** How many servers carry the release. */
  readonly servers: number;
  /** Of the tree's bytes. */
  readonly random: Seeded;
}

const MODEL = parseModelName('acme/tiny');

/**
 * A release that was published honestly, an older version of it, and servers on loopback that carry the blocks of both and
 * do what their scripts say. Engine, verbs and sockets are the real ones; the registry is in memory.
 */
export class Scene {
  readonly #ports: Ports;
  readonly #close: () => Promise<void>;
  /** The blocks that every server carries. */
  readonly memory: MemoryStore;
  readonly servers: readonly FaultServer[];
  /** CID of the newer version's manifest. */
  readonly cid: string;
  /** Path → SHA-256 of each file of the release. */
  readonly tree: Readonly<Record<string, string>>;
  /** Under which each server has each block, those of the older version too. */
  readonly targets: readonly string[];
  /** The same of the chunks of the newer version. */
  readonly chunkTargets: ReadonlySet<string>;

  private constructor(
    parts: Pick<Scene, 'memory' | 'servers' | 'cid' | 'tree' | 'chunkTargets'> & {
      ports: Ports;
      close: () => Promise<void>;
    },
  ) {
    this.#ports = parts.ports;
    this.#close = parts.close;
    this.memory = parts.memory;
    this.servers = parts.servers;
    this.cid = parts.cid;
    this.tree = parts.tree;
    this.chunkTargets = parts.chunkTargets;
    this.targets = [...this.memory.blocks.keys()].map(targetOf);
  }

  static async open({ folder, servers: count, random }: SceneOptions): Promise<Scene> {
    const memory = new MemoryStore();
    const ports = await openPorts(folder, memory);
    const source = join(folder, 'source');
    const files = filesOf(random);
    for (const version of ['old', 'new']) {
      await writeTree(source, { ...files, 'version.txt': version });
      const meta = { name: 'Tiny', description: '', license: null, tags: [] };
      await publish(ports, { origin: source, model: MODEL, version: null, channels: [LATEST], meta });
    }
    const servers = await Promise.all(
      Array.from({ length: count }, () => FaultServer.start(blockOrigin(memory.blocks))),
    );
    const { cid, tree: content } = await findRelease(ports, parseReference(MODEL), parseSelection(), {});
    const chunks = Array.from({ length: content.chunks.count }, (_, index) => content.chunks.digestAt(index));
    const close = async () => {
      for (const server of servers) await server.close();
      await ports.close();
    };
    const tree = await treeDigests(source);
    return new Scene({
      ports,
      memory,
      servers,
      cid,
      tree,
      chunkTargets: new Set(chunks.map(targetOf)),
      close,
    });
  }

  /**
   * Fetches the newer version. @param way near: asked in their order, once each; far: all at once, and again
   * @returns what each source did
   */
  async fetch(
    way: 'near' | 'far',
    sources: readonly ChunkSource[],
    destination: string,
    options: CallOptions = {},
  ): Promise<readonly SourceRecord[]> {
    const route = openRoute(this.#ports.engine, { near: [], far: [], [way]: sources });
    const ports = { ...this.#ports, stores: [], sources, route };
    const { tree } = await findRelease(ports, parseReference(MODEL), parseSelection(), options);
    return (await bring(ports, tree, { destination }, options)).sources;
  }

  /** Whether every block of the newer version reads back right from this store, as `ballast verify` does it. */
  async verify(store: RepairableStore): Promise<boolean> {
    const route = openRoute(this.#ports.engine, { near: [store], far: [] });
    const ports = { ...this.#ports, stores: [store], route };
    return (await verify(ports, { reference: parseReference(MODEL) })).ok;
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function targetOf(digest: Digest): string {
  return blockTarget(cidText(digest, RAW));
}

async function openPorts(folder: string, memory: MemoryStore): Promise<Ports & { close(): Promise<void> }> {
  const locks = join(folder, 'locks');
  await mkdir(locks);
  const engine = openEngine({ slots: 8, workers: 2 });
  const journal = await Journal.open(join(folder, 'journal.sqlite'));
  const seen = await Seen.open(join(folder, 'seen.sqlite'));
  const registry = new MemoryRegistry();
  const close = async () => {
    journal.close();
    seen.close();
    await engine.close();
  };
  const trust = ladder(chainTrust(registry, { seen }), []);
  const route = openRoute(engine, { near: [memory], far: [] });
  return { engine, journal, registry, trust, stores: [memory], sources: [], route, locks, close };
}

/** Of no chunk, of one byte, of one chunk, of several. */
function filesOf(random: Seeded): Record<string, Uint8Array | string> {
  return {
    'config.json': '{"hidden_size": 8}',
    'empty.bin': '',
    'one.bin': 'x',
    'weights/part.bin': random.bytes(40_000),
    'weights/whole.bin': random.bytes(1_300_000),
  };
}
