/** Every relative link of every page leads to a file of the project, and its anchor to a heading of that page. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './source-tree.ts';

const pages = globSync('**/*.md', { cwd: root, exclude: ['**/node_modules/**', '**/dist/**', '**/.*/**'] });

/** As GitHub makes anchors: lower case, spaces to hyphens, other punctuation gone; the second of a name has `-1`. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const prose = withoutCode(markdown);
  for (const [, title = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const text = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
    const anchor = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again += 1) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, '');
}

/** What the links of a page point to, as far as it lies in the project. */
function linksOf(markdown: string): string[] {
  const prose = withoutCode(markdown).replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** The links of a page that lead nowhere. */
function brokenLinks(page: string, markdown: string, read: (path: string) => string | null): string[] {
  return linksOf(markdown).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    const text = target === page ? markdown : read(target);
    if (text === null) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(text).has(anchor);
  });
}

/** A folder counts as an empty text. */
function readPath(path: string): string | null {
  const full = join(root, path);
  if (!existsSync(full)) return null;
  return path.endsWith('.md') ? readFileSync(full, 'utf8') : '';
}

it.each(pages)('%s links to what is there', (page) => {
  expect(brokenLinks(page, readFileSync(join(root, page), 'utf8'), readPath)).toEqual([]);
});

it('sees what is broken', () => {
  const markdown =
    '# A b\n\n[1](#a-b) [2](#b) [3](gone.md) [4](https://x) [5](x.md#c) [6](x.md#d-1)\n`[7](no)`\n';
  const read = (path: string) => (path === 'docs/x.md' ? '# D\n## d\n' : null);
  expect(brokenLinks('docs/page.md', markdown, read)).toEqual(['#b', 'gone.md', 'x.md#c']);
});

it('every page of docs/ can be reached from README.md', () => {
  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const link of linksOf(readFileSync(join(root, page), 'utf8'))) {
      const path = posix.join(posix.dirname(page), link.split('#')[0] ?? '');
      const file = existsSync(join(root, path, 'README.md')) ? posix.join(path, 'README.md') : path;
      if (file.endsWith('.md')) reached.add(file);
    }
  }
  expect(pages.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
});
