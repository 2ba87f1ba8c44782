import type { Check, CheckStatus, Diagnosis } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { programName } from '../invocation.ts';
import { addCommonFlags, type CommonFlags } from '../options.ts';
import { paint, plural, printable, type Style, writeJson, writeLine } from '../output.ts';
import { redact } from '../redact.ts';
import { withEngine } from '../session.ts';

const NOTE = `
A line a check: ok, warn, fail, or skip with the reason; under it what to do. Every check ends within 10 seconds. Nothing
is made or changed, save that a block of 32 random bytes goes into Kubo and out again. No key and of URLs no more than
scheme, host and port is shown: the output can go into a report as it is.

Exit codes: 0 where nothing failed, 1 where a check met a defect of Ballast, else that of the gravest failure: 4, 6, 7, 8,
2, 3, 5, 9, 10, in this order.`;

const STYLES: Readonly<Record<CheckStatus, Style>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
  skip: 'dim',
};

export function addDoctor(program: Command): void {
  addCommonFlags(
    program
      .command('doctor')
      .description('check this machine, the chain and the stores, and say what to do')
      .addHelpText('after', NOTE),
  ).action(doctor);
}

async function doctor(flags: CommonFlags, command: Command): Promise<void> {
  const version = command.parent?.version();
  await withEngine(flags, async ({ engine, call }) => {
    const diagnosis = await engine.diagnose({ file: flags.config, signal: call.signal });
    if (flags.json) writeJson({ version, ...diagnosis });
    else {
      writeLine(`ballast ${version}`);
      print(diagnosis);
    }
    process.exitCode = diagnosis.exit;
  });
}

function print({ checks, exit }: Diagnosis): void {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = width + 8;
  for (const { status, name, detail, next, code } of checks) {
    const told = wrapped(`${detail}${code === null ? '' : ` (${code})`}`, indent);
    writeLine(`${paint(STYLES[status], status.padEnd(4))}  ${name.padEnd(width)}  ${told}`);
    const arrow = 'next: ';
    if (next !== null)
      writeLine(`${' '.repeat(indent)}${paint('cyan', arrow)}${wrapped(next, indent + arrow.length)}`);
  }
  writeLine();
  writeLine(verdict(checks, exit));
}

function verdict(checks: readonly Check[], exit: number): string {
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length;
  const warnings = count('warn') === 0 ? '' : `, ${plural(count('warn'), 'warning')}`;
  if (exit === 0) return `${paint('green', 'nothing failed')}${warnings}`;
  return `${paint('red', `${count('fail')} failed`)}${warnings} (exit ${exit})`;
}

/** On a terminal in lines that begin under each other; elsewhere in one. @param indent columns that are taken */
function wrapped(told: string, indent: number): string {
  const text = printable(redact(told)).replaceAll('`ballast ', `\`${programName()} `);
  const room = process.stdout.isTTY
    ? Math.max(40, process.stdout.columns - indent - 1)
    : Number.POSITIVE_INFINITY;
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= room) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
