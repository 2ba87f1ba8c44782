import type { Deployment } from '@ballast-models/storage-manager';
import { type Command, Option } from 'commander';
import { durationSeconds } from '../../change/options.ts';
import { programName } from '../../invocation.ts';
import { addCommonFlags, addKeyFlags, type CommonFlags, type KeyFlags, keyConfig } from '../../options.ts';
import {
  countText,
  paint,
  plural,
  printable,
  writeFields,
  writeHint,
  writeJson,
  writeLine,
} from '../../output.ts';
import { askYes } from '../../prompt.ts';
import { keepSecretsOfConfig, loadConfig, withEngine } from '../../session.ts';
import { etherText, requireConsent } from '../../store/cost.ts';

interface DeployFlags extends CommonFlags, KeyFlags {
  readonly admin?: string;
  readonly pauser?: string;
  /** Seconds. */
  readonly delay?: number;
  readonly signer?: string;
  readonly from?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const MORE = `
The address is a function of the code and of --admin alone: the same on every chain. It is created by CREATE2 through the
factory 0x4e59b44847b379578588920cA78FbF26c0B4956C with the salt "ballast", padded with zeros on the right.

Without --admin there are no administrators, for ever. With it an AccessManager of OpenZeppelin is created too: the pauser
may pause at once; the admin may unpause, reserve namespaces, name a successor and change these rights, each only --delay
after announcing it on chain. Where the admin is not the signer (a Safe), what it must send is printed.

A hardware wallet signs through --signer, which is asked by eth_accounts and eth_signTransaction; what it signs is sent only
where it is what was asked for.

Run again it sends only what is missing: an interrupted run is finished so. What a run has sent and seen executed is
written to deployments/<chain id>.json; the chain decides, never that file.

Examples:
  ballast registry deploy --dry-run
  ballast registry deploy --keystore ~/.foundry/keystores/deployer --admin 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
  ballast registry deploy --signer http://127.0.0.1:9000`;

export function addDeploy(group: Command): void {
  const command = group
    .command('deploy')
    .description('put the registry on the configured chain')
    .option('--admin <address>', 'account or Safe that administers it (default: nobody, for ever)')
    .option('--pauser <address>', 'who may pause it at once (default: the admin)')
    .option('--delay <time>', 'between announcing and doing whatever else (default: 48h)', durationSeconds)
    .addOption(
      new Option(
        '--signer <url>',
        'program that signs in place of a key of ours: Web3Signer, geth with clef',
      ).conflicts(['keystore', 'passwordFile']),
    )
    .option('--from <address>', 'which of its accounts (default: its only one)')
    .option('--out <folder>', 'where the record is written (default: ./deployments)')
    .option('-y, --yes', 'agree to the cost')
    .option('--dry-run', 'show the transactions and their cost; send and write nothing')
    .addHelpText('after', MORE);
  addCommonFlags(addKeyFlags(command)).action(deploy);
}

async function deploy(flags: DeployFlags): Promise<void> {
  await withEngine(flags, async (run) => {
    const { engine, progress, call } = run;
    const { admin, pauser, delay, signer, from, out, dryRun = false, yes = false } = flags;
    if (!dryRun) requireConsent(engine, yes, 'the cost of a deployment');
    const { config } = await loadConfig(run, flags, keyConfig(flags), { signs: signer === undefined });
    keepSecretsOfConfig(config);
    const deployed = await engine.deployRegistry(config, {
      ...{ admin, pauser, delaySeconds: delay, signer, from, folder: out, dryRun },
      ...call,
      confirm: async ({ transactions, gas, wei }) => {
        const cost = `${countText(gas)} gas: ${etherText(wei)} ETH at the present price, at most twice that`;
        progress.note('info', `deploying takes ${plural(transactions, 'transaction')} and about ${cost}`);
        return yes || askYes('Deploy?', call.signal);
      },
    });
    progress.clear();
    if (flags.json) writeJson(deployed);
    else print(deployed, dryRun);
  });
}

function print(deployed: Deployment, dryRun: boolean): void {
  const { address, chainId, authority, transactions, gasUsed, quote, steps, pending, file } = deployed;
  const verb = !deployed.deployed ? 'would deploy' : transactions === 0 ? 'stands already' : 'deployed';
  writeLine(`${paint('green', verb)} ${paint('bold', address)} on chain ${chainId}`);
  const price = `about ${countText(BigInt(quote.gas))} gas, ${etherText(BigInt(quote.wei))} ETH`;
  writeFields([
    ['code', deployed.codeHash],
    ['reader', `${deployed.reader}, code ${deployed.readerCodeHash}`],
    [
      'authority',
      authority === null ? 'none: nobody can pause it, for ever' : `${authority}, an AccessManager`,
    ],
    ...(dryRun
      ? [...steps.map((step) => ['to send', step] as const), ['cost', price] as const]
      : ([['sent', `${plural(transactions, 'transaction')}, ${countText(BigInt(gasUsed))} gas`]] as const)),
    ...(file === null ? [] : ([['record', file]] as const)),
  ]);
  for (const { to, data, what } of pending) {
    writeLine();
    writeLine(
      `${paint('yellow', 'pending:')} the admin must send this, until then the admin may do everything at once`,
    );
    writeFields([
      ['what', what],
      ['to', to],
      ['data', data],
    ]);
  }
  if (!dryRun) writeHint(`use it: CONTRACT_ADDRESS=${printable(address)} ${programName()} list`);
}
