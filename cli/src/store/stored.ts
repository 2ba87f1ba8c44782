import type { StoredModel } from '@ballast-models/storage-manager';
import { programName, quote } from '../invocation.ts';
import {
  countText,
  paint,
  plural,
  printable,
  sizeText,
  writeFields,
  writeHint,
  writeLine,
} from '../output.ts';
import { trustText } from '../trust.ts';

/** What `store` says to people. @param ref as it was written */
export function printStored(stored: StoredModel, ref: string): void {
  const { model, version, published, bytes, newBytes, newChunks, quote: cost } = stored;
  const already = published && stored.transactions === 0;
  const verb = !published ? 'would store' : already ? 'stored already' : 'stored';
  writeLine(`${paint('green', verb)} ${paint('bold', printable(`${model}@${version}`))}`);
  const saved = bytes === 0 ? 0 : Math.max(0, Math.round(100 - (newBytes * 100) / bytes));
  writeFields([
    ['content', `${plural(stored.files, 'file')}, ${plural(stored.chunks, 'chunk')}, ${sizeText(bytes)}`],
    already
      ? ['repaired', repairText(stored)]
      : ['new', `${plural(newChunks, 'chunk')}, ${sizeText(newBytes)} (${saved} % was stored before)`],
    ['stores', stored.stores.join(', ')],
    ...(stored.healed > 0 && !already ? ([['repaired', plural(stored.healed, 'block')]] as const) : []),
    [
      'chain',
      published
        ? `${plural(stored.transactions, 'transaction')}, ${countText(BigInt(stored.gasUsed))} gas`
        : cost.transactions === 0
          ? 'nothing to send: it is published already'
          : `${plural(cost.transactions, 'transaction')}, about ${countText(BigInt(cost.gas))} gas`,
    ],
    ...(published ? ([['trust', trustText(stored)]] as const) : []),
    ['manifest', stored.manifest],
    ...(stored.content === null || !stored.stores.includes('kubo')
      ? []
      : ([['ipfs', `/ipfs/${stored.content}`]] as const)),
  ]);
  if (published) writeHint(`fetch it: ${programName()} retrieve ${quote(ref)} ./copy`);
}

/** What a release that was published before had lost. */
function repairText({ newChunks, newBytes, healed }: StoredModel): string {
  const put = newChunks > 0 ? [`${plural(newChunks, 'missing chunk')} (${sizeText(newBytes)}) put back`] : [];
  const replaced = healed > 0 ? [`${plural(healed, 'corrupt block')} replaced`] : [];
  return [...put, ...replaced].join(', ') || 'no chunk was missing';
}
