import type { TransactionLog } from '../../interfaces.ts';

/** A transaction log that lives as long as the test. */
export function memoryLog(): TransactionLog & { readonly entries: string[] } {
  const entries: string[] = [];
  return { entries, all: async () => [...entries], append: async (raw) => void entries.push(raw) };
}
