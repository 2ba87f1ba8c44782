import type { ModelHistory } from '@ballast-models/storage-manager';
import { type Command, Option } from 'commander';
import { detailText, whatText } from '../history/event-text.ts';
import { addCommonFlags, type CommonFlags, count } from '../options.ts';
import { printable, timeText, writeHint, writeJson, writeTable } from '../output.ts';
import { withSession } from '../session.ts';

interface HistoryFlags extends CommonFlags {
  readonly fromBlock?: number;
}

type Row = ModelHistory['events'][number];

const NOTE = `
A model without @ shows all of it; with a version or channel what concerns that release. It is told by the events of the
chain, which a node may leave out: it is for people, and nothing is fetched or judged by it. ballast info and namespace
show tell what holds now.`;

export function addHistory(program: Command): void {
  addCommonFlags(
    program
      .command('history')
      .description('show what happened to a model or a release, in the order of the chain')
      .argument('<ref>', 'model, model@version, model@channel or model@sha256:<manifest digest>')
      .addOption(
        new Option('--from-block <n>', 'first block to look in (default: that of the contract)').argParser(
          count,
        ),
      )
      .addHelpText('after', NOTE),
  ).action(history);
}

async function history(ref: string, flags: HistoryFlags): Promise<void> {
  await withSession(flags, {}, async ({ storage, call, progress }) => {
    const shown = await storage.releases.history(ref, { fromBlock: flags.fromBlock, ...call });
    progress.clear();
    if (flags.json) return writeJson(shown);
    writeTable<Row>(
      [
        { title: 'WHEN', text: ({ time }) => timeText(time) },
        { title: 'BLOCK', text: ({ block }) => String(block), right: true },
        { title: 'WHAT', text: whatText },
        { title: 'DETAILS', text: detailText },
      ],
      shown.events,
    );
    if (!shown.complete) {
      const early =
        flags.fromBlock === undefined ? 'this node leaves events out' : 'earlier blocks were not looked at';
      writeHint(`not the whole history of ${printable(shown.model)}: ${early}`);
    }
  });
}
