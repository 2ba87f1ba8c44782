import type { HttpFault } from './fault.ts';
import type { Answer } from './inject.ts';
import { FaultServer, type Origin } from './server.ts';

/**
 * What a daemon does with the calls whose path begins so: goes wrong, or answers. Calls of the RPC are named without
 * `/api/v0/` (`block/get`, `pin/add`), those of the gateway as they are (`/ipfs/`).
 */
export type EvilCalls = Readonly<Record<string, HttpFault | Origin>>;

/** Kubo's RPC and gateway at one address, which do what somebody evil says; a call that is not named has an empty answer. */
export function openEvilKubo(calls: EvilCalls): Promise<FaultServer> {
  const callOf = (target: string) =>
    Object.entries(calls).find(([path]) => target.replace('/api/v0/', '').startsWith(path))?.[1];
  return FaultServer.start(
    (asked) => {
      const call = callOf(asked.target);
      return typeof call === 'function' ? call(asked) : said('');
    },
    {
      script: ({ target }) => {
        const call = callOf(target);
        return call === undefined || typeof call === 'function' ? null : call;
      },
    },
  );
}

/** An answer of the RPC. @param body JSON, or a line of it for each thing that is told; status 500 with a `Message`: an error */
export function said(body: string, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
}
