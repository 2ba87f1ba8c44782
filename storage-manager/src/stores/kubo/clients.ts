import { HttpClient } from '../../transport/client.ts';
import type { Deadlines } from '../../transport/deadlines.ts';
import { parseEndpoint } from '../../transport/endpoint.ts';
import { byAddress } from '../trustless.ts';

export interface KuboOptions {
  /** RPC of the operator's own daemon: `http://127.0.0.1:5001`. Credentials in the URL are sent as Basic. */
  readonly api: string;
  /** Gateway to read from, faster than the RPC: `http://127.0.0.1:8080`. Default: read by RPC. */
  readonly gateway?: string | undefined;
  /** Default `kubo`. */
  readonly name?: string | undefined;
  /** Each replaces every deadline of its kind. Default: `DEADLINES`, and more for calls that take their time. */
  readonly deadlines?: Partial<Deadlines> | undefined;
}

/** The ways into one node. */
export interface KuboClients {
  /** The store's name, for messages. */
  readonly name: string;
  readonly rpc: HttpClient;
  /** RPC again: an import holds its connection for as long as its publisher needs, so no call may queue behind it. */
  readonly imports: HttpClient;
  /** Trustless gateway (https://specs.ipfs.tech/http-gateways/trustless-gateway/); null: read by RPC. */
  readonly gateway: HttpClient | null;
}

/** Measured: two readers fill one gateway, more add little. */
const GATEWAY_CONNECTIONS = 4;
const RPC_CONNECTIONS = 8;

/** Opens no connection yet. @throws UsageError `CONFIG_INVALID` */
export function kuboClients({ api, gateway, name = 'kubo', deadlines }: KuboOptions): KuboClients {
  const endpoint = parseEndpoint(api, 'the Kubo API address');
  return {
    name,
    rpc: new HttpClient(endpoint, { connections: RPC_CONNECTIONS, deadlines }),
    imports: new HttpClient(endpoint, { connections: null, deadlines }),
    gateway:
      gateway === undefined
        ? null
        : new HttpClient(parseEndpoint(byAddress(gateway), 'the Kubo gateway address'), {
            connections: GATEWAY_CONNECTIONS,
            deadlines,
          }),
  };
}
