import { expect, test } from 'vitest';
import { Gathered } from '../../src/transport/gathered.ts';
import { LineSplitter } from '../../src/transport/lines.ts';

test('a text that comes byte by byte is whole, and takes the room of its bytes alone', () => {
  const gathered = new Gathered();
  const euro = Buffer.from('€');
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 300_000; i++) gathered.add(euro.subarray(i % 3, (i % 3) + 1));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3_000_000);
  expect([gathered.length, gathered.text]).toEqual([300_000, '€'.repeat(100_000)]);
});

test('lines are the same however they are cut; empty ones are none', () => {
  const bytes = Buffer.from('one\n\n€\nlast');
  for (let size = 1; size <= bytes.byteLength; size++) {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line), 100);
    for (let at = 0; at < bytes.byteLength; at += size) splitter.push(bytes.subarray(at, at + size));
    splitter.end();
    expect(lines).toEqual(['one', '€', 'last']);
  }
});

test.each([1_000, 70_000])('a line of more than 64 KiB is refused, in pieces of %i', (size) => {
  const splitter = new LineSplitter(() => {}, 1_000_000);
  const push = () => {
    for (let at = 0; at < 70_000; at += size) splitter.push(Buffer.alloc(size, 'x'));
  };
  expect(push).toThrow('a line passed 65536 bytes');
});
