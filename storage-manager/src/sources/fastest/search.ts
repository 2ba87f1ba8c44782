import { type BallastError, CorruptError, MissingError, UnavailableError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';
import { exhausted, type Failure } from '../attempts.ts';
import type { Lane } from './lane.ts';

/** One block that is wanted, and what became of asking for it. */
export class Search {
  readonly digest: Digest;
  readonly into: Uint8Array;
  readonly #failures = new Map<Lane, BallastError>();
  /** Reads of it that were ended because another one delivered. */
  cuts = 0;

  constructor(digest: Digest, into: Uint8Array) {
    this.digest = digest;
    this.into = into;
  }

  /** It was asked of a source, in vain. */
  get begun(): boolean {
    return this.#failures.size > 0;
  }

  failed(lane: Lane, error: BallastError): void {
    this.#failures.set(lane, error);
  }

  /** It was asked of this source, which could not be reached then. */
  isRetry(lane: Lane): boolean {
    return this.#failures.get(lane) instanceof UnavailableError;
  }

  /**
   * Whether this source may still deliver it: one that lacks it never does, one that lies is asked for nothing, and one
   * that could not be reached only where it is worth another try.
   */
  mayAsk(lane: Lane, retries: boolean): boolean {
    const failure = this.#failures.get(lane);
    if (lane.barred !== null || failure instanceof MissingError || failure instanceof CorruptError)
      return false;
    if (failure === undefined && (lane.failure === null || lane.opensIn === 0)) return true;
    return lane.worthWaiting && (failure === undefined || retries);
  }

  /** Every source's last word. */
  exhausted(lanes: readonly Lane[]): BallastError {
    const failures = lanes.flatMap((lane): readonly Failure[] => {
      const { name } = lane.source;
      const own = this.#failures.get(lane) ?? null;
      if (own === null && lane.barred !== null) return [barredBefore(name, lane.barred)];
      const error = own ?? lane.failure;
      return error === null ? [] : [{ name, error }];
    });
    return exhausted(this.digest, failures);
  }
}

/** It sent wrong bytes, but of another block: they must not be told as this one's. */
function barredBefore(name: string, error: CorruptError): Failure {
  return { name, error, was: `${name} is asked for nothing more since ${error.message}` };
}
