import { AbiCoder, dataSlice, encodeBytes32String, id, keccak256 } from 'ethers';

const coder = AbiCoder.defaultAbiCoder();
const OWNER = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';

/** The id of a namespace: an address itself, or the first 20 bytes of the hash of a label. */
export function namespaceId(namespace: string): string {
  return namespace.length === 42 ? namespace : dataSlice(id(namespace), 0, 20);
}

/** The id of a model, whether it exists or not. */
export function modelId(namespace: string, name: string): string {
  return keccak256(coder.encode(['bytes20', 'string'], [namespaceId(namespace), name]));
}

/** A version or a channel as the registry takes it: padded with zeros on the right. */
export function label(text: string): string {
  return text.length === 32 ? `0x${Buffer.from(text).toString('hex')}` : encodeBytes32String(text);
}

/** The id of a release, whether it exists or not. */
export function releaseId(model: string, version: string): string {
  return keccak256(coder.encode(['bytes32', 'bytes32'], [model, label(version)]));
}

/** What `commitNamespace` takes. */
export function commitment(namespace: string, owner: string, salt: string): string {
  return keccak256(coder.encode(['string', 'address', 'bytes32'], [namespace, owner, salt]));
}

/** Texts and the ids that follow from them, up to the longest of each kind. */
export function ids() {
  const texts = [
    ['acme', 'llama-3-8b-instruct', '1.0.0'],
    [OWNER, 'qwen2.5_vl', '2024-06'],
    ['a', '0', '0'],
    ['a'.repeat(31), 'b'.repeat(64), '1'.repeat(32)],
  ] as const;
  return {
    releases: texts.map(([namespace, name, version]) => {
      const model = modelId(namespace, name);
      return {
        namespace,
        name,
        version,
        namespaceId: namespaceId(namespace),
        model,
        versionLabel: label(version),
        release: releaseId(model, version),
      };
    }),
    commitments: ['meta-llama', 'a', 'a'.repeat(31)].map((text) => {
      const salt = id(`salt of ${text}`);
      return { label: text, owner: OWNER, salt, commitment: commitment(text, OWNER, salt) };
    }),
  };
}
