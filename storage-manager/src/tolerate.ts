/** For `catch`: what is no reason to stop; any other error goes on. */
import { MissingError, ResourceError } from './errors.ts';

/** Null where the thing is not there. */
export function nullWhereMissing(error: unknown): null {
  if (error instanceof MissingError) return null;
  throw error;
}

/** What this machine can't keep, as on a full or read-only disk, is not kept. */
export function ignoreDisk(error: unknown): void {
  if (!(error instanceof ResourceError)) throw error;
}
