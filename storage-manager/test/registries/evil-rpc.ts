import { onTestFinished } from 'vitest';
import { type Evil, type EvilRpc, openEvilRpc } from '../../src/testing/faults/evil-rpc.ts';

export { type Evil, instead } from '../../src/testing/faults/evil-rpc.ts';

/** A proxy before a real node, which does what `evil` says; closed when the test is over. */
export async function startEvilRpc(target: string, evil: Evil): Promise<EvilRpc> {
  const rpc = await openEvilRpc(target, evil);
  onTestFinished(() => rpc.close());
  return rpc;
}
