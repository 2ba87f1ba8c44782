import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/file.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { showConfig } from '../../src/config/show.ts';

const allow = { llama: ['pickle', 'python'], 'acme/old': ['unknown'] };

it('formats are allowed by model, a bare name being that of the default namespace', () => {
  const settings = settingsOf(parseConfig({ policy: { allow }, namespace: 'acme' }, 'a file'), '/h');
  expect([...settings.allow]).toEqual([
    ['acme/llama', ['pickle', 'python']],
    ['acme/old', ['unknown']],
  ]);
  expect([...settingsOf({}, '/h').allow]).toEqual([]);
});

it.each([
  ['a format of data, which needs no leave', { llama: ['safetensors'] }],
  ['a format that there is not', { llama: ['all'] }],
  ['no format', { llama: [] }],
  ['formats that are no list', { llama: 'pickle' }],
  ['every model at once', { '*': ['pickle'] }],
  ['no model', { '': ['pickle'] }],
])('%s is refused, and the field is named', (_, rules) => {
  expect(() => settingsOf(parseConfig({ policy: { allow: rules } }, 'a file'), '/h')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('policy.allow') }),
  );
});

it('a row a model is shown', () => {
  const config = parseConfig({ policy: { allow } }, 'a file');
  const loaded = { home: '/h', config, origins: new Map([['policy.allow', 'a file']]) };
  const shown = showConfig(loaded, settingsOf(config, '/h')).find(({ field }) => field === 'policy.allow');
  expect(shown?.value).toEqual(['llama: pickle, python', 'acme/old: unknown']);
});
