import type { Chunker } from '../interfaces.ts';

/** Cuts every 1 MiB, whatever the bytes. */
export const fixedChunker: Chunker = {
  name: 'fixed-1m',
  async spans({ size }) {
    return size === 0 ? [] : [{ offset: 0, length: size, rule: 'fixed' }];
  },
};
