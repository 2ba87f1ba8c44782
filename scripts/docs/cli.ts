import type { Command } from 'commander';

/** What commander takes where stdout is no terminal, so that a page equals `ballast … --help | cat`. */
const WIDTH = 80;

/** What `--json` prints, by command; capitals are types of docs/api/storage-manager.md. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  store: 'StoredModel',
  retrieve: 'RetrievedModel, RetrievedContent with `--cid`',
  verify: 'VerifiedModel',
  lock: 'list of LockedModel, with `--check` of CheckedLock',
  list: 'list of ListedModel',
  info: 'ModelInfo',
  diff: 'ModelDiff',
  history: 'ModelHistory',
  'release deprecate': 'ChangedStatus',
  'release yank': 'ChangedStatus',
  'release revoke': 'ChangedStatus',
  'release restore': 'ChangedStatus',
  'release channel': 'MovedChannel',
  'release statement': 'SignedStatement',
  'release attest': 'AttestedRelease',
  'release submit': 'SubmittedAction',
  'release cancel': 'SubmittedAction',
  'model deactivate': 'ChangedActivity',
  'model reactivate': 'ChangedActivity',
  'namespace create': 'ChangedNamespace',
  'namespace show': 'ShownNamespace',
  'namespace grant': 'ChangedGrant',
  'namespace revoke': 'ChangedGrant; with `--all` `namespace` and what was sent, SentChange',
  'namespace transfer': '`namespace`, `pendingOwner` and what was sent, SentChange',
  'namespace accept': 'ChangedNamespace',
  'namespace statement-key': '`namespace`, `statementKey` and what was sent, SentChange',
  config: '`show`: `home`, `registry`, `fields` (list of ShownField); `check`: `ok`, `registry`, `stores`',
  'registry deploy': 'Deployment',
  'registry check': 'RegistryCheck',
  'registry mirror': 'list of MirroredModel',
  doctor: 'Diagnosis, with the `version` of Ballast',
  reset: '`home`, `removed` (list of StateFolder)',
  quickstart: '`home`, `model`, `deleteCommand`, `steps`',
};

/** `docs/cli.md`: the help of every command, as it is printed. */
export function cliPage(program: Command): string {
  const commands = commandsOf(program);
  return [
    '# The command line',
    'What `ballast --help` and `ballast <command> --help` print. This page is made from the program; a test compares them.',
    'Errors and exit codes: [errors.md](errors.md).',
    commands
      .map(
        ({ name, command }) => `- [${name}](#ballast-${name.replaceAll(' ', '-')}): ${command.description()}`,
      )
      .join('\n'),
    section('ballast', program),
    ...commands.map(({ name, command }) => section(`ballast ${name}`, command)),
    documents(commands),
  ]
    .join('\n\n')
    .concat('\n');
}

interface Named {
  /** `registry deploy` */
  readonly name: string;
  readonly command: Command;
}

/** Every command, those of a group behind it. */
function commandsOf(group: Command, before = ''): Named[] {
  return group.commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const name = `${before}${command.name()}`;
      return [{ name, command }, ...commandsOf(command, `${name} `)];
    });
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

function documents(commands: readonly Named[]): string {
  const rows = commands
    .filter(({ command }) => command.options.some(({ long }) => long === '--json'))
    .map(({ name }) => {
      const described = DOCUMENTS[name];
      if (described === undefined)
        throw new Error(`scripts/docs/cli.ts must say what ballast ${name} --json prints`);
      const linked = described.replace(
        /\b[A-Z]\w+[a-z][A-Z]\w*|\bDiagnosis\b|\bDeployment\b/g,
        (type) => `[${type}](api/storage-manager.md#${type.toLowerCase()})`,
      );
      return `| \`${name}\` | ${linked} |`;
    });
  return `## Documents of --json

One document on stdout, whatever happens: an error too, as \`{"error": {"code", "exit", "message", "next"}}\`. CIDs are
version 1 in base32, digests 64 hex digits, \`chunkRoot\` is \`0x\` and 64 hex digits; amounts of gas and wei are decimal
texts, times ISO 8601, sizes bytes. Names of fields stay; fields may be added.

| command | document |
| --- | --- |
${rows.join('\n')}`;
}
