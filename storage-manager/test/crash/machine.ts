import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '../../src/engine/engine.ts';
import { Journal } from '../../src/engine/journal.ts';
import { type Digest, parseDigest } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import type { PublishReceipt, PublishRequest } from '../../src/interfaces.ts';
import { openRoute } from '../../src/sources/route.ts';
import { type DiskStore, openDiskStore } from '../../src/stores/disk/store.ts';
import { MemoryRegistry } from '../../src/testing/memory/registry.ts';
import { chainTrust } from '../../src/trust/chain.ts';
import { ladder } from '../../src/trust/ladder.ts';
import { Seen } from '../../src/trust/seen.ts';
import type { Ports } from '../../src/verbs/job/ports.ts';

/** Small, so that one publish fills several. */
const PACK_BYTES = 300_000;

/** Where all of one machine lies: the disk that fails, and what no fault of it touches. */
export interface Places {
  /** State folder, and what is retrieved. */
  readonly disk: string;
  /** What the chain has recorded, one line a call. */
  readonly chain: string;
}

/** What outlives the machine: each call that it answered is a line, and a new process reads them all. */
class OutsideChain extends MemoryRegistry {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = file;
  }

  async replay(): Promise<this> {
    if (!existsSync(this.#file)) return this;
    for (const line of readFileSync(this.#file, 'utf8').trimEnd().split('\n')) {
      const { digests, ...request } = JSON.parse(line) as PublishRequest & { digests: Digest[] };
      await super.publish({ ...request, digests: DigestList.of(digests.map(parseDigest)) });
    }
    return this;
  }

  override async publish(request: PublishRequest): Promise<PublishReceipt> {
    const receipt = await super.publish(request);
    appendFileSync(this.#file, `${JSON.stringify({ ...request, digests: [...request.digests] })}\n`);
    return receipt;
  }
}

export interface Machine extends Ports {
  readonly local: DiskStore;
  close(): Promise<void>;
}

/** The real thing, with the state of a person's home, and a registry that answers at once. */
export async function openMachine({ disk, chain }: Places): Promise<Machine> {
  const at = (name: string) => join(disk, name);
  const local = await openDiskStore(at('store'), { packBytes: PACK_BYTES });
  const journal = await Journal.open(at('journal.sqlite'));
  const seen = await Seen.open(at('seen.sqlite'));
  const registry = await new OutsideChain(chain).replay();
  const engine = openEngine({ slots: 16, workers: 1 });
  return {
    ...{ engine, journal, registry, local, stores: [local], sources: [], locks: at('locks') },
    trust: ladder(chainTrust(registry, { seen }), []),
    route: openRoute(engine, { near: [local], far: [] }),
    close: async () => {
      await engine.close();
      seen.close();
      journal.close();
      await local.close();
    },
  };
}
