import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { quote } from '../src/invocation.ts';
import { paint, printable, sizeText, writeJson, writeTable } from '../src/output.ts';
import { Progress, progressLine } from '../src/progress.ts';
import { keepSecret, keepUrlSecrets, redact } from '../src/redact.ts';
import { etherText } from '../src/store/cost.ts';

/** What is written to stdout during `work`. */
function written(work: () => void): string {
  vi.stubEnv('FORCE_COLOR', undefined);
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    work();
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    write.mockRestore();
    vi.unstubAllEnvs();
  }
}

describe('text from models', () => {
  const hostile = 'a\u001b[2Jb\r\n\u202etxt.exe\u200b\u0085';
  it('reaches no terminal raw', () => {
    expect(printable(hostile)).toBe('a\\u{1b}[2Jb\\u{d}\\u{a}\\u{202e}txt.exe\\u{200b}\\u{85}');
    expect(printable('模型 äöü 🙂')).toBe('模型 äöü 🙂');
  });

  it('is the same in JSON, and harmless there', () => {
    const text = written(() => writeJson({ name: hostile, tag: '\u{e0041}' }));
    expect(JSON.parse(text)).toEqual({ name: hostile, tag: '\u{e0041}' });
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('keeps columns aligned', () => {
    const table = written(() =>
      writeTable<[string, number]>(
        [
          { title: 'A', text: ([name]) => name },
          { title: 'N', text: ([, number]) => String(number), right: true },
        ],
        [
          ['x', 1],
          ['longer\n', 200],
        ],
      ),
    );
    expect(table).toBe('A              N\nx              1\nlonger\\u{a}  200\n');
  });
});

it.each<[string, boolean, Record<string, string>, string]>([
  ['a terminal has colour', true, {}, '\u001b[31mno\u001b[39m'],
  ['a terminal with NO_COLOR has none', true, { NO_COLOR: '1' }, 'no'],
  ['a dumb terminal has none', true, { TERM: 'dumb' }, 'no'],
  ['a pipe has none', false, {}, 'no'],
])('%s', (_, isTTY, env, text) => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('FORCE_COLOR', undefined);
  // Node asks some twenty variables (CI, TMUX, …) for the depth: those of the test stand in place of them all.
  const getColorDepth = () => WriteStream.prototype.getColorDepth({ TERM: 'xterm-256color', ...env });
  const stream = Object.assign(new PassThrough(), { isTTY, getColorDepth });
  expect(paint('red', 'no', stream as unknown as NodeJS.WriteStream)).toBe(text);
});

it('sizes and prices are short, and a price is never rounded to nothing', () => {
  expect([0, 1023, 1024, 1.5 * 2 ** 30, 2 ** 50].map(sizeText)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KiB',
    '1.5 GiB',
    '1024.0 TiB',
  ]);
  expect([0n, 1n, 10n ** 18n, 1_234n * 10n ** 18n + 1n].map(etherText)).toEqual([
    '0.000000',
    '0.000001',
    '1.000000',
    '1,234.000001',
  ]);
});

it('arguments are quoted for a shell', () => {
  expect(["it's", 'a b', '$HOME', './x-1.tar.gz', ''].map(quote)).toEqual([
    `'it'\\''s'`,
    "'a b'",
    "'$HOME'",
    './x-1.tar.gz',
    "''",
  ]);
});

it('secrets are left out, with and without 0x', () => {
  keepSecret(`0x${'5e'.repeat(32)}`);
  expect(redact(`key ${'5e'.repeat(32)} or 0x${'5e'.repeat(32)}`)).toBe('key [secret] or 0x[secret]');
});

it('of a URL all but scheme, host and port is left out', () => {
  keepUrlSecrets('https://me:pw@node.example:8545/v3/canary-path/?key=canary-query');
  keepUrlSecrets('http://127.0.0.1:8546/');
  expect(redact('https://me:pw@node.example:8545/v3/canary-path/?key=canary-query is down')).toBe(
    'https://[secret]@node.example:8545/[secret] is down',
  );
  expect(redact('GET https://node.example:8545/v3/canary-path/x')).toBe(
    'GET https://node.example:8545/[secret]/x',
  );
  expect(redact('/v3/x: canary-query, canary-path')).toBe('/v3/x: [secret], [secret]');
  expect(redact('http://127.0.0.1:8546/ and http://127.0.0.1:8546/x')).toBe(
    'http://127.0.0.1:8546/ and http://127.0.0.1:8546/x',
  );
});

describe('progress', () => {
  const event = { type: 'progress', step: 'publish', bytes: 512, totalBytes: 2048, savedBytes: 256 } as const;

  it('tells share, bytes, rate, time left and what did not travel', () => {
    expect(progressLine(event, 256)).toBe(
      'publish     25 %  512 B of 2.0 KiB  256 B/s  ETA 0:06  256 B stored already',
    );
    expect(progressLine({ ...event, step: 'fetch', totalBytes: null }, null)).toBe(
      'fetch      512 B  256 B here already',
    );
    expect(progressLine({ ...event, bytes: 0, savedBytes: 0, totalBytes: 0 }, null)).toBe(
      'publish    100 %  0 B of 0 B',
    );
  });

  it('writes a line each 10 s where nobody watches, and draws over itself where somebody does', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const lines: string[] = [];
      const stream = (isTTY: boolean) =>
        ({ isTTY, columns: 40, write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
      const silent = new Progress(stream(false), { quiet: false, debug: false });
      for (let second = 0; second < 25; second += 1) {
        silent.onEvent(event);
        vi.advanceTimersByTime(1_000);
      }
      expect(lines).toHaveLength(2);
      lines.length = 0;
      const drawn = new Progress(stream(true), { quiet: false, debug: false });
      drawn.onEvent(event);
      drawn.onEvent(event);
      drawn.clear();
      expect(lines.map((line) => line.replaceAll('\u001b[K', '<clear>'))).toEqual([
        expect.stringMatching(/^\r.{39}<clear>$/),
        '\r<clear>',
      ]);
      lines.length = 0;
      drawn.onEvent({ type: 'wait', text: 'a minute that must be over before it goes on', seconds: 60 });
      expect(lines.join('').replaceAll('\u001b[K', '')).toBe('\r1:00 to go: a minute that must be over ');
      keepSecret('wait-canary');
      drawn.onEvent({ type: 'wait', text: 'it said wait-canary', seconds: 60 });
      expect(lines.at(-1)).toContain('it said [secret]');
    } finally {
      vi.useRealTimers();
    }
  });
});
