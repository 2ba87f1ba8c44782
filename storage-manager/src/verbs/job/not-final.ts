import type { NotFinalRelease } from '../../engine/not-final.ts';
import { type JobOptions, note } from '../../events.ts';
import type { Release, Resolution } from '../../interfaces.ts';
import { isFinal } from '../../standing.ts';
import { ignoreDisk, nullWhereMissing } from '../../tolerate.ts';
import type { Ports } from './ports.ts';

type Watching = Pick<Ports, 'registry' | 'journal'>;

/**
 * Remembers a release that was just published, unless its block is final already.
 * @param signed the transactions of this run; none where it has sent nothing
 */
export async function watch(
  { registry, journal }: Watching,
  { model, version, manifest }: Pick<Release, 'model' | 'version' | 'manifest'>,
  signed: readonly string[],
  options: JobOptions,
): Promise<void> {
  const row = { registry: registry.id, model, version, manifest, signed, takenBack: false };
  if (signed.length === 0) return;
  // It is published: that the chain can't be asked now is no reason to fail.
  const found = await find({ registry }, row, options).catch(() => null);
  if (found !== null && isFinal(found)) return;
  const known = (await journal.notFinal.all(options)).find(
    (other) =>
      other.registry === row.registry &&
      other.model === model &&
      other.version === version &&
      other.manifest === manifest,
  );
  const all = [...new Set([...(known?.signed ?? []), ...signed])];
  await journal.notFinal.put({ ...row, signed: all }, options);
}

/**
 * Looks again at what this machine has published here and was not final then: what is final now is forgotten, and what the
 * chain has taken back is told of.
 * @returns what was taken back
 */
export async function lookAfter(
  { registry, journal }: Watching,
  options: JobOptions,
): Promise<NotFinalRelease[]> {
  const takenBack: NotFinalRelease[] = [];
  for (const row of await journal.notFinal.all(options)) {
    if (row.registry !== registry.id) continue;
    const found = await find({ registry }, row, options);
    const same = found?.release.manifest === row.manifest;
    if (!same) {
      takenBack.push(row);
      note(options, 'warning', takenBackText(row, found !== null));
    }
    // What is final is so for ever, also where it is another's. What can't be written is found again the next time.
    if (found !== null && isFinal(found)) await journal.notFinal.remove(row, options).catch(ignoreDisk);
    else if (row.takenBack === same)
      await journal.notFinal.put({ ...row, takenBack: !same }, options).catch(ignoreDisk);
  }
  return takenBack;
}

function takenBackText({ model, version }: NotFinalRelease, isTaken: boolean): string {
  const now = isTaken ? 'has other content under that version' : 'does not have it any more';
  return `this machine published ${model}@${version}, and the chain ${now}: a reorganisation took it back, unless the RPC endpoint is behind. Store the same files again: the same transactions are sent`;
}

function find(
  { registry }: Pick<Ports, 'registry'>,
  { model, version }: NotFinalRelease,
  options: JobOptions,
): Promise<Resolution | null> {
  return registry.resolve(model, { kind: 'version', version }, options).catch(nullWhereMissing);
}
