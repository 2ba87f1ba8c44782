/** The `console` blocks of a Markdown page: commands, and what they print. */

/** A command and what stands under it; `…` stands for anything. */
export interface Session {
  readonly command: string;
  readonly printed: string;
}

export function sessions(markdown: string): Session[] {
  const blocks = [...markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
  return blocks.flatMap((block) =>
    [...block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command, printed]) => ({
      command: command!,
      printed: printed!.trimEnd(),
    })),
  );
}

export function matches(printed: string, output: string): boolean {
  const parts = printed.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.*?'), 's').test(output);
}
