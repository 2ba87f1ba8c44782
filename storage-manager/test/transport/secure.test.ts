import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { HttpClient } from '../../src/transport/client.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';

const GET = { method: 'GET', path: '/x', what: 'block x' } as const;
const body = Buffer.alloc(1 << 20, 'a block');
const openssl = spawnSync('openssl', ['version']).status === 0;

/** Those of a certificate authority that keeps no books. */
const AUTHORITY = `
[ca]
default_ca = own
[own]
database = index.txt
rand_serial = yes
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate that nobody but itself vouches for. @param from, to when it is valid, `YYYYMMDD` */
function certificate(folder: string, name: string, from = '20200101', to = '20990101'): Certificate {
  const openssl = (...args: readonly string[]) => {
    const made = spawnSync('openssl', args, { cwd: folder });
    if (made.status !== 0) throw new Error(made.stderr.toString());
  };
  writeFileSync(join(folder, 'authority.conf'), AUTHORITY);
  writeFileSync(join(folder, 'index.txt'), '');
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
  openssl(
    'req',
    '-new',
    ...ec,
    '-subj',
    `/CN=${name}`,
    '-addext',
    `subjectAltName=DNS:${name}`,
    '-out',
    'csr.pem',
  );
  const signed = ['-config', 'authority.conf', '-keyfile', 'key.pem', '-in', 'csr.pem', '-out', 'cert.pem'];
  openssl(
    'ca',
    '-selfsign',
    '-batch',
    '-notext',
    ...signed,
    '-startdate',
    `${from}000000Z`,
    '-enddate',
    `${to}000000Z`,
  );
  const [key, cert] = ['key.pem', 'cert.pem'].map((file) => readFileSync(join(folder, file), 'utf8'));
  return { key: key!, cert: cert! };
}

describe.skipIf(!openssl)('over TLS', () => {
  const trusted = getCACertificates();
  let folder: string;
  let mine: Certificate;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-tls-'));
    mine = certificate(folder, 'localhost');
  });
  afterAll(() => {
    setDefaultCACertificates(trusted);
    rmSync(folder, { recursive: true });
  });

  const gives: RequestListener = (_request, response) => response.end(body);

  async function ask(server: Certificate, host = 'localhost', answer = gives): Promise<Buffer> {
    const https = createServer(server, answer);
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
    const other = certificate(folder, 'other.example');
    setDefaultCACertificates([...trusted, other.cert]);
    await expect(ask(other)).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test.each([
    ['is over', '20200101', '20200201', 'CERT_HAS_EXPIRED'],
    ['has not begun', '20980101', '20990101', 'CERT_NOT_YET_VALID'],
  ])('A24: a certificate whose time %s is refused', async (_name, from, to, was) => {
    const other = certificate(folder, 'localhost', from, to);
    setDefaultCACertificates([...trusted, other.cert]);
    await expect(ask(other)).rejects.toThrow(was);
  });

  test('A24: nobody is led from https to http', async () => {
    setDefaultCACertificates([...trusted, mine.cert]);
    let reached = 0;
    const plain = createPlainServer(() => void reached++);
    await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void plain.close());
    const location = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/x`;
    const downgrade: RequestListener = (_request, response) => response.writeHead(302, { location }).end();
    await expect(ask(mine, 'localhost', downgrade)).rejects.toThrow('redirects are not followed');
    expect(reached).toBe(0);
  });

  test('A24: an address is not the name that a certificate is for', async () => {
    setDefaultCACertificates([...trusted, mine.cert]);
    await expect(ask(mine, '127.0.0.1')).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
