/** Endpoints that misbehave at random, call by call. `BALLAST_DEEP` runs many more; a seed that fails fails again. */
import { expect, test } from 'vitest';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import type { Evil } from './evil-rpc.ts';
import { honest, oneRelease, openBehind, resolveLatest } from './three-endpoints.ts';

const subject = oneRelease();
const RUNS = process.env.BALLAST_DEEP ? 1_000 : 20;
const hex = (seeded: Seeded, bytes: number) => Buffer.from(seeded.bytes(bytes)).toString('hex');

/** Ways to change an answer; `JSON.parse(await forward())` is what the chain says. */
const CHANGES: readonly ((answer: Record<string, unknown>, seeded: Seeded) => unknown)[] = [
  ({ id }, seeded) => ({ jsonrpc: '2.0', id, result: `0x${hex(seeded, 32)}` }),
  ({ id }) => ({ jsonrpc: '2.0', id, result: null }),
  ({ id }, seeded) => ({ jsonrpc: '2.0', id, result: { hash: hex(seeded, 32), number: '0x1' } }),
  ({ id }) => ({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'header not found' } }),
  ({ id }) => ({ jsonrpc: '2.0', id, error: { code: -32_005, message: 'limit reached' } }),
  ({ id }, seeded) => ({
    ...{ jsonrpc: '2.0', id },
    error: { code: 3, message: 'execution reverted', data: `0x${hex(seeded, 36)}` },
  }),
  (answer, seeded) => ({ ...answer, id: seeded.below(1_000) }),
  () => 'nonsense',
  ({ result, ...answer }, seeded) => ({ ...answer, result: flipped(result, seeded) }),
  ({ result, ...answer }, seeded) => ({ ...answer, result: flipped(result, seeded) }),
];

/** One digit of a text, or of one field of a block, is another. */
function flipped(result: unknown, seeded: Seeded): unknown {
  if (typeof result === 'string') {
    const at = 2 + seeded.below(Math.max(1, result.length - 2));
    return result.slice(0, at) + seeded.below(16).toString(16) + result.slice(at + 1);
  }
  const field = seeded.pick(['number', 'hash', 'timestamp', 'baseFeePerGas']);
  return { ...Object(result), [field]: flipped(String(Object(result)[field]), seeded) };
}

function erratic(seeded: Seeded): Evil {
  return async ({ forward, response }) => {
    if (seeded.chance(0.3)) return false;
    if (seeded.chance(0.1)) return Boolean(response.destroy());
    const answer = seeded.pick(CHANGES)(JSON.parse(await forward()), seeded);
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    return true;
  };
}

/** Three questions behind such endpoints: what each came to. */
async function ask(evils: readonly Evil[]) {
  const { registry } = await openBehind(subject, evils);
  const ends = [];
  for (let question = 0; question < 3; question += 1)
    ends.push(await resolveLatest(registry, subject).catch((error) => error));
  await registry.close();
  return ends;
}

test(
  'D6: one of three is erratic: what was registered is found, always',
  async () => {
    const [{ release, channel, changedBlock, asOf }] = await ask([honest]);
    for (let seed = 0; seed < RUNS; seed += 1) {
      const evils = [honest, honest].toSpliced(seed % 3, 0, erratic(Seeded.of('one', seed)));
      for (const found of await ask(evils))
        expect(found, `seed ${seed}`).toMatchObject({ release, channel, changedBlock, asOf });
    }
  },
  RUNS * 2_000,
);

test(
  'D6: two of three are erratic, each in its own way: what was registered, or exit 6, and nothing else',
  async () => {
    const [{ release, channel, changedBlock, asOf }] = await ask([honest]);
    for (let seed = 0; seed < RUNS / 3; seed += 1) {
      const [one, two] = [erratic(Seeded.of('first', seed)), erratic(Seeded.of('second', seed))];
      for (const found of await ask([one, honest, two]))
        if (found instanceof Error) expect(found, `seed ${seed}`).toMatchObject({ exit: 6 });
        else expect(found, `seed ${seed}`).toMatchObject({ release, channel, changedBlock, asOf });
    }
  },
  RUNS * 10_000,
);
