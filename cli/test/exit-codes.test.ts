/** P24: a failure names its class by its exit code and its code, and no class is told as another. */
import * as storage from '@ballast-models/storage-manager';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../src/errors.ts';

const { ERROR_CODES, EXIT_CODES } = storage;

const CLASSES = {
  usage: storage.UsageError,
  missing: storage.MissingError,
  corrupt: storage.CorruptError,
  unavailable: storage.UnavailableError,
  trust: storage.TrustError,
  policy: storage.PolicyError,
  resource: storage.ResourceError,
  transaction: storage.TransactionError,
  busy: storage.BusyError,
  interrupted: storage.InterruptedError,
} as const;

type Kind = keyof typeof CLASSES;
const PARTS = { should: 'a must be b', was: 'it is c', next: 'do d' };

/** As plain JavaScript calls it, where no type keeps a code to its class. */
function make(kind: Kind, code: string): storage.BallastError {
  return Reflect.construct(CLASSES[kind], [code, PARTS]);
}

const EVERY = Object.entries(ERROR_CODES).flatMap(([kind, codes]) =>
  codes.map((code) => [kind as Kind, code] as const),
);

test('each class has an exit code of its own, and each code one class', () => {
  expect(Object.keys(CLASSES).toSorted()).toEqual(Object.keys(EXIT_CODES).toSorted());
  expect(new Set(Object.values(EXIT_CODES)).size).toBe(Object.keys(EXIT_CODES).length);
  const codes = EVERY.map(([, code]) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(EXIT_CODES).toEqual({
    ...{ usage: 2, missing: 3, corrupt: 4, unavailable: 5, trust: 6, policy: 7, resource: 8 },
    ...{ transaction: 9, busy: 10, interrupted: 75 },
  });
});

test.each(EVERY)('%s: %s ends a command with the exit code of its class', (kind, code) => {
  const error = make(kind, code);
  expect(error).toMatchObject({ kind, code, exit: EXIT_CODES[kind] });
  expect(exitCodeOf(error)).toBe(EXIT_CODES[kind]);
  const others = Object.entries(CLASSES).filter(([other]) => other !== kind);
  for (const [, other] of others) expect(error).not.toBeInstanceOf(other);
});

test('what nobody raised on purpose has a code that no class has', () => {
  expect(exitCodeOf(new TypeError('x is undefined'))).toBe(1);
  expect(Object.values<number>(EXIT_CODES)).not.toContain(1);
});
