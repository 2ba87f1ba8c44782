import { BallastError, ERROR_CODES, type ErrorCode, type ErrorKind, exitOf } from '../errors.ts';
import { orAborted } from '../or-aborted.ts';
import { either } from '../together.ts';

/** `skip`: there is nothing to look at, or what it needs has failed. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** What a check has found. */
export interface Finding {
  readonly status: CheckStatus;
  /** The fact, or why it was not looked at. URLs are cut down to scheme, host and port. */
  readonly detail: string;
  /** What to do; null where all is well. */
  readonly next: string | null;
  /** What fails; `UNEXPECTED`: a defect of Ballast. Null unless `status` is `fail`. */
  readonly code: ErrorCode | 'UNEXPECTED' | null;
}

/** One line of a diagnosis: a finding, and what was looked at. */
export interface Check extends Finding {
  /** `node`, `kubo blocks`, …: always the same for the same thing. */
  readonly name: string;
}

/** Every check ends within this time. */
const DEADLINE_MS = 10_000;

export function ok(detail: string): Finding {
  return { status: 'ok', detail, next: null, code: null };
}

export function skip(detail: string): Finding {
  return { status: 'skip', detail, next: null, code: null };
}

export function warn(detail: string, next: string): Finding {
  return { status: 'warn', detail, next, code: null };
}

export function fail(code: ErrorCode, detail: string, next: string): Finding {
  return { status: 'fail', detail, next, code };
}

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  /** What it means that a check does not end in time. */
  readonly late: Finding;
}

/** @param what did not answer */
export function late(code: ErrorCode, what: string, next: string): Finding {
  return fail(code, `${what} did not answer within ${DEADLINE_MS / 1000} s`, next);
}

/** Runs one check to its end or to its deadline; what it throws is its finding. @throws the signal's reason */
export async function check(
  name: string,
  { signal, late }: CheckOptions,
  look: (signal: AbortSignal) => Promise<Finding> | Finding,
): Promise<Check> {
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const stop = either(signal, deadline);
  let finding: Finding;
  try {
    finding = await orAborted((async () => look(stop))(), stop);
  } catch (error) {
    signal?.throwIfAborted();
    finding = deadline.aborted ? late : failed(error);
  }
  const { detail, next } = finding;
  return { ...finding, name, detail: onlyOrigins(detail), next: next && onlyOrigins(next) };
}

/** Checks that were not made, each with the reason. */
export function skipped(names: readonly string[], reason: string): Check[] {
  return names.map((name) => ({ name, ...skip(reason) }));
}

/** A disk that hangs, as a network file system does whose server is gone. */
export function lateDisk(path: string): Finding {
  return late('FILE_SYSTEM', path, 'see whether its disk works, or choose another place');
}

/** 0 where nothing failed, 1 where a check met a defect of Ballast, else the exit code of the gravest failure's class. */
export function exitOfChecks(checks: readonly Check[]): number {
  const codes = checks.flatMap(({ code }) => code ?? []);
  if (codes.includes('UNEXPECTED')) return 1;
  const kinds = Object.keys(ERROR_CODES) as ErrorKind[];
  const failed = (kind: ErrorKind) => ERROR_CODES[kind].some((code: ErrorCode) => codes.includes(code));
  return exitOf(new Set(kinds.filter(failed)));
}

function failed(error: unknown): Finding {
  if (error instanceof BallastError) return fail(error.code, error.message, error.next);
  const detail = `this must not happen, but it did: ${error instanceof Error ? error.message : error}`;
  return { status: 'fail', detail, next: 'report it as a defect of Ballast', code: 'UNEXPECTED' };
}

/** Findings are pasted into reports, and providers put keys into the user, path and query of a URL. */
function onlyOrigins(text: string): string {
  return text.replace(/\bhttps?:\/\/[^\s,;"'`()]+/g, (url) => URL.parse(url)?.origin ?? 'a URL');
}
