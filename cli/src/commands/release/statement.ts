import { type Command, Option } from 'commander';
import { expiry } from '../../change/options.ts';
import { programName } from '../../invocation.ts';
import { addCommonFlags, addKeyFlags, type CommonFlags, type KeyFlags, keyConfig } from '../../options.ts';
import { paint, printable, timeText, writeFields, writeHint, writeJson, writeLine } from '../../output.ts';
import { withSession } from '../../session.ts';

interface StatementFlags extends CommonFlags, KeyFlags {
  readonly expires?: Date;
  readonly out: string;
}

const NOTE = `
The key that signs must be the statement key of the namespace: ballast namespace statement-key sets it. Nothing is sent, and
nothing is paid. Serve the folder by HTTP, or hand it out: whoever names it in trust.statements, or has it beside his
models.lock, can fetch the version while the chain is out of reach, until the statement expires.

Examples:
  ballast release statement acme/llama@1.0.0 --keystore statements.json
  ballast release statement acme/llama@1.0.0 --expires 90d --out /srv/mirror`;

export function addStatement(release: Command): void {
  addCommonFlags(
    addKeyFlags(
      release
        .command('statement')
        .description('sign what the chain says of a release, for when nobody can ask it')
        .argument('<ref>', 'model, model@version, model@channel or model@sha256:<manifest digest>')
        .addOption(
          new Option('--expires <end>', '30d (default), 2027-01-31; at most 90 days on').argParser(expiry),
        )
        .option('--out <folder>', 'folder to write ballast/1/<namespace>/<name>/<version>.json below', '.')
        .addHelpText('after', NOTE),
    ),
  ).action(statement);
}

async function statement(ref: string, flags: StatementFlags): Promise<void> {
  await withSession(
    flags,
    keyConfig(flags),
    async ({ storage, progress, call }) => {
      const { expires: expiresAt, out: folder } = flags;
      const signed = await storage.releases.state(ref, { ...call, expiresAt, folder });
      progress.clear();
      if (flags.json) return writeJson(signed);
      const { model, version, signer, path } = signed;
      writeLine(`${paint('bold', printable(`${model}@${version}`))}: ${paint('green', 'stated')}`);
      writeFields([
        ['signed by', signer],
        ['expires', timeText(signed.expiresAt)],
        ['file', path],
      ]);
      writeHint(`sign it anew before it expires: ${programName()} release statement ${printable(ref)}`);
    },
    { signs: true },
  );
}
