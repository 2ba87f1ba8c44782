import { access, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BallastError, type ModelStorageManager, ResourceError } from '@ballast-models/storage-manager';
import { plural, sizeText } from '../output.ts';
import { redact, sayInstead } from '../redact.ts';
import type { Run } from '../session.ts';
import { compareFolders } from './compare.ts';
import { flipByte, readPart } from './damage.ts';
import { TENSORS, writeModel } from './model.ts';
import type { Steps } from './steps.ts';
import { writeVariant } from './variant.ts';

export const MODEL = 'demo';

export interface Tour extends Run {
  readonly steps: Steps;
  readonly storage: ModelStorageManager;
  /** Folder of all that the tour makes. */
  readonly folder: string;
  /** Its own chain and store, in that folder. */
  readonly home: string;
  /** The user's file or folder; undefined: a model is made. */
  readonly path: string | undefined;
  /** The command that deletes chain and store. */
  readonly deleteCommand: string;
}

/** Publish, fetch, damage, repair, by the public API alone. */
export async function takeTour(tour: Tour): Promise<void> {
  const work = join(tour.folder, 'work');
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true, mode: 0o700 });
  const base = tour.path === undefined ? join(work, 'base') : resolve(tour.path);
  const tuned = join(work, 'tuned');
  const fetched = join(work, 'fetched');
  try {
    await begin(tour);
    if (tour.path === undefined) await makeModels(tour, base, tuned);
    await publishBase(tour, base);
    if (tour.path !== undefined) await copyModel(tour, base, tuned);
    await publishTuned(tour, tuned);
    await fetchAndCompare(tour, tuned, fetched, 'retrieved');
    await damage(tour, fetched, join(work, 'refused'));
    await repair(tour, tuned);
    await fetchAndCompare(tour, tuned, join(work, 'again'), 'retrieved again');
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function begin({ steps, storage, engine, home, call, deleteCommand }: Tour): Promise<void> {
  await steps.run(async () => `Node ${process.versions.node} (${process.execPath})`);
  await steps.run(async () => {
    await engine.resetState(home, call);
    await storage.listModels(call);
    sayInstead(`${storage.ownNamespace}/`, 'local/');
    return `made a private chain and a store in ${home}`;
  });
  steps.detail(`this deletes both: ${deleteCommand}`);
}

async function makeModels({ steps }: Tour, base: string, tuned: string): Promise<void> {
  await steps.run(async () => {
    await writeModel(base, false);
    await writeModel(tuned, true);
    return `made a safetensors model of ${TENSORS} tensors (64 MiB), and a fine-tune with 5 % of them changed`;
  });
}

/** Of the user's own, once it was stored: what can't be is refused by then, as by any store. */
async function copyModel({ steps }: Tour, base: string, tuned: string): Promise<void> {
  await steps.run(async () => {
    await writeVariant(base, tuned).catch((error: Error) => {
      throw notCopied(base, tuned, error);
    });
    return `copied ${base} and changed 5 % of its largest file, as a fine-tune would`;
  });
}

async function publishBase({ steps, storage, call }: Tour, base: string): Promise<void> {
  await steps.run(async () => {
    const { model, version, chunks, bytes, transactions } = await storage.storeModel(base, MODEL, call);
    const told = `${plural(chunks, 'chunk')}, ${sizeText(bytes)}; every block read back, then ${plural(transactions, 'transaction')}`;
    return `stored ${model} version ${version}: ${told}`;
  });
}

async function publishTuned({ steps, storage, call }: Tour, tuned: string): Promise<void> {
  await steps.run(async () => {
    const { model, version, bytes, newBytes, newChunks } = await storage.storeModel(tuned, MODEL, call);
    const saved = `dedupe saved ${sizeText(bytes - newBytes)} of ${sizeText(bytes)}`;
    return `stored ${model} version ${version}: ${plural(newChunks, 'new chunk')}, ${sizeText(newBytes)}; ${saved}`;
  });
}

async function fetchAndCompare({ steps, storage, call }: Tour, tuned: string, fetched: string, verb: string) {
  await steps.run(async () => {
    const { model, version, bytes } = await storage.retrieveModel(`${MODEL}@2`, fetched, call);
    const files = await compareFolders(tuned, fetched);
    return `${verb} ${model} version ${version}: ${plural(files, 'file')}, ${sizeText(bytes)}, equal byte for byte`;
  });
}

async function damage({ steps, storage, home, call }: Tour, fetched: string, refused: string): Promise<void> {
  const chunks = Array.from(await storage.modelChunks(`${MODEL}@2`, { signal: call.signal }));
  // The largest: its bytes stand nowhere else in the store.
  const chunk = chunks.reduce((largest, next) => (next.size > largest.size ? next : largest));
  const block = await readPart(join(fetched, chunk.file), chunk.offset, chunk.size);
  await steps.run(async () => {
    await flipByte(join(home, 'store'), block);
    return `flipped one bit in the store, in the middle of chunk ${chunk.index}`;
  });
  let message = '';
  await steps.run(async () => {
    const error = await storage.retrieveModel(`${MODEL}@2`, refused, call).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof BallastError) || error.code !== 'CHUNK_CORRUPT')
      throw new Error('a fetch of damaged bytes was not refused', { cause: error });
    if (await exists(refused)) throw new Error('a refused fetch left its folder');
    message = error.message;
    return `the fetch is refused (${error.code}, exit ${error.exit}) and nothing written`;
  });
  steps.detail(redact(message));
}

async function repair({ steps, storage, call }: Tour, tuned: string): Promise<void> {
  await steps.run(async () => {
    const { healed, transactions } = await storage.storeModel(tuned, MODEL, call);
    return `stored the same files again: ${plural(healed, 'block')} repaired, ${plural(transactions, 'transaction')}`;
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function notCopied(base: string, copy: string, cause: Error): ResourceError {
  return new ResourceError('code' in cause && cause.code === 'ENOSPC' ? 'DISK_FULL' : 'FILE_SYSTEM', {
    should: `${copy} must become a copy of ${base}`,
    was: cause.message,
    next: 'free space there, or move the state with BALLAST_HOME; without a path a small model is made',
    cause,
  });
}
