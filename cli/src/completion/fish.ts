import type { Flag, Place, Verb } from './vocabulary.ts';

/** One `complete` a command and a flag, with its description. */
export function fishScript(verbs: readonly Verb[], flags: readonly Flag[]): string {
  const verbLines = verbs.flatMap(({ names, text }) =>
    names.map((name) => `complete -c ballast -f -n __fish_use_subcommand -a ${name} -d ${quote(text)}`),
  );
  const rest = verbs.flatMap((verb) => {
    const seen = `-n '__fish_seen_subcommand_from ${verb.names.join(' ')}'`;
    return [
      ...verb.flags.map((flag) => flagLine(seen, flag)),
      ...verb.places
        .filter((place) => place !== 'files')
        .map((place) => `complete -c ballast ${seen} -a ${wordsOf(place)}`),
    ];
  });
  const own = flags.map((flag) => flagLine('-n __fish_use_subcommand', flag));
  return ['# Completion of ballast for fish.', ...verbLines, ...own, ...rest, ''].join('\n');
}

function flagLine(seen: string, { names, text, value }: Flag): string {
  const spelt = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const takes = value === null ? '' : value === 'files' ? ' -r' : ` -x -a ${wordsOf(value)}`;
  return `complete -c ballast ${seen} ${spelt.join(' ')}${takes} -d ${quote(text)}`;
}

function wordsOf(place: Place): string {
  return place === 'models' ? "'(ballast completion --models 2>/dev/null)'" : quote([...place].join(' '));
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
