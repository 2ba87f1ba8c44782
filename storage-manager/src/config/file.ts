import { UsageError } from '../errors.ts';
import { readTextFile } from '../fs/small-text.ts';
import { type Config, configSchema, fieldValue, isPlaceholder } from './schema.ts';

/**
 * Reads one configuration file; null where there is none.
 * @throws UsageError `CONFIG_INVALID`; PolicyError `KEY_UNSAFE` where it holds a private key that others can read
 */
export async function readConfigFile(path: string): Promise<Config | null> {
  const file = await readTextFile(path);
  if (file === null) return null;
  const config = parseConfig(parseJson(file.text, path), path);
  const key = config.blockchain?.privateKey;
  if (key !== undefined && !isPlaceholder(key)) await file.assertPrivate();
  return config;
}

/** Whether the file is a model's own `config.json` (transformers, diffusers): one often works in such a folder. */
export async function isModelConfig(path: string): Promise<boolean> {
  const keys = Object.keys((await readJson(path)) ?? {});
  const ours = keys.some((key) => key in configSchema.shape);
  return !ours && keys.some((key) => ['model_type', 'architectures', '_class_name'].includes(key));
}

/** Whether the file is a Ballast configuration, sound or not, with a private key in it. */
export async function holdsPrivateKey(path: string): Promise<boolean> {
  const key = fieldValue(await readJson(path), 'blockchain.privateKey');
  return typeof key === 'string' && key !== '' && !isPlaceholder(key);
}

/** @param from names the value for people @throws UsageError `CONFIG_INVALID` naming every wrong field, and no value */
export function parseConfig(value: unknown, from: string): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError('CONFIG_INVALID', {
    should: `${from} must hold the fields of config.template.json`,
    was: parsed.error.issues
      .map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`)
      .join('; '),
    next: 'mend or remove these fields; docs/config.md explains each',
  });
}

/** What the file holds; undefined where it is no small JSON file. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse((await readTextFile(path))?.text ?? '');
  } catch {
    return undefined;
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // V8's message quotes the text around the fault, which may be the key.
    throw new UsageError('CONFIG_INVALID', {
      should: `${path} must be JSON`,
      was: 'it does not parse',
      next: 'compare it with config.template.json',
    });
  }
}
