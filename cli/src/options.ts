import type { Config, RegistryTrust, StoreName } from '@ballast-models/storage-manager';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** What every command takes. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly config?: string;
}

export const STORES: readonly StoreName[] = ['local', 'kubo'];

export function addCommonFlags(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout, errors too')
    .option('-q, --quiet', 'show no progress')
    .option('--config <file>', 'configuration file (default: ./config.json)');
}

/** What a command takes that relies on somebody's word. */
export interface TrustFlags {
  readonly require?: RegistryTrust;
  readonly locked?: boolean;
  /** False: `--no-lock`. */
  readonly lock?: string | false;
}

export function addTrustFlags(command: Command): Command {
  return addRequireFlag(command)
    .option('--locked', 'refuse what has no entry in the lock file')
    .addOption(lockFileOption())
    .option('--no-lock', 'obey none')
    .hook('preAction', refuseNoLockLocked);
}

/** Commander's own conflicts are those of the value `lock`, which `--lock FILE` sets too. */
function refuseNoLockLocked(command: Command): void {
  const { lock, locked } = command.opts<TrustFlags>();
  if (lock === false && locked)
    command.error("error: option '--no-lock' cannot be used with option '--locked'", { exitCode: 2 });
}

export function lockFileOption(): Option {
  return new Option('--lock <file>', 'lock file (default: models.lock in this folder)').argParser(fileName);
}

export function addRequireFlag(command: Command): Command {
  return command.addOption(
    new Option(
      '--require <who>',
      'insist on the word of the chain, now; local: the private chain will do, too',
    ).choices(['chain', 'local']),
  );
}

/** What a command takes that signs. */
export interface KeyFlags {
  readonly keystore?: string;
  readonly passwordFile?: string;
}

export function addKeyFlags(command: Command): Command {
  return command
    .option('--keystore <file>', 'encrypted JSON keystore of the key that signs', fileName)
    .option('--password-file <file>', 'holds its password (default: asked for)', fileName);
}

/** The part of the configuration that these flags are. */
export function keyConfig({ keystore, passwordFile }: KeyFlags): Config {
  const blockchain = { ...(keystore && { keystore }), ...(passwordFile && { passwordFile }) };
  return Object.keys(blockchain).length === 0 ? {} : { blockchain };
}

/** An empty name, as an unset variable of a script gives, must not mean another key. */
function fileName(text: string): string {
  if (text === '') throw new InvalidArgumentError('The name of a file is needed.');
  return text;
}

/** Names of stores, which are then the ones configured: `--store local,kubo`. */
export function storesOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    const names = text.split(',').map((name) => name.trim());
    const known = STORES.filter((store) => names.includes(store));
    if (known.length !== names.length)
      throw new InvalidArgumentError(`Stores are ${STORES.join(' and ')}, each once, with a comma between.`);
    return names;
  });
}

/** A whole number of at least 1. */
export function wholeNumber(text: string): number {
  return numberFrom(1, text);
}

/** A whole number, or 0. */
export function count(text: string): number {
  return numberFrom(0, text);
}

function numberFrom(least: number, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new InvalidArgumentError(`A whole number of at least ${least} is needed.`);
}

const UNITS = ['', 'K', 'M', 'G'];

/** Bytes a second as curl and wget take them: `50M`, `1.5m`, `800k`, `100000`; units are powers of 1,024. */
export function rate(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([kmg]?)$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * 1_024 ** UNITS.indexOf(unit.toUpperCase()));
  if (bytes >= 1) return bytes;
  throw new InvalidArgumentError('Bytes a second are needed, like 800k or 50M.');
}

/** The part of the configuration that a list of stores on the command line is. */
export function storesConfig(stores: readonly StoreName[] | undefined) {
  return stores === undefined ? {} : { stores: [...stores] };
}

/** Of an option that may be given again. */
export function added(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
