import type { TypedDataField } from 'ethers';
import { accounts, wallets } from './universe.ts';
import { type Move, move, nonceOf, type World } from './world.ts';

const fields = (...texts: readonly string[]): TypedDataField[] =>
  [...texts, 'uint256 nonce', 'uint256 deadline'].map((text) => {
    const [type, name] = text.split(' ') as [string, string];
    return { type, name };
  });

/** What is signed for each action, as `ISignedActions` words it. */
const TYPES: Readonly<Record<string, readonly [name: string, fields: TypedDataField[]]>> = {
  publish: [
    'Publish',
    fields(
      'string namespace',
      'string name',
      'string version',
      'bytes32 manifestDigest',
      'bytes32 chunkRoot',
      'uint64 chunkCount',
      'uint64 byteCount',
      'uint8 mode',
      'uint64 homeChainId',
      'bytes32 base',
      'bytes32[] segmentRoots',
    ),
  ],
  setStatus: [
    'SetStatus',
    fields(
      'bytes32 model',
      'bytes32 version',
      'uint8 from',
      'uint8 to',
      'uint64 seq',
      'uint8 reason',
      'bytes32 reportDigest',
    ),
  ],
  setChannel: ['SetChannel', fields('bytes32 model', 'bytes32 channel', 'bytes32 version', 'uint64 seq')],
  attest: [
    'Attest',
    fields(
      'bytes32 release',
      'uint32 checked',
      'uint32 ok',
      'bool full',
      'uint64 asOf',
      'bytes32 reportDigest',
    ),
  ],
  grant: [
    'Grant',
    fields(
      'bytes20 namespace',
      'bytes32 model',
      'address account',
      'uint32 roles',
      'uint64 expiresAt',
      'uint64 seq',
    ),
  ],
};

/** The action by its actor, or signed by him and sent by somebody: half and half. */
export async function bySelfOrSigned(
  world: World,
  actor: string,
  action: string,
  value: Readonly<Record<string, unknown>>,
): Promise<Move> {
  const { random, chainId, registry } = world;
  if (random.chance(50)) return move(world, actor, action, [value]);
  const [name, types] = TYPES[action]!;
  const nonce = nonceOf(world, actor);
  const deadline = random.chance(95) ? 2 ** 40 : world.time;
  const domain = { name: 'Ballast', version: '1', chainId, verifyingContract: registry };
  const signer = random.chance(95) ? actor : random.pick(accounts);
  const wallet = wallets.find(({ address }) => address === signer)!;
  const signature = await wallet.signTypedData(domain, { [name]: types }, { ...value, nonce, deadline });
  return move(world, random.pick(accounts), `${action}BySig`, [
    value,
    { signer: actor, nonce, deadline, signature },
  ]);
}
