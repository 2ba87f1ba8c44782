import { join } from 'node:path';
import type { Command } from 'commander';
import { programName, quote } from '../invocation.ts';
import { addCommonFlags, type CommonFlags } from '../options.ts';
import { paint, writeJson, writeLine } from '../output.ts';
import { withEngine } from '../session.ts';

const NOTE = `
Everything lies in the folder quickstart in BALLAST_HOME, apart from your own models, and begins anew each time. No
configuration is read: no node, no chain and no account is needed.`;

export function addQuickstart(program: Command): void {
  addCommonFlags(
    program
      .command('quickstart')
      .description('see it work: publish, fetch verified, damage, repair')
      .argument('[path]', 'your own file or folder, instead of a generated model')
      .addHelpText('after', NOTE),
  ).action(quickstart);
}

async function quickstart(path: string | undefined, flags: CommonFlags): Promise<void> {
  const start = performance.now();
  await withEngine(flags, async (run) => {
    const { Steps } = await import('../quickstart/steps.ts');
    const { MODEL, takeTour } = await import('../quickstart/tour.ts');
    const folder = join(run.engine.homeFolder(), 'quickstart');
    const home = join(folder, 'state');
    const deleteCommand = `BALLAST_HOME=${quote(home)} ${programName()} reset --yes`;
    const steps = new Steps(flags.json ?? false, run.progress);
    const storage = new run.engine.ModelStorageManager({ home });
    try {
      await takeTour({ ...run, steps, storage, folder, home, path, deleteCommand });
    } finally {
      run.progress.clear();
      await storage.close();
    }
    if (flags.json) writeJson({ home, model: MODEL, deleteCommand, steps: steps.done });
    else printNext(home, MODEL, (performance.now() - start) / 1000);
  });
}

function printNext(home: string, model: string, seconds: number): void {
  const name = programName();
  writeLine();
  writeLine(`${paint('green', 'All done')} in ${seconds.toFixed(1)} s. Look around in it:`);
  writeLine(`  export BALLAST_HOME=${quote(home)}`);
  for (const command of [
    'list',
    `info ${model} --chunks`,
    `verify ${model}`,
    `retrieve ${model}@1 ./${model}-model`,
  ])
    writeLine(`  ${name} ${command}`);
  writeLine('and publish a model of your own:');
  writeLine('  unset BALLAST_HOME');
  writeLine(`  ${name} store PATH my-model`);
}
