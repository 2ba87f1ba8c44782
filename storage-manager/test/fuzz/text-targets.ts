/** What people write, and what is kept beside a project. */
import { parseConfig } from '../../src/config/file.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { UsageError } from '../../src/errors.ts';
import { parseLockfile, writeLockfile } from '../../src/format/lockfile.ts';
import { parseStatement, writeStatement } from '../../src/format/statement.ts';
import { cidText, DAG_PB, parseCid, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseSafePath } from '../../src/ids/path.ts';
import { parseNamespace, parseReference } from '../../src/ids/reference.ts';
import type { FuzzTarget } from '../../src/testing/fuzz/fuzz.ts';
import paths from '../../vectors/paths.json' with { type: 'json' };
import references from '../../vectors/references.json' with { type: 'json' };
import { LOCKFILE, STATEMENT } from './samples.ts';

const bytesOf = (texts: readonly string[]) => texts.map((text) => Buffer.from(text));
/** As a shell or a file hands it over. */
const textOf = (input: Uint8Array) => Buffer.from(input).toString('utf8');
const local = parseNamespace('local');

const CONFIG = {
  ipfs: { host: 'localhost', port: 5001, protocol: 'http', gateway: 'http://localhost:8080' },
  blockchain: { rpcUrl: 'http://localhost:8545', contractAddress: `0x${'11'.repeat(20)}`, chainId: 31337 },
  policy: { allow: { 'acme/old': ['pickle'] } },
  namespace: 'acme',
  stores: ['local', 'kubo'],
};

function readConfig(input: Uint8Array): boolean {
  settingsOf(parseConfig(jsonOf(textOf(input)), 'a file'), '/home');
  return true;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('CONFIG_INVALID', { should: 'it must be JSON', was: 'it is none', next: 'mend it' });
  }
}

export const TEXT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'CID',
    samples: bytesOf([
      cidText(digestOf(Uint8Array.of(1)), RAW),
      `/ipfs/${cidText(digestOf(Uint8Array.of(2)), DAG_PB)}`,
      'ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
      'f01551220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ]),
    words: bytesOf(['/ipfs/', 'ipns', 'bafy', 'Qm', 'z', 'f0155', 'https://', '\0', 'é']),
    parse: (input) => {
      const { digest, codec } = parseCid(textOf(input));
      if (parseCid(cidText(digest, codec)).digest !== digest)
        throw new Error('it is another when written again');
      return true;
    },
  },
  {
    name: 'reference',
    samples: bytesOf([...references.references.valid.map(({ text }) => text), 'llama', 'acme/llama@1.0.0']),
    words: bytesOf(['@', '@sha256:', '/', '..', 'latest', '0x', '\u202e', 'А', ' ', '\0']),
    parse: (input) => {
      const text = textOf(input);
      const { model, selector } = parseReference(text, local);
      if (!/^[a-z0-9-]+\/[a-z0-9._-]+$/.test(model) || selector.kind.length === 0)
        throw new Error('it is no name');
      return true;
    },
  },
  {
    name: 'path',
    samples: bytesOf([...paths.valid, ...paths.invalid]),
    words: bytesOf(['../', '..', '/', '\\', 'CON', ':', '\u202e', '\u0301', '.', ' ', '~']),
    parse: (input) => {
      const path = parseSafePath(textOf(input));
      if (new URL(path.replace(/[%#?]/g, '_'), 'file:///root/tree/').pathname.startsWith('/root/tree/'))
        return true;
      throw new Error('it leaves its folder');
    },
  },
  {
    name: 'config',
    samples: bytesOf([JSON.stringify(CONFIG), '{}', JSON.stringify({ blockchain: CONFIG.blockchain })]),
    words: bytesOf([
      '"__proto__":{}',
      'null',
      '[]',
      '{',
      '"privateKey":"0x1"',
      '-1',
      '1e400',
      'http://',
      '"stores"',
      '\\u0000',
    ]),
    parse: readConfig,
  },
  {
    name: 'lockfile',
    samples: bytesOf([LOCKFILE]),
    words: bytesOf([
      '"__proto__": {}',
      'null',
      '@sha256:',
      '1e3',
      '-0',
      '\\u001b',
      '"bytes": 9007199254740993',
      '\n',
    ]),
    parse: (input) => {
      const text = textOf(input);
      if (writeLockfile(parseLockfile(text, 'a file')) !== text)
        throw new Error('it is written again otherwise');
      return true;
    },
  },
  {
    name: 'statement',
    samples: bytesOf([STATEMENT]),
    words: bytesOf(['"__proto__": {}', 'null', '0x', '1e3', '-0', '\\u001b', 'ff', '\n']),
    parse: (input) => {
      const text = textOf(input);
      if (writeStatement(parseStatement(text, 'a file')) !== text)
        throw new Error('it is written again otherwise');
      return true;
    },
  },
];
