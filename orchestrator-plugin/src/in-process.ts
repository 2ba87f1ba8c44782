import { archiveKind, type ModelStorageManager, UsageError } from '@ballast-models/storage-manager';
import type { FetchedModel, FetchOptions, ModelSource } from './model-source.ts';

/**
 * Fetches in the orchestrator's own process. The manager stays the caller's, who closes it; which formats a model may
 * bring beside data is said in the manager's configuration (`policy.allow`).
 */
export class InProcessModelSource implements ModelSource {
  readonly #storage: Pick<ModelStorageManager, 'retrieveModel'>;

  constructor(storage: Pick<ModelStorageManager, 'retrieveModel'>) {
    this.#storage = storage;
  }

  async fetch(reference: string, destination: string, options: FetchOptions = {}): Promise<FetchedModel> {
    // An archive is for people to carry; a server loads from a folder.
    if (archiveKind(destination) !== null) throw notAFolder(destination);
    const { path, model, version, trust, bytes } = await this.#storage.retrieveModel(reference, destination, {
      ...options,
      policy: 'inference',
    });
    return { path, model, version, trust, bytes };
  }
}

function notAFolder(destination: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'the destination must be a folder',
    was: `${JSON.stringify(destination)} ends like an archive`,
    next: 'name a folder without the ending .tar, .tar.gz or .tgz',
  });
}
