import { lookAt } from '../../fs/look.ts';
import { Claims } from './claims.ts';
import { FOLDERS, placesIn } from './places.ts';
import { refuseForeign } from './tag.ts';

/**
 * How many bytes of blocks a cache holds, as its processes have counted them; a folder of blocks that none has written to
 * does not count. Null where there is no cache. Looks at no block.
 * @throws PolicyError `PATH_UNSAFE` where the folder is something else; what `Claims.open` throws
 */
export async function cacheBytes(folder: string): Promise<number | null> {
  await refuseForeign(folder);
  const { index } = placesIn(folder);
  if ((await lookAt(index)) === null) return null;
  const claims = await Claims.open(index);
  try {
    const counted = await claims.bytes(0, FOLDERS - 1);
    return [...counted.values()].reduce((sum, bytes) => sum + bytes, 0);
  } finally {
    claims.close();
  }
}
