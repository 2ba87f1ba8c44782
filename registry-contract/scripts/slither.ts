/** `node registry-contract/scripts/slither.ts`: what slither finds in contracts/ and slither-findings.json does not explain. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse, root } from './foundry.ts';

interface Report {
  readonly error: string | null;
  readonly results: { readonly detectors?: readonly Finding[] };
}

interface Finding {
  readonly check: string;
  readonly elements: readonly Element[];
}

interface Element {
  readonly type: string;
  readonly name: string;
  readonly type_specific_fields?: { readonly parent?: Element; readonly signature?: string };
}

/** Detector → where it speaks → why that is as it should be. */
type Explained = Record<string, Record<string, string>>;

/** `Contract.function(arguments)` or `Contract.variable`: stays the same when lines move. */
function placeOf({ type, name, type_specific_fields: { parent, signature } = {} }: Element): string {
  const own = type === 'node' ? [] : [signature ?? name];
  return [...(parent ? [placeOf(parent)] : []), ...own].join('.');
}

/** @throws Error with what slither says, when the contracts do not compile */
async function findings(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-slither-'));
  try {
    const { stderr } = await analyse('slither', ['.', '--json', join(folder, 'report.json')], 'slither');
    const report = JSON.parse(
      await readFile(join(folder, 'report.json'), 'utf8').catch(() => '{}'),
    ) as Partial<Report>;
    if (!report.results || report.error) throw new Error(`slither ended without a report: ${stderr}`);
    const found = report.results.detectors ?? [];
    return [
      ...new Set(found.map(({ check, elements }) => `${check}: ${elements[0] ? placeOf(elements[0]) : '-'}`)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was found and is not explained, and what is explained and was not found. */
export async function compareFindings(): Promise<{ unexplained: string[]; stale: string[] }> {
  const explained = JSON.parse(await readFile(join(root, 'slither-findings.json'), 'utf8')) as Explained;
  const explanations = Object.entries(explained).flatMap(([check, places]) =>
    Object.keys(places).map((place) => `${check}: ${place}`),
  );
  const found = await findings();
  return {
    unexplained: found.filter((finding) => !explanations.includes(finding)),
    stale: explanations.filter((place) => !found.includes(place)),
  };
}

if (import.meta.main) {
  const { unexplained, stale } = await compareFindings();
  for (const finding of unexplained) console.log(`not explained: ${finding}`);
  for (const place of stale) console.log(`no longer found: ${place}`);
  console.log(`${unexplained.length} findings that slither-findings.json does not explain`);
  if (unexplained.length + stale.length > 0) process.exitCode = 1;
}
