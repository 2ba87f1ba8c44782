import { Argument, type Command, Option } from 'commander';
import { bashScript, zshScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { vocabulary } from '../completion/vocabulary.ts';
import { withSession } from '../session.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

/** Nobody waits longer for a key press. */
const MODELS_MS = 2_000;

const NOTE = `
Completes commands, flags, their values and the models that exist. To have it in every new shell:
  bash   echo 'source <(ballast completion bash)' >> ~/.bashrc
  zsh    echo 'source <(ballast completion zsh)' >> ~/.zshrc
  fish   ballast completion fish > ~/.config/fish/completions/ballast.fish`;

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print what makes a shell complete this command line')
    .addArgument(new Argument('[shell]', 'which shell').choices(Object.keys(SCRIPTS)))
    .addOption(new Option('--models').hideHelp())
    .addHelpText('after', NOTE)
    .action(async (shell: Shell | undefined, { models }: { models?: boolean }, command: Command) => {
      if (models) return printModels();
      if (shell === undefined) return command.error('error: a shell must be named: bash, zsh or fish');
      const { verbs, flags } = vocabulary(program);
      process.stdout.write(SCRIPTS[shell](verbs, flags));
    });
}

/** Names for the scripts to offer: none rather than an error, and no chain is made to have none. */
async function printModels(): Promise<void> {
  await withSession({ quiet: true }, {}, async ({ engine, storage, settings, loaded, call }) => {
    if (settings.chain === null && (await engine.findState(loaded.home)).length === 0) return;
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(MODELS_MS)]);
    const models = await storage.listModels({ signal });
    const names = models.map(({ model }) => model.replace(/^local\//, ''));
    process.stdout.write(names.map((name) => `${name}\n`).join(''));
  });
}
