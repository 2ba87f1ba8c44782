import { decode } from '@ipld/dag-cbor';

/** What the formats of all versions begin with. */
const FORMATS = 'ballast/';

/** Whether a block of DAG-CBOR says that it is a manifest, of any version: others keep their own data in it, too. */
export function saysManifest(block: Uint8Array): boolean {
  try {
    const value: unknown = decode(block);
    const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : null;
    return typeof format === 'string' && format.startsWith(FORMATS);
  } catch {
    return false;
  }
}
