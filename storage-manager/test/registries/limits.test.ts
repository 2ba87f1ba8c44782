import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { Account } from '../../src/registries/ethereum/account.ts';
import { Chain } from '../../src/registries/ethereum/chain.ts';
import { encodeMulticall, encodeRecord } from '../../src/registries/ethereum/contract.ts';
import { Sender } from '../../src/registries/ethereum/send.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain } from '../../src/testing/nodes/anvil.ts';

test('what public pools would refuse for its size is neither logged nor sent', async () => {
  const chain = await startTestChain();
  onTestFinished(() => chain.close());
  const account = new Account(await chain.newKey());
  const sender = new Sender(new Chain({ ...chain, finality: 'latest' }), account, {
    confirmations: 1,
    pendingMs: 60_000,
  });
  const segment = () => encodeRecord('recordSegment', randomBytes(1_024 * 32));
  const together = (count: number) => encodeMulticall(Array.from({ length: count }, segment));
  const log = memoryLog();
  await expect(sender.run([() => together(4)], log, {})).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    exit: 7,
  });
  expect(log.entries).toEqual([]);
  expect(await sender.run([() => together(3)], log, {})).toHaveLength(1);
});
