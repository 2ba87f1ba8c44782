import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Statement, StatementTerms } from '../../src/actions.ts';
import { TrustError } from '../../src/errors.ts';
import type { LockEntry } from '../../src/format/lockfile.ts';
import { statementPath, writeStatement } from '../../src/format/statement.ts';
import { LATEST, parseModelName, parseVersion } from '../../src/ids/reference.ts';
import type { RegistryReader, Release, Resolution, Trust } from '../../src/interfaces.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { signStatement, statementSigner } from '../../src/registries/ethereum/statements.ts';
import { MemoryRegistry } from '../../src/testing/memory/registry.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { chainTrust } from '../../src/trust/chain.ts';
import { ladder } from '../../src/trust/ladder.ts';
import { lockRung, obeyLock } from '../../src/trust/lock.ts';
import { Lockfile } from '../../src/trust/lockfile.ts';
import { Seen } from '../../src/trust/seen.ts';
import { statementRung } from '../../src/trust/statement.ts';
import { statementPlace } from '../../src/trust/statement-places.ts';

export const MODEL = parseModelName('acme/tiny');
export const VERSION = parseVersion('1');
export const EXACT = { kind: 'version', version: VERSION } as const;
export const CHANNEL = { kind: 'channel', channel: LATEST } as const;
export const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;

/** The keys of tests are no secrets. */
export const KEY = new Account(`0x${'11'.repeat(32)}`);
export const OTHER_KEY = new Account(`0x${'22'.repeat(32)}`);

/** A chain that can be cut off and can lie, and everything that stands below it. */
export class Scene {
  readonly folder: string;
  readonly memory = new MemoryRegistry();
  readonly registry: RegistryReader;
  readonly seen: Seen;
  readonly lock: Lockfile;
  readonly trust: Trust;
  /** What the chain says wrongly; `null`: it is out of reach. */
  lie: ((resolution: Resolution) => Partial<Resolution>) | null = () => ({});
  /** The chain stands still. */
  stale = false;
  genesis = `0x${'00'.repeat(32)}`;
  statementKey: string | null = KEY.address;
  /** Of this machine's clock. */
  passed = 0;

  constructor(folder: string, seen: Seen, { required = false, maxStaleDays = 7 } = {}) {
    this.folder = folder;
    this.seen = seen;
    const resolve: RegistryReader['resolve'] = async (model, selector, options) => {
      if (this.lie === null) throw silence('CHAIN_UNREACHABLE');
      if (this.stale && !options?.stale) throw silence('CHAIN_STALE');
      const { statementKey } = this;
      const resolution = { ...(await this.memory.resolve(model, selector)), statementKey };
      return { ...resolution, ...this.lie(resolution), ...(options?.stale && { finalBlock: 0 }) };
    };
    const genesis = async () => this.genesis;
    const more = { resolve, genesis, trust: 'chain', id: `eip155:31337/${this.memory.contract}` };
    this.registry = Object.assign(Object.create(this.memory), more);
    this.lock = new Lockfile(join(folder, 'models.lock'));
    const { registry, lock } = this;
    const held = { file: lock, required, registry, seen };
    const statements = statementRung({
      ...{ registry, seen, lock, maxStaleDays },
      places: [statementPlace(folder)],
      signerOf: async (statement) => statementSigner(statement),
      now: () => Date.now() + this.passed,
    });
    this.trust = obeyLock(
      ladder(chainTrust(registry, { seen }), [statements, lockRung(held)]),
      held,
      lockRung(held),
    );
  }

  /** The release as the chain has it. */
  async released(version = VERSION): Promise<Release> {
    return (await this.memory.resolve(MODEL, { kind: 'version', version })).release;
  }

  async terms(): Promise<StatementTerms> {
    const { model, version, manifest, chunkRoot, chunkCount, bytes } = await this.released();
    const issuedAt = Math.floor(Date.now() / 1000) - 60;
    return {
      ...{ chainId: 31_337, registry: this.memory.contract },
      release: { model, version, manifest, chunkRoot, chunkCount, bytes },
      ...{ issuedAt, expiresAt: issuedAt + 30 * DAY_SECONDS },
    };
  }

  /** A statement of the release, published beside the lock file, with some of it changed before it was signed. */
  async state(change: Partial<StatementTerms> = {}, key = KEY): Promise<Statement> {
    const statement = signStatement(key, { ...(await this.terms()), ...change });
    await this.place(writeStatement(statement));
    return statement;
  }

  /** Puts any text where the statement of the release belongs. */
  async place(text: string): Promise<void> {
    const path = join(this.folder, ...statementPath(MODEL, VERSION));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /** Locks the release, with some of the entry changed. */
  async lockIt(change: Partial<LockEntry> = {}): Promise<LockEntry> {
    const { model, version, manifest, chunkRoot, chunkCount, bytes } = await this.released();
    const entry: LockEntry = {
      reference: `${MODEL}@${VERSION}`,
      release: { model, version, manifest, chunkRoot, chunkCount, bytes },
      ...{ chainId: 31_337, genesis: this.genesis, registry: this.memory.contract },
      ...{ channelSeq: null, statementKey: null, status: 'active' },
      ...{ block: 1, time: new Date(Date.now() - DAY_MS) },
      ...change,
    };
    await this.lock.change((all) => [...all, entry], this.folder);
    return entry;
  }
}

/** With one release of one model, `latest` on it. */
export async function openScene(options?: ConstructorParameters<typeof Scene>[2]): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-ladder-'));
  const seen = await Seen.open(join(folder, 'seen.sqlite'));
  onTestFinished(async () => {
    seen.close();
    await rm(folder, { recursive: true });
  });
  const scene = new Scene(folder, seen, options);
  await scene.memory.publish(randomRequest(MODEL, VERSION, { channels: [LATEST] }));
  return scene;
}

function silence(code: 'CHAIN_UNREACHABLE' | 'CHAIN_STALE'): TrustError {
  return new TrustError(code, {
    should: 'the Ethereum RPC must answer',
    was: code === 'CHAIN_STALE' ? 'its newest block is old' : 'nobody listens there',
    next: 'start it',
  });
}
