/** What every reader must refuse; `test/spec/` holds the second implementation to the same list. */
import { expect, test } from 'vitest';
import { readRelease } from '../../src/format/release.ts';
import { digestOf } from '../../src/ids/digest.ts';
import vectors from '../../vectors/refused.json' with { type: 'json' };

interface Refused {
  readonly name: string;
  readonly code: string;
  readonly manifest: string;
  readonly blocks?: readonly string[];
}

function read(manifest: string, others: readonly string[]) {
  const bytes = [manifest, ...others].map((hex) => Buffer.from(hex, 'hex'));
  const blocks = new Map(bytes.map((block) => [digestOf(block), block]));
  return readRelease(digestOf(bytes[0]!), async (digest) => blocks.get(digest)!);
}

test('the right one is read', async () => {
  const [manifest = '', ...others] = vectors.read;
  expect((await read(manifest, others)).manifest.files).toHaveLength(3);
});

test.each<Refused>(vectors.refused)(
  'B14: $name is refused as $code',
  async ({ manifest, blocks = [], code }) => {
    await expect(read(manifest, [...vectors.read, ...blocks])).rejects.toMatchObject({ code });
  },
);
