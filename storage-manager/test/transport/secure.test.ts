import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HttpClient } from '../../src/transport/client.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';

const GET = { method: 'GET', path: '/x', what: 'block x' } as const;
const body = Buffer.alloc(1 << 20, 'a block');
const openssl = spawnSync('openssl', ['version']).status === 0;

/** A certificate that nobody but itself vouches for. */
function certificate(folder: string, name: string, days: string): { key: string; cert: string } {
  const [key, cert] = ['key', 'cert'].map((part) => join(folder, `${name}-${part}.pem`)) as [string, string];
  const what = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...[...what, '-days', days, '-keyout', key, '-out', cert],
  ]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

describe.skipIf(!openssl)('over TLS', () => {
  const trusted = getCACertificates();
  let folder: string;
  let mine: { key: string; cert: string };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-tls-'));
    mine = certificate(folder, 'localhost', '2');
  });
  afterAll(() => {
    setDefaultCACertificates(trusted);
    rmSync(folder, { recursive: true });
  });

  async function ask(server: { key: string; cert: string }, host = 'localhost'): Promise<Buffer> {
    const https = createServer(server, (_request, response) => response.end(body));
    await new Promise<void>((listening) => https.listen(0, '127.0.0.1', listening));
    const { port } = https.address() as AddressInfo;
    const client = new HttpClient(parseEndpoint(`https://${host}:${port}`, 'peer'), { connections: 1 });
    try {
      const into = new Uint8Array(new SharedArrayBuffer(2 << 20));
      const { length } = await client.receive(GET, into);
      return Buffer.from(into.subarray(0, length));
    } finally {
      client.close();
      https.close();
    }
  }

  test('a body comes whole from whoever an authority vouches for', async () => {
    setDefaultCACertificates([...trusted, mine.cert]);
    expect(Buffer.compare(await ask(mine), body)).toBe(0);
  });

  test('A24: a certificate that nobody vouches for is refused', async () => {
    setDefaultCACertificates(trusted);
    await expect(ask(mine)).rejects.toThrow('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('A24: a certificate of another name is refused', async () => {
    const other = certificate(folder, 'other.example', '2');
    setDefaultCACertificates([...trusted, other.cert]);
    await expect(ask(other)).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('A24: an address is not the name that a certificate is for', async () => {
    setDefaultCACertificates([...trusted, mine.cert]);
    await expect(ask(mine, '127.0.0.1')).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
