import type { ChunkSource } from '../interfaces.ts';
import { isAboutThisSource } from './attempts.ts';

/** What one source did in one job. */
export interface SourceRecord {
  readonly name: string;
  /** Bytes of the blocks that it carried, each proven. */
  readonly bytes: number;
  /** Blocks that it sent with other bytes, or too long. */
  readonly wrong: number;
  /** Blocks that it could not be asked for, or did not bring in time. */
  readonly unreachable: number;
  /** Blocks that it was asked for first and another source brought sooner. */
  readonly overtaken: number;
  /** It sent wrong bytes and was not asked again. */
  readonly barred: boolean;
}

/** Who carried how much in one job, and who failed how often. */
export class Ledger {
  readonly #records = new Map<string, { -readonly [K in keyof SourceRecord]: SourceRecord[K] }>();

  /** Counts what the source does from now on. */
  watch(source: ChunkSource): ChunkSource {
    const { name } = source;
    const record = { name, bytes: 0, wrong: 0, unreachable: 0, overtaken: 0, barred: false };
    this.#records.set(name, record);
    return {
      name,
      has: (digests, options) => source.has(digests, options),
      async read(digests, into, options) {
        try {
          const lengths = await source.read(digests, into, options);
          for (const length of lengths) record.bytes += length;
          return lengths;
        } catch (error) {
          if (!options?.signal?.aborted && isAboutThisSource(error)) {
            if (error.kind === 'corrupt') record.wrong += 1;
            if (error.kind === 'unavailable') record.unreachable += 1;
          }
          throw error;
        }
      },
    };
  }

  overtake(name: string): void {
    const record = this.#records.get(name);
    if (record !== undefined) record.overtaken += 1;
  }

  bar(name: string): void {
    const record = this.#records.get(name);
    if (record !== undefined) record.barred = true;
  }

  /**
   * Each source as it stands now, in the order in which they were watched.
   * @param earlier records whose bytes do not count again
   */
  records(earlier: readonly SourceRecord[] = []): readonly SourceRecord[] {
    const before = new Map(earlier.map(({ name, bytes }) => [name, bytes]));
    return [...this.#records.values()].map((record) => ({
      ...record,
      bytes: record.bytes - (before.get(record.name) ?? 0),
    }));
  }
}
