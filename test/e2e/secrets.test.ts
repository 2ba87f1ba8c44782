/**
 * The command line with secrets in every setting, against peers that quote them, at debug level: none is printed, none lies in
 * a file that it wrote.
 */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canary,
  FaultServer,
  secretsBelow,
  secretsIn,
  writeTree,
} from '@ballast-models/storage-manager/testing';
import { expect, onTestFinished, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';

const CID = 'bafkreiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354';

/** Commands that need a peer, or a setting, and can't have what they need. */
const COMMANDS: readonly (readonly string[])[] = [
  ['store', 'model', 'acme/m'],
  ['retrieve', 'acme/m', 'out'],
  ['retrieve', '--cid', CID, 'out'],
  ['verify', 'acme/m'],
  ['info', 'acme/m'],
  ['list', '--all'],
  ['history', 'acme/m'],
  ['diff', 'acme/m@1', 'acme/m@2'],
  ['namespace', 'create', 'acme'],
  ['registry', 'check'],
  ['config', 'show'],
  ['doctor'],
];

test('P19: no secret of a setting is printed or written, whoever quotes it', async () => {
  const secrets = {
    user: canary(),
    password: canary(),
    path: canary(),
    query: canary(),
    key: randomBytes(32).toString('hex'),
  };
  const quoting = await FaultServer.start(async ({ target, headers, body }) => {
    const { authorization = '' } = headers;
    const quote = `${target} ${authorization} ${atob(String(authorization).slice('Basic '.length))} ${await body()}`;
    const said = JSON.stringify({
      id: 1,
      Message: quote,
      error: { code: -32000, message: quote, data: quote },
    });
    // A block that is wrong: a gateway that can't be reached is asked again for half a minute.
    return { status: target.includes('/ipfs/') ? 200 : 401, headers: {}, body: Buffer.from(said) };
  });
  onTestFinished(() => quoting.close());
  const withUser = quoting.url.replace('//', `//${secrets.user}:${secrets.password}@`);
  const settings = {
    DEBUG: '1',
    ETH_NODE_URL: `${withUser}/v3/${secrets.path}?token=${secrets.query}`,
    CONTRACT_ADDRESS: `0x${'c0'.repeat(20)}`,
    ETH_PRIVATE_KEY_FILE: 'key.hex',
    BALLAST_GATEWAYS: `${withUser}/${secrets.path}`,
    BALLAST_FLEET: `${withUser}/${secrets.path}`,
    BALLAST_KUBO_API: quoting.url,
    BALLAST_KUBO_GATEWAY: `${withUser}/${secrets.path}`,
  };
  const run = async (command: readonly string[]) => {
    const folder = await temporaryFolder('secrets');
    await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(1_000) });
    await writeFile(join(folder, 'key.hex'), secrets.key, { mode: 0o600 });
    const { stdout, stderr, code } = await new Ballast(folder, settings).run(...command);
    const written = await secretsBelow(folder, secrets, [join(folder, 'key.hex')]);
    return {
      command,
      printed: secretsIn(stdout + stderr, secrets),
      written,
      silent: stdout + stderr === '',
      code,
    };
  };
  const commands = [
    ...COMMANDS,
    ...(process.env.BALLAST_DEEP ? COMMANDS.map((each) => [...each, '--json']) : []),
  ];
  const ended = await Promise.all(commands.map(run));
  for (const { command, code, ...found } of ended)
    expect({ command, ...found }).toEqual({ command, printed: [], written: [], silent: false });
  // Only what asks nobody can succeed.
  expect(ended.filter(({ code }) => code === 0).map(({ command }) => command[0])).toEqual(
    commands.map(([name]) => name).filter((name) => name === 'config'),
  );
  expect(secretsIn(JSON.stringify(quoting.seen), secrets).length).toBeGreaterThanOrEqual(4);
}, 180_000);
