import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { readTextFile } from '../fs/small-text.ts';
import type { Config } from './schema.ts';

/** Set and not empty: compose files and shells write empty variables where nothing is meant. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** At most one of them may be set, so that none is silently ignored. */
const PRIVATE_KEY_VARIABLES = ['PRIVATE_KEY', 'PRIVATE_KEY_FILE', 'ETH_PRIVATE_KEY', 'ETH_PRIVATE_KEY_FILE'];
const KEY_VARIABLES = [...PRIVATE_KEY_VARIABLES, 'ETH_KEYSTORE'];

/** Field → the variables that set it. */
export const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'ipfs.host': ['BALLAST_KUBO_API'],
  'ipfs.port': ['BALLAST_KUBO_API'],
  'ipfs.protocol': ['BALLAST_KUBO_API'],
  'ipfs.gateway': ['BALLAST_KUBO_GATEWAY'],
  'blockchain.rpcUrl': ['ETH_NODE_URL'],
  'blockchain.privateKey': PRIVATE_KEY_VARIABLES,
  'blockchain.keystore': ['ETH_KEYSTORE'],
  'blockchain.passwordFile': ['ETH_PASSWORD_FILE'],
  'blockchain.contractAddress': ['CONTRACT_ADDRESS'],
  gateways: ['BALLAST_GATEWAYS'],
  fleet: ['BALLAST_FLEET'],
  'cache.maxBytes': ['BALLAST_CACHE_MAX_BYTES'],
  'cache.folder': ['BALLAST_CACHE_FOLDER'],
};

/** One layer of the configuration, and for each of its fields the variable it came from. */
export interface EnvironmentLayer {
  readonly config: Config;
  readonly variables: ReadonlyMap<string, string>;
}

/** @throws UsageError `CONFIG_INVALID`; PolicyError `KEY_UNSAFE` where others can read a key file */
export async function readEnvironment(env: Environment, cwd: string): Promise<EnvironmentLayer> {
  const variables = new Map<string, string>();
  const take = (variable: string): string | undefined => {
    const value = env[variable] || undefined;
    if (value === undefined) return undefined;
    for (const [field, names] of Object.entries(VARIABLES))
      if (names.includes(variable)) variables.set(field, variable);
    return value;
  };
  const api = take('BALLAST_KUBO_API');
  const gateway = take('BALLAST_KUBO_GATEWAY');
  const rpcUrl = take('ETH_NODE_URL');
  const contractAddress = take('CONTRACT_ADDRESS');
  const gateways = take('BALLAST_GATEWAYS');
  const fleet = take('BALLAST_FLEET');
  const maxBytes = take('BALLAST_CACHE_MAX_BYTES');
  const cacheFolder = take('BALLAST_CACHE_FOLDER');
  const keyVariable = onlyOne(KEY_VARIABLES.filter((name) => env[name]));
  const keystore = take('ETH_KEYSTORE');
  const passwordFile = take('ETH_PASSWORD_FILE');
  const given = keyVariable === undefined || keystore !== undefined ? undefined : take(keyVariable);
  const privateKey =
    given !== undefined && keyVariable?.endsWith('_FILE') ? await readKeyFile(resolve(cwd, given)) : given;
  const ipfs = { ...(api && apiAddress(api)), ...(gateway && { gateway }) };
  const blockchain = {
    ...(rpcUrl && { rpcUrl: urlsIn(rpcUrl) }),
    ...(contractAddress && { contractAddress }),
    ...(privateKey !== undefined && { privateKey }),
    ...(keystore && { keystore: resolve(cwd, keystore) }),
    ...(passwordFile && { passwordFile: resolve(cwd, passwordFile) }),
  };
  const cache = {
    ...(maxBytes && { maxBytes: wholeNumber('BALLAST_CACHE_MAX_BYTES', maxBytes) }),
    ...(cacheFolder && { folder: resolve(cwd, cacheFolder) }),
  };
  return {
    config: {
      ...(gateways && { gateways: listed(gateways) }),
      ...(fleet && { fleet: listed(fleet) }),
      ...(Object.keys(cache).length > 0 && { cache }),
      ...(Object.keys(ipfs).length > 0 && { ipfs }),
      ...(Object.keys(blockchain).length > 0 && { blockchain }),
    },
    variables,
  };
}

/** One URL, or several with commas between them. */
function urlsIn(text: string): string | string[] {
  return text.includes(',') ? listed(text) : text;
}

/** What stands between commas. */
function listed(text: string): string[] {
  return text.split(',').flatMap((each) => each.trim() || []);
}

function wholeNumber(variable: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new UsageError('CONFIG_INVALID', {
    should: `${variable} must be a whole number`,
    was: 'it is not',
    next: `write it in digits alone, such as ${variable}=20000000000`,
  });
}

function onlyOne(set: readonly string[]): string | undefined {
  if (set.length <= 1) return set[0];
  throw new UsageError('CONFIG_INVALID', {
    should: 'one variable must name the private key',
    was: `${set.join(' and ')} are set`,
    next: `unset all of them but one`,
  });
}

/** `http://127.0.0.1:5001` as the fields of the `ipfs` block. */
function apiAddress(text: string): NonNullable<Config['ipfs']> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const protocol = url?.protocol.slice(0, -1);
  const bare = url !== null && ['', '/'].includes(url.pathname) && url.search === '' && url.username === '';
  if ((protocol !== 'http' && protocol !== 'https') || !bare) {
    throw new UsageError('CONFIG_INVALID', {
      should: 'BALLAST_KUBO_API must be the address of a Kubo node without path, user or query',
      was: 'it is not',
      next: 'set it like BALLAST_KUBO_API=http://127.0.0.1:5001',
    });
  }
  return { protocol, host: url.hostname, port: Number(url.port) || (protocol === 'https' ? 443 : 80) };
}

async function readKeyFile(path: string): Promise<string> {
  const file = await readTextFile(path);
  if (file === null) {
    throw new UsageError('CONFIG_INVALID', {
      should: `the key file ${path} must exist`,
      was: 'there is none',
      next: `write the key into it and run: chmod 600 ${path}`,
    });
  }
  await file.assertPrivate();
  return file.text.trim();
}
