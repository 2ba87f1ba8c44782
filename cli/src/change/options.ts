import type { Reason } from '@ballast-models/storage-manager';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addCommonFlags, addKeyFlags, type CommonFlags, type KeyFlags } from '../options.ts';

/** What every change of the registry takes. */
export interface ChangeFlags extends CommonFlags, KeyFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly prepareFor?: string;
}

/** The same, for what somebody else may send. */
export interface SignableFlags extends ChangeFlags {
  readonly signOnly?: boolean;
  /** Seconds. */
  readonly validFor?: number;
}

export interface ReasonFlags {
  readonly reason?: Reason;
  readonly report?: string;
}

const REASONS: readonly Reason[] = [
  'superseded',
  'defective',
  'security',
  'legal',
  'key-compromised',
  'lost',
  'corrected',
  'other',
];

export function addChangeFlags(command: Command): Command {
  const agreed = command
    .option('-y, --yes', 'agree to it, and to the cost on a chain')
    .option('--dry-run', 'show the cost; send nothing')
    .addOption(
      new Option(
        '--prepare-for <address>',
        'print the call for this account, such as a Safe, to send itself',
      ).conflicts(['dryRun', 'signOnly', 'keystore', 'passwordFile']),
    );
  return addCommonFlags(addKeyFlags(agreed));
}

export function addSignableFlags(command: Command): Command {
  return addChangeFlags(
    command
      .option('--sign-only', 'print the signed action for somebody else to send')
      .addOption(
        new Option(
          '--valid-for <time>',
          'how long the signature may be used: 30m, 12h, 7d (default: 1d)',
        ).argParser(durationSeconds),
      ),
  );
}

export function addReasonFlags(command: Command): Command {
  return command
    .addOption(new Option('--reason <word>', 'why, for programs').choices(REASONS))
    .option('--report <file>', 'what explains it: its SHA-256 is recorded');
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `30m`, `12h`, `90d` */
export function durationSeconds(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit ?? ''] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('A time is a number and s, m, h or d: 90d.');
}

/** `90d`, `2027-01-31`, `2027-01-31T12:00:00Z`, `never` */
export function expiry(text: string): Date | undefined {
  if (text === 'never') return undefined;
  if (/^\d+[smhd]$/.test(text)) return new Date(Date.now() + durationSeconds(text) * 1000);
  const date = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(text) ? new Date(text) : new Date(Number.NaN);
  // February 31 is a day of March to `Date`.
  const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 10));
  if (exists) return date;
  throw new InvalidArgumentError('An end is 90d, 2027-01-31, 2027-01-31T12:00:00Z or never.');
}
