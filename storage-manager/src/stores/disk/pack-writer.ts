import { DIRECT_FROM_BYTES, PAGE_BYTES } from '../../fs/direct.ts';
import { DirectOutput } from '../../fs/direct-output.ts';
import { fileSystemError } from '../../fs/errors.ts';
import type { Digest } from '../../ids/digest.ts';
import type { Block } from '../../interfaces.ts';
import { type Extent, encodeTable, RECORD_BYTES } from './table.ts';

/** Appends blocks to a file that nobody else looks at yet. Any number of appends may be in flight. */
export class PackWriter {
  readonly file: string;
  readonly #output: DirectOutput;
  readonly #extents = new Map<Digest, Extent>();
  readonly #writing = new Set<Promise<void>>();
  #end = 0;
  #finished: Promise<Uint8Array> | null = null;

  private constructor(file: string, output: DirectOutput) {
    this.file = file;
    this.#output = output;
  }

  /** @param file must not exist yet */
  static async create(file: string): Promise<PackWriter> {
    try {
      return new PackWriter(file, await DirectOutput.create(file));
    } catch (error) {
      throw fileSystemError(error, file);
    }
  }

  /** Bytes that are taken, in flight ones too. */
  get bytes(): number {
    return this.#end;
  }

  get count(): number {
    return this.#extents.size;
  }

  has(digest: Digest): boolean {
    return this.#extents.has(digest);
  }

  /** Takes the block's place at once and resolves when its bytes are written; a failed one leaves a hole. */
  async append(block: Block): Promise<void> {
    const writing = this.#write(block, this.#reserve(block.bytes.byteLength));
    this.#writing.add(writing);
    try {
      await writing;
    } catch (error) {
      throw fileSystemError(error, this.file);
    } finally {
      this.#writing.delete(writing);
    }
  }

  /**
   * Ends the pack with its table and makes it durable. Once: what a failed sync has lost the next one would call
   * durable (fsync(2)). @returns the table
   */
  finish(): Promise<Uint8Array> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  /** Ends the writing; the file stays until its claim is released. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#writing);
    await this.#output.close();
  }

  async #finish(): Promise<Uint8Array> {
    try {
      await Promise.allSettled(this.#writing);
      const table = encodeTable([...this.#extents].map(([digest, extent]) => ({ digest, ...extent })));
      await this.#output.write(table, align(this.#end, RECORD_BYTES));
      await this.#output.makeDurable();
      await this.#output.close();
      return table;
    } catch (error) {
      throw fileSystemError(error, this.file);
    }
  }

  async #write({ digest, bytes }: Block, offset: number): Promise<void> {
    await this.#output.write(bytes, offset);
    this.#extents.set(digest, { offset, length: bytes.byteLength });
  }

  /** Blocks that direct I/O reaches begin at a page; smaller ones lie side by side. */
  #reserve(length: number): number {
    const offset = length < DIRECT_FROM_BYTES ? this.#end : align(this.#end, PAGE_BYTES);
    this.#end = offset + length;
    return offset;
  }
}

function align(offset: number, unit: number): number {
  return Math.ceil(offset / unit) * unit;
}
