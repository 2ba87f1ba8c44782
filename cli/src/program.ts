import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addDiff } from './commands/diff.ts';
import { addDoctor } from './commands/doctor.ts';
import { addHistory } from './commands/history.ts';
import { addInfo } from './commands/info.ts';
import { addList } from './commands/list.ts';
import { addLock } from './commands/lock.ts';
import { addModel } from './commands/model.ts';
import { addNamespace } from './commands/namespace.ts';
import { addQuickstart } from './commands/quickstart.ts';
import { addRegistry } from './commands/registry/registry.ts';
import { addRelease } from './commands/release.ts';
import { addReset } from './commands/reset.ts';
import { addRetrieve } from './commands/retrieve.ts';
import { addStore } from './commands/store.ts';
import { addVerify } from './commands/verify.ts';

const AFTER = `
A reference (REF) is model, model@version, model@channel or model@sha256:<manifest digest>; a bare model reads
@latest. Without configuration models are published on a private chain of this machine, and stored, under ~/.ballast
(BALLAST_HOME moves them).

Exit codes: 0 ok, 2 usage, 3 not found, 4 integrity, 5 unavailable, 6 trust, 7 policy or limit, 8 local resource,
9 chain transaction, 10 busy, 75 interrupted and resumable. DEBUG=1 logs each step.`;

/** The whole command line. Only descriptions are loaded here: a command loads the engine when it runs. */
export function buildProgram(): Command {
  const program = new Command('ballast')
    .description('Publish AI models, fetch them verified, check what is stored.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .addHelpText('after', AFTER)
    .configureHelp({ showGlobalOptions: false })
    // Commander throws instead of ending the process, and leaves the saying to `reportError`.
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  addStore(program);
  addRetrieve(program);
  addVerify(program);
  addList(program);
  addInfo(program);
  addDiff(program);
  addHistory(program);
  addLock(program);
  addRelease(program);
  addModel(program);
  addNamespace(program);
  addConfig(program);
  addDoctor(program);
  addRegistry(program);
  addReset(program);
  addQuickstart(program);
  addCompletion(program);
  addHelp(program);
  return program;
}

/** Those words of a command line that name a command, from the first on: `release`, `yank`. */
export function namedCommand(program: Command, words: readonly string[]): readonly string[] {
  const [word = '', ...rest] = words;
  const found = findCommand(program, word);
  return found === undefined ? [] : [word, ...namedCommand(found, rest)];
}

function findCommand({ commands }: Command, name: string): Command | undefined {
  return commands.find((command) => [command.name(), ...command.aliases()].includes(name));
}

/** Of an unknown command commander's own would show the help of all. */
function addHelp(program: Command): void {
  program
    .command('help')
    .description('show the help of a command')
    .argument('[command]', 'name of the command')
    .action((name: string | undefined) => {
      const found = name === undefined ? program : findCommand(program, name);
      if (found !== undefined) return found.outputHelp();
      program.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand', exitCode: 2 });
    });
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
