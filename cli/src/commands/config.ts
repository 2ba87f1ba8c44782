import type { ShownField } from '@ballast-models/storage-manager';
import { Argument, type Command } from 'commander';
import { addCommonFlags, type CommonFlags } from '../options.ts';
import { paint, writeJson, writeLine, writeTable } from '../output.ts';
import { withSession } from '../session.ts';

const EXAMPLES = `
Each field comes from the first that names it: a flag, the environment, --config FILE or ./config.json, the user's
config.json in BALLAST_HOME, the default. Variables: BALLAST_HOME, BALLAST_KUBO_API, BALLAST_KUBO_GATEWAY,
BALLAST_GATEWAYS, BALLAST_FLEET, BALLAST_CACHE_MAX_BYTES, BALLAST_CACHE_FOLDER, ETH_NODE_URL, CONTRACT_ADDRESS,
PRIVATE_KEY or ETH_PRIVATE_KEY (each also as …_FILE), or ETH_KEYSTORE with ETH_PASSWORD_FILE.`;

export function addConfig(program: Command): void {
  addCommonFlags(
    program
      .command('config')
      .description('show the configuration and where each value comes from, or check it')
      .addArgument(new Argument('[action]', 'what to do').choices(['show', 'check']).default('show'))
      .addHelpText('after', EXAMPLES),
  ).action((action: 'show' | 'check', flags: CommonFlags) =>
    action === 'show' ? show(flags) : check(flags),
  );
}

async function show(flags: CommonFlags): Promise<void> {
  await withSession(flags, {}, async ({ engine, loaded, settings }) => {
    const fields = engine.showConfig(loaded, settings);
    if (flags.json) {
      writeJson({ home: loaded.home, registry: registryOf(settings), fields });
      return;
    }
    writeLine(`state in ${paint('bold', loaded.home)}, registry: ${registryOf(settings)}`);
    writeLine();
    writeTable<ShownField>(
      [
        { title: 'FIELD', text: ({ field }) => field },
        {
          title: 'VALUE',
          text: ({ value }) => (Array.isArray(value) ? value.join(', ') : String(value ?? '-')),
        },
        { title: 'FROM', text: ({ origin }) => origin },
      ],
      fields,
    );
  });
}

/** Whatever is wrong has thrown before the work begins. */
async function check(flags: CommonFlags): Promise<void> {
  await withSession(flags, {}, async ({ settings }) => {
    if (flags.json) writeJson({ ok: true, registry: registryOf(settings), stores: settings.stores });
    else
      writeLine(
        `${paint('green', 'ok')}: registry ${registryOf(settings)}, stores ${settings.stores.join(', ')}`,
      );
  });
}

function registryOf({ chain }: { chain: unknown }): 'private chain' | 'ethereum' {
  return chain === null ? 'private chain' : 'ethereum';
}
