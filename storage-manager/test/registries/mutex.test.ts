import { expect, test } from 'vitest';
import { withMutex } from '../../src/registries/ethereum/mutex.ts';

test('work of one key runs one after another, also after a failure', async () => {
  const steps: string[] = [];
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const first = withMutex('key', async () => {
    steps.push('first');
    await held;
    steps.push('first ends');
    throw new Error('first fails');
  });
  const second = withMutex('key', async () => steps.push('second'));
  await withMutex('other', async () => steps.push('other'));
  release();
  await expect(first).rejects.toThrow('first fails');
  await second;
  expect(steps).toEqual(['first', 'other', 'first ends', 'second']);
});

test('who waits leaves when aborted; who works decides for himself', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const { promise: held, resolve: release } = Promise.withResolvers<string>();
  const working = withMutex('key', () => held, controller);
  const waiting = withMutex('key', async () => 'never', controller);
  await Promise.resolve();
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  release('done');
  expect(await working).toBe('done');
});

test('a wait ends, and what was waited with never runs', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<string>();
  const working = withMutex('key', () => held);
  let ran = false;
  const late = async () => {
    ran = true;
  };
  const error = await withMutex('key', late, { waitMs: 20 }).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'LOCKED', exit: 10, message: expect.stringContaining('20 ms') });
  release('done');
  expect(await working).toBe('done');
  expect(await withMutex('key', async () => 'next', { waitMs: 20 })).toBe('next');
  expect(ran).toBe(false);
});
