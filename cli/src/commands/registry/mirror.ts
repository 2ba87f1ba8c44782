import type { MirroredModel, RecordMode } from '@ballast-models/storage-manager';
import { type Command, Option } from 'commander';
import { addCommonFlags, addKeyFlags, type CommonFlags, type KeyFlags, keyConfig } from '../../options.ts';
import { countText, paint, plural, printable, writeFields, writeJson, writeLine } from '../../output.ts';
import { askYes } from '../../prompt.ts';
import { keepSecretsOfConfig, loadConfig, unlocked, withEngine } from '../../session.ts';
import { costQuestion, requireConsent } from '../../store/cost.ts';

interface MirrorFlags extends CommonFlags, KeyFlags {
  readonly to: string;
  readonly record?: RecordMode;
  readonly status?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const MORE = `
--to names a configuration file of which only "blockchain" counts: rpcUrl, and contractAddress or key where they are not
those of the home chain (a registry without administrators has the same address everywhere). The mirror has the manifest
digest, chunk root and counts of the home chain's release, and names the home chain. Its namespace must be yours there too.

Channels are not mirrored. Status is, with --status: run it again after a yank or a revocation at home, since no chain
hears of another by itself. What stands already is not sent again; where something else stands, nothing is sent.

Example:
  ballast registry mirror acme/llama@1.0.0 --to optimism.json`;

export function addMirror(group: Command): void {
  const command = group
    .command('mirror')
    .description('publish releases of the configured chain on another chain too')
    .argument('<ref...>', 'release: model, model@version or model@channel')
    .requiredOption('--to <file>', 'configuration file of the other chain')
    .addOption(
      new Option(
        '--record <mode>',
        'what the other chain keeps of the digests (default: as at home)',
      ).choices(['logged', 'root', 'code']),
    )
    .option('--status', 'give the mirror the status that the release has at home')
    .option('-y, --yes', 'agree to the cost')
    .option('--dry-run', 'show the cost; send nothing')
    .addHelpText('after', MORE);
  addCommonFlags(addKeyFlags(command)).action(mirror);
}

async function mirror(refs: readonly string[], flags: MirrorFlags): Promise<void> {
  await withEngine(flags, async (run) => {
    const { engine, progress, call } = run;
    const { record, status, dryRun = false, yes = false } = flags;
    if (!dryRun) requireConsent(engine, yes, 'the cost of a mirror');
    const other = await engine.loadConfigFile(flags.to);
    const { config, home } = await loadConfig(run, flags, keyConfig(flags), { signs: true });
    const to = await unlocked(run, other);
    for (const each of [config, to]) keepSecretsOfConfig(each);
    const rows = await engine.mirrorModels(config, to, refs, {
      ...{ record, status, dryRun, home },
      ...call,
      confirm: async (quote) => {
        progress.note('info', costQuestion(quote, 'this'));
        return yes || askYes('Send?', call.signal);
      },
    });
    progress.clear();
    if (flags.json) writeJson(rows);
    else for (const row of rows) print(row, dryRun);
  });
}

function print(row: MirroredModel, dryRun: boolean): void {
  const { model, version, homeChain, chainId, homeStatus, mirrorStatus, transactions, quote } = row;
  const verb = !row.mirrored ? 'would mirror' : transactions === 0 ? 'mirrored already' : 'mirrored';
  writeLine(`${paint('green', verb)} ${paint('bold', printable(`${model}@${version}`))}`);
  const sent = `${plural(transactions, 'transaction')}, ${countText(BigInt(row.gasUsed))} gas`;
  const cost = `${plural(quote.transactions, 'transaction')}, about ${countText(BigInt(quote.gas))} gas`;
  writeFields([
    ['home', `chain ${homeChain}, ${homeStatus}`],
    ['mirror', `chain ${chainId}, ${mirrorStatus ?? 'none yet'}`],
    dryRun ? ['cost', cost] : ['sent', sent],
  ]);
}
