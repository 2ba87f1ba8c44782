import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/policy/classify.ts';
import { CODE_FORMATS, DATA_FORMATS, isRefused, OPAQUE_FORMATS } from '../../src/policy/formats.ts';
import { fileOf } from '../chunkers/cut-file.ts';
import { CORPUS } from './corpus.ts';
import { makeOnnx, makeSentencePiece } from './make-protobuf.ts';
import pickles from './pickles.json' with { type: 'json' };

describe('B19, B20: a file is what its content says, whatever its name', () => {
  it.each(CORPUS)('%s as %s', async (_what, path, bytes, format) => {
    expect((await classify(fileOf(bytes, path))).format).toBe(format);
  });

  it('the corpus has every format, and more than 30 that are refused', () => {
    const formats = CORPUS.map(([, , , format]) => format);
    expect([...new Set(formats)].toSorted()).toEqual(
      [...DATA_FORMATS, ...CODE_FORMATS, ...OPAQUE_FORMATS].toSorted(),
    );
    expect(formats.filter(isRefused).length).toBeGreaterThan(30);
  });

  const anywhere = CORPUS.filter(([, , , format]) =>
    ['pickle', 'program', 'hdf5', 'tensorflow', 'archive'].includes(format),
  );

  it.each(anywhere)('%s is no better by the name of another format', async (_what, _path, bytes, format) => {
    for (const name of ['model.safetensors', 'm.gguf', 'm.onnx', 'a.json', 'README.md', 'a.png'])
      expect(await classify(fileOf(bytes, name))).toMatchObject({ format });
  });

  it.each(['saved_model.pb', 'a/Saved_Model.pbtxt', 'saved_model.cpb'])(
    '%s is what TensorFlow runs, whatever else it is',
    async (path) => {
      for (const bytes of [makeOnnx(), makeSentencePiece(), Buffer.from('saved_model_schema_version: 1\n')]) {
        expect((await classify(fileOf(bytes, path))).format).toBe('tensorflow');
        expect((await classify(fileOf(bytes, `${path}.txt`))).format).not.toBe('tensorflow');
      }
    },
  );

  it('B21: a file with many ends of zips is not read more than once', async () => {
    const bytes = Buffer.alloc(2 ** 21, 1);
    for (let at = bytes.length - 60 * 16; at + 22 < bytes.length; at += 16) {
      bytes.write('PK\x05\x06', at, 'latin1');
      bytes.writeUInt32LE(2 ** 20, at + 12);
    }
    const file = fileOf(bytes);
    let read = 0;
    const counted = (offset: number, length: number) => {
      read += length;
      return file.read(offset, length);
    };
    expect((await classify({ ...file, read: counted })).format).toBe('unknown');
    expect(read).toBeLessThan(bytes.length);
  });

  it('a name out of a file can not write to a terminal', async () => {
    const bytes = Buffer.from("cos\x1b]0;x\x07\ngetenv\n(S'HOME'\ntR.", 'latin1');
    expect((await classify(fileOf(bytes))).what).toMatch(/^[\x20-\x7e]+$/);
  });
});

const python = spawnSync('python3', ['--version']).status === 0;

it.skipIf(!python)('the pickles of the corpus are pickles to Python (skipped: no python3)', () => {
  const program = `
import json, pickletools, sys
for name, data in json.load(sys.stdin).items():
    if name != "torch": list(pickletools.genops(bytes.fromhex(data)))
print("read")`;
  const done = spawnSync('python3', ['-c', program], { input: JSON.stringify(pickles), encoding: 'utf8' });
  expect(done.stdout).toBe('read\n');
});

it('docs/policy.md lists the formats, and which are taken', () => {
  const page = readFileSync(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| ((?:`[\w-]+`(?:, )?)+) \| (yes|no) \|/gm)].flatMap(
    ([, names = '', taken]) => [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => [name, taken]),
  );
  const expected = [
    ...DATA_FORMATS.map((name) => [name, 'yes']),
    ...[...CODE_FORMATS, ...OPAQUE_FORMATS].map((name) => [name, 'no']),
  ];
  expect(rows.toSorted()).toEqual(expected.toSorted());
});
