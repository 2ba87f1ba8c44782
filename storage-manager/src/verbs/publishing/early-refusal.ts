import { randomBytes } from 'node:crypto';
import { digestFromBytes } from '../../ids/digest.ts';
import { DigestList } from '../../ids/digest-list.ts';
import { parseVersion } from '../../ids/reference.ts';
import type { CallOptions, Registry } from '../../interfaces.ts';
import type { PublishJob } from './job.ts';

/**
 * What would refuse the first release of a model in the end, a missing right or a paused registry, is told before hours of
 * cutting and sending: by the price of a release that is never made. Of a model that has releases nothing is asked: whoever
 * may not publish may store one of them again, which repairs.
 * @param job its model is canonical
 * @throws TransactionError `NOT_OWNER`, `REGISTRY_PAUSED`
 */
export async function refuseEarly(
  registry: Registry,
  { model, channels }: PublishJob,
  options: CallOptions,
): Promise<void> {
  if ((await registry.model(model, options)) !== null) return;
  const [manifest, chunkRoot] = [randomDigest(), randomDigest()];
  const digests = new DigestList();
  digests.push(chunkRoot);
  const version = parseVersion('1');
  await registry.quote(
    { model, version, manifest, chunkRoot, digests, bytes: 1, mode: 'logged', channels },
    options,
  );
}

const randomDigest = () => digestFromBytes(randomBytes(32));
