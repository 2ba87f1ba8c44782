/** A node that answers nonsense, or denies what stands there: it is named as what fails, and nothing is sent. */
import { expect, it } from 'vitest';
import { checkRegistry } from '../../src/deploy/check.ts';
import { deployRegistry } from '../../src/deploy/deploy.ts';
import { BallastError } from '../../src/errors.ts';
import { type Evil, startEvilRpc } from '../registries/evil-rpc.ts';
import { startBareChain, temporaryFolder } from './bare-chain.ts';

/** Of whom no registry stands. */
const NEW_ADMIN = `0x${'a3'.repeat(20)}`;
const ZEROS = `0x${'00'.repeat(32)}`;
const NONSENSE = [null, 'x', '0x', '0x12', ZEROS, {}];
const TOLD = [
  ...['CHAIN_MISMATCH', 'CHAIN_UNREACHABLE', 'CONTRACT_MISMATCH', 'COST_DECLINED', 'FUNDS_INSUFFICIENT'],
  'done',
];

/** A chain with a registry whose administrators are set up. */
async function open() {
  const chain = await startBareChain(31337);
  const { key, address: admin } = await chain.newKey();
  const configOf = (rpcUrl: string) => ({ blockchain: { rpcUrl, privateKey: key } });
  const folder = await temporaryFolder();
  const { address } = await deployRegistry(configOf(chain.url), { folder, admin });
  /** What a check, a deployment that has nothing to do, and a new one come to behind such a proxy. */
  const outcomes = async (evil: Evil) => {
    const { url, calls } = await startEvilRpc(chain.url, evil);
    const config = configOf(url);
    const jobs = [
      checkRegistry(config, { address }),
      deployRegistry(config, { folder, admin }),
      deployRegistry(config, { folder: `${folder}/new`, admin: NEW_ADMIN, confirm: () => false }),
    ];
    const ends = (await Promise.allSettled(jobs)).map((end) => {
      if (end.status === 'fulfilled') return 'done';
      expect(end.reason).toBeInstanceOf(BallastError);
      return (end.reason as BallastError).code;
    });
    for (const end of ends) expect(TOLD).toContain(end);
    expect(calls.eth_sendRawTransaction).toBeUndefined();
    return { ends, calls };
  };
  return { address, outcomes };
}

const answering =
  (result: unknown, wrong: (method: string, call: object) => boolean): Evil =>
  ({ id, method, params, response }) => {
    if (!wrong(method, Object(params[0]))) return false;
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    return true;
  };

it.each([
  ['eth_chainId', 'nothing goes on'],
  ['eth_getBlockByNumber', 'nothing goes on'],
  ['eth_call', 'nothing goes on'],
  ['eth_getLogs', 'a check says less'],
  ['eth_getTransactionCount', 'a check goes on'],
  ['eth_getBalance', 'a check goes on'],
  ['eth_estimateGas', 'a check goes on'],
  ['eth_feeHistory', 'another price is asked for'],
])('nonsense of %s is no defect: %s', async (method, consequence) => {
  const { outcomes } = await open();
  for (const nonsense of NONSENSE) {
    const { ends, calls } = await outcomes(answering(nonsense, (asked) => asked === method));
    expect(calls[method]).toBeGreaterThan(0);
    expect(ends[0] === 'done').toBe(consequence !== 'nothing goes on');
  }
});

it('nonsense of one contract is no proof of it', async () => {
  const { outcomes } = await open();
  for (const nonsense of NONSENSE) {
    const { ends } = await outcomes(
      answering(nonsense, (method, call) => method === 'eth_call' && 'to' in call),
    );
    expect(ends[0]).not.toBe('done');
  }
});

/** Puts a word of its own into what a probe returns: a foreign block number, the chain's id, the hash of each code. */
const probing =
  (place: number, word: string, code = ''): Evil =>
  async ({ method, params, forward, response }) => {
    const { to, data } = Object(params[0]);
    if (method !== 'eth_call' || to !== undefined || !data.includes(code)) return false;
    const answer = JSON.parse(await forward());
    const words = answer.result.slice(2).match(/.{64}/g);
    words[place] = word.slice(2);
    response.end(JSON.stringify({ ...answer, result: `0x${words.join('')}` }));
    return true;
  };

it('spends nothing where the node denies what stands there', async () => {
  const { address, outcomes } = await open();
  const { ends } = await outcomes(probing(2, ZEROS, `73${address.slice(2)}3f`));
  expect(ends).toEqual(['CONTRACT_MISMATCH', 'CHAIN_UNREACHABLE', 'COST_DECLINED']);
});

it('refuses a chain whose contracts see the block numbers of another, as on Arbitrum', async () => {
  const { outcomes } = await open();
  const { ends } = await outcomes(probing(0, `0x${'1312d00'.padStart(64, '0')}`));
  expect(ends).toEqual(['CHAIN_MISMATCH', 'CHAIN_MISMATCH', 'CHAIN_MISMATCH']);
});
