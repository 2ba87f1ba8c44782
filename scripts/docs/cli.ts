import type { Command } from 'commander';

/** What commander takes where stdout is no terminal, so that a page equals `ballast … --help | cat`. */
const WIDTH = 80;

/** `docs/cli.md`: the help of every command, as it is printed. */
export function cliPage(program: Command): string {
  const commands = program.commands.filter((command) => command.name() !== 'help');
  return [
    '# The command line',
    'What `ballast --help` and `ballast <command> --help` print. This page is made from the program; a test compares them.',
    'The JSON documents of `--json` are described in\n[api/storage-manager.md](api/storage-manager.md), errors and exit codes in [errors.md](errors.md).',
    commands
      .map((command) => `- [${command.name()}](#ballast-${command.name()}): ${command.description()}`)
      .join('\n'),
    section('ballast', program),
    ...commands.map((command) => section(`ballast ${command.name()}`, command)),
  ]
    .join('\n\n')
    .concat('\n');
}

function section(title: string, command: Command): string {
  return `## ${title}\n\n\`\`\`text\n${helpOf(command).trimEnd()}\n\`\`\``;
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (piece) => {
      text += piece;
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}
