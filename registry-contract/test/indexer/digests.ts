import { Contract, type JsonRpcProvider } from 'ethers';
import { proofOf, rootOf } from '../../scripts/tree.ts';
import type { History } from './history.ts';
import { type Release, runKey, type State } from './state.ts';

const LOGGED = 0n;
const ROOT_ONLY = 1n;
const PER_SEGMENT = 1_024n;
const PER_PAGE = 512n;

/** The chunk digests of a release: of its segments from the log, of its pages from the code that the log names. */
async function digestsOf(state: State, release: Release, provider: JsonRpcProvider): Promise<Buffer[]> {
  const { mode, segmentRoots, chunkCount } = release;
  const unit = mode === LOGGED ? PER_SEGMENT : PER_PAGE;
  const runs = segmentRoots.map(async (root, i) => {
    const rest = chunkCount - BigInt(i) * unit;
    const key = runKey(root, rest < unit ? rest : unit);
    if (mode === LOGGED) return Buffer.from(state.digests.get(key)!.slice(2), 'hex');
    const code = await provider.getCode(state.pages.get(key)!);
    return Buffer.from(code.slice(4), 'hex');
  });
  const packed = Buffer.concat(await Promise.all(runs));
  return Array.from({ length: packed.length / 32 }, (_, i) => packed.subarray(i * 32, i * 32 + 32));
}

/** What the contract says of each release's first and last digest, as the index has it: its root, its proofs, its pages. */
export async function provenDigests(history: History, provider: JsonRpcProvider): Promise<boolean[]> {
  const contract = new Contract(history.registry, history.abi, provider);
  const state = history.follower.state();
  const releases = [...state.releases].filter(([, { mode }]) => mode !== ROOT_ONLY);
  const proven = releases.map(async ([id, release]) => {
    const digests = await digestsOf(state, release, provider);
    const ends = [0, digests.length - 1].map(async (index) => {
      const proof = proofOf(digests, index);
      const isChunk: boolean = await contract.verifyChunk!(id, index, digests[index], proof);
      if (release.mode === LOGGED) return isChunk;
      return isChunk && (await contract.chunkDigest!(id, index)) === `0x${digests[index]!.toString('hex')}`;
    });
    const root = `0x${rootOf(digests).toString('hex')}`;
    return [root === release.chunkRoot, ...(await Promise.all(ends))];
  });
  return (await Promise.all(proven)).flat();
}
