/** `node gateway-process.ts STORE PORT`: a trustless gateway over a local store, until it is killed. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CID } from 'multiformats/cid';
import { digestOfCid } from '../../src/ids/cid.ts';
import { SLOT_BYTES } from '../../src/limits.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';

const [folder = '', port = '0'] = process.argv.slice(2);
const store = await openDiskStore(folder);
const server = createServer(async (request, response) => {
  const [, cid = ''] = /^\/ipfs\/(\w+)/.exec(request.url ?? '') ?? [];
  const into = new Uint8Array(SLOT_BYTES);
  const [length] = await store.read([digestOfCid(CID.parse(cid))], [into]);
  response.end(into.subarray(0, length));
});
server.listen(Number(port), '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
