import { TrustError } from '../errors.ts';
import type { RegistryReader, Resolution } from '../interfaces.ts';

type Question = Parameters<RegistryReader['resolve']>;

/**
 * What the registry says. A chain that stands still vouches for nothing, and what it says against a release is heard all
 * the same: whoever holds it back, or a chain that stopped, must not make anybody use what it shows as withdrawn.
 * @param heed what such a chain said last
 * @throws what the registry throws; TrustError `CHAIN_STALE` also where its last word was heard
 */
export async function resolveHeeding(
  registry: Pick<RegistryReader, 'resolve'>,
  [model, selector, options]: Question,
  heed: (last: Resolution) => Promise<void>,
): Promise<Resolution> {
  try {
    return await registry.resolve(model, selector, options);
  } catch (error) {
    if (!(error instanceof TrustError) || error.code !== 'CHAIN_STALE') throw error;
    const last = await registry.resolve(model, selector, { ...options, stale: true }).catch(() => null);
    options?.signal?.throwIfAborted();
    if (last !== null) await heed(last);
    throw error;
  }
}
