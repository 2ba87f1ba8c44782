import { Interface, id, TypedDataEncoder, type TypedDataField, Wallet } from 'ethers';
import { abi } from '../src/index.ts';
import { label, modelId, releaseId } from './ids.ts';
import { digestAt, digests, hex, rootOf } from './tree.ts';

type Message = Readonly<Record<string, unknown>>;

/** `name type, name type …` as EIP-712 fields. */
const fields = (text: string): TypedDataField[] =>
  text.split(', ').map((field) => {
    const [type, name] = field.split(' ');
    return { type: type!, name: name! };
  });

/** The types that accounts sign for the registry; each ends with the nonce and the deadline. */
const TYPES = {
  Publish:
    'string namespace, string name, string version, bytes32 manifestDigest, bytes32 chunkRoot, uint64 chunkCount, uint64 byteCount, uint8 mode, uint64 homeChainId, bytes32 base, bytes32[] segmentRoots',
  SetStatus:
    'bytes32 model, bytes32 version, uint8 from, uint8 to, uint64 seq, uint8 reason, bytes32 reportDigest',
  SetChannel: 'bytes32 model, bytes32 channel, bytes32 version, uint64 seq',
  Attest: 'bytes32 release, uint32 checked, uint32 ok, bool full, uint64 asOf, bytes32 reportDigest',
  Grant: 'bytes20 namespace, bytes32 model, address account, uint32 roles, uint64 expiresAt, uint64 seq',
} as const;

/** The EIP-712 types of a signed action. */
export const typesOf = (action: keyof typeof TYPES): Record<string, TypedDataField[]> => ({
  [action]: fields(`${TYPES[action]}, uint256 nonce, uint256 deadline`),
});

const STATEMENT =
  'uint256 chainId, address registry, string namespace, string model, string version, bytes32 manifestDigest, bytes32 chunkRoot, uint64 chunkCount, uint64 bytes, uint64 issuedAt, uint64 expiresAt';

/** A key for vectors alone. */
const wallet = new Wallet(id('Ballast vectors'));
const chainId = 10;
const registry = '0x00000000000000000000000000000000BA11A570';
const namespace = wallet.address.toLowerCase();
const model = modelId(namespace, 'llama');

/** Digests 0 to 1,024, in two segments. */
const release = {
  manifestDigest: hex(digestAt(2_000)),
  chunkRoot: hex(rootOf(digests(1_025))),
  chunkCount: 1_025,
  byteCount: 1_074_000_000,
};
const segmentRoots = [hex(rootOf(digests(1_024))), hex(digestAt(1_024))];
const deadline = 2_000_000_000;

const MESSAGES: Readonly<Record<keyof typeof TYPES, Message>> = {
  Publish: {
    ...{ namespace, name: 'llama', version: '1.0.0', ...release },
    ...{ mode: 0, homeChainId: chainId, base: `0x${'0'.repeat(64)}`, segmentRoots },
  },
  SetStatus: {
    ...{ model, version: label('1.0.0'), from: 0, to: 1, seq: 0 },
    ...{ reason: 1, reportDigest: hex(digestAt(2_001)) },
  },
  SetChannel: { model, channel: label('latest'), version: label('1.0.0'), seq: 0 },
  Attest: {
    ...{ release: releaseId(model, '1.0.0'), checked: 1_025, ok: 1_024, full: true, asOf: 7 },
    reportDigest: hex(digestAt(2_002)),
  },
  Grant: { namespace, model, account: registry, roles: 5, expiresAt: deadline, seq: 0 },
};

/** One signed action of each type, in an order in which a new registry with the segments takes them, and one release statement. */
export function typedData() {
  const actions = Object.keys(TYPES) as (keyof typeof TYPES)[];
  return {
    chainId,
    registry,
    signer: wallet.address,
    actions: actions.map((type, lane) => {
      const authorization = { nonce: `0x${(BigInt(lane) << 64n).toString(16)}`, deadline };
      return { type, ...signed(type, MESSAGES[type], authorization) };
    }),
    statement: statement(),
  };
}

function signed(type: keyof typeof TYPES, action: Message, authorization: Message) {
  const domain = { name: 'Ballast', version: '1', chainId, verifyingContract: registry };
  const message = { ...action, ...authorization };
  const hash = TypedDataEncoder.hash(domain, typesOf(type), message);
  const signature = wallet.signingKey.sign(hash).serialized;
  const method = `${type[0]!.toLowerCase()}${type.slice(1)}BySig`;
  const by = { signer: wallet.address, ...authorization, signature };
  const call = new Interface(abi).encodeFunctionData(method, [action, by]);
  return { message, hash, signature, call };
}

function statement() {
  const { byteCount: bytes, ...digests } = release;
  const message = {
    ...{ chainId, registry, namespace, model: 'llama', version: '1.0.0', ...digests, bytes },
    ...{ issuedAt: 1_800_000_000, expiresAt: 1_807_776_000 },
  };
  const types = { Release: fields(STATEMENT) };
  const hash = TypedDataEncoder.hash({ name: 'Ballast', version: '1' }, types, message);
  return { message, hash, signature: wallet.signingKey.sign(hash).serialized };
}
