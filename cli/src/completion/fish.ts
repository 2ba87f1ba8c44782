import { type Flag, flattened, type Place, type Verb } from './vocabulary.ts';

/** One `complete` a command and a flag, with its description. */
export function fishScript(verbs: readonly Verb[], flags: readonly Flag[]): string {
  const verbLines = verbs.flatMap(({ names, text }) =>
    names.map((name) => `complete -c ballast -f -n __fish_use_subcommand -a ${name} -d ${quote(text)}`),
  );
  const groups = flattened(verbs).filter(({ inside }) => inside.length > 0);
  const workers = flattened(verbs).filter(({ inside }) => inside.length === 0);
  const rest = workers.flatMap((verb) => {
    const seen = seenOf(verb);
    return [
      ...verb.flags.map((flag) => flagLine(seen, flag)),
      ...verb.places
        .filter((place) => place !== 'files')
        .map((place) => `complete -c ballast ${seen} -a ${wordsOf(place)}`),
    ];
  });
  const own = flags.map((flag) => flagLine('-n __fish_use_subcommand', flag));
  return [
    '# Completion of ballast for fish.',
    ...verbLines,
    ...own,
    ...groups.flatMap(groupLines),
    ...rest,
    '',
  ].join('\n');
}

/** The commands of a group, while none of them is named. */
function groupLines({ names, inside }: Verb): string[] {
  const words = inside.map((verb) => ({ word: verb.names[0]!.split(' ').at(-1)!, text: verb.text }));
  const none = words.map(({ word }) => word).join(' ');
  const seen = `-n '__fish_seen_subcommand_from ${names.join(' ')}; and not __fish_seen_subcommand_from ${none}'`;
  return words.map(({ word, text }) => `complete -c ballast -f ${seen} -a ${word} -d ${quote(text)}`);
}

/** Each word of the name is there. */
function seenOf({ names }: Verb): string {
  const parts = names[0]!
    .split(' ')
    .map((_, at) => [...new Set(names.map((name) => name.split(' ')[at]!))].join(' '));
  return `-n '${parts.map((words) => `__fish_seen_subcommand_from ${words}`).join('; and ')}'`;
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
