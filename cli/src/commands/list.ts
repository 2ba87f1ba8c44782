import type { ListedModel } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { programName } from '../invocation.ts';
import { addCommonFlags, addRequireFlag, type CommonFlags, type TrustFlags } from '../options.ts';
import { countText, sizeText, timeText, writeHint, writeJson, writeTable } from '../output.ts';
import { withSession } from '../session.ts';

interface ListFlags extends CommonFlags, TrustFlags {
  readonly namespace?: string;
  readonly all?: boolean;
}

export function addList(program: Command): void {
  addRequireFlag(
    addCommonFlags(
      program
        .command('list')
        .alias('ls')
        .description('list models: a row a model, its latest version')
        .option('--namespace <ns>', 'only the models of this namespace')
        .option('--all', 'a row a release, of any status'),
    ),
  ).action(list);
}

async function list(flags: ListFlags): Promise<void> {
  await withSession(flags, {}, async ({ storage, call }) => {
    const models = await storage.listModels({
      namespace: flags.namespace,
      all: flags.all,
      ...call,
    });
    if (flags.json) writeJson(models);
    else if (models.length > 0) print(models);
    else if (flags.namespace !== undefined) writeHint(`no models in the namespace ${flags.namespace}`);
    else writeHint(`no models yet: ${programName()} store PATH NAME publishes one`);
  });
}

function print(models: readonly ListedModel[]): void {
  writeTable<ListedModel>(
    [
      { title: 'MODEL', text: ({ model }) => model },
      { title: 'VERSION', text: ({ version }) => version },
      { title: 'STATUS', text: ({ status }) => status },
      { title: 'CHANNELS', text: ({ channels }) => channels.join(',') || '-' },
      { title: 'SIZE', text: ({ bytes }) => sizeText(bytes), right: true },
      { title: 'CHUNKS', text: ({ chunks }) => countText(chunks), right: true },
      { title: 'PUBLISHED', text: ({ publishedAt }) => timeText(publishedAt) },
    ],
    models,
  );
}
