import { type Flag, flattened, type Place, type Verb } from './vocabulary.ts';

/**
 * Words come from `COMP_WORDS`. Bash cuts words at @ : = too, so that `m@1` is three of them and one place. Where
 * nothing is known, and for files, the shell completes file names itself. `compgen -W` expands what it is given, which
 * is harmless: the grammar of a model's name has no $ and no backtick.
 */
export function bashScript(top: readonly Verb[], flags: readonly Flag[]): string {
  const verbs = flattened(top);
  const groups = verbs.filter(({ inside }) => inside.length > 0);
  return `# Completion of ballast for bash, and for zsh by bashcompinit.
_ballast() {
  local cur=\${COMP_WORDS[COMP_CWORD]} verb= flag= skip= place=0 words= i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ -n "$skip" ] && [ "$word" != = ]; then skip= flag=; continue; fi
    case "$verb $word" in
      ${verbs.flatMap(valued).join('|')}) skip=1 flag=$word ;;
      *' '[@:=]) skip=1 ;;
      *' '-*) ;;
      ' '*) verb=$word ;;
${groups.map(intoGroup).join('\n')}
      *) place=$((place + 1)) ;;
    esac
  done
  case "$cur" in [@:=]) return ;; esac
  if [ -n "$skip" ]; then
    case "$verb $flag" in
${verbs.flatMap(valueCases).join('\n')}
    esac
  elif [ -z "$verb" ]; then
    words='${[...top.flatMap(({ names }) => names), ...flags.flatMap(({ names }) => names)].join(' ')}'
  else
    case "$cur" in
      -*) case "$verb" in
${verbs.map((verb) => `        ${verb.names.map((name) => `'${name}'`).join('|')}) words='${verb.flags.flatMap(({ names }) => names).join(' ')}' ;;`).join('\n')}
      esac ;;
      *) case "$verb $place" in
${verbs.flatMap(placeCases).join('\n')}
      esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _ballast ballast
`;
}

/** The same functions: zsh brings what runs them. */
export function zshScript(verbs: readonly Verb[], flags: readonly Flag[]): string {
  return `autoload -Uz compinit bashcompinit && compinit -i && bashcompinit\n${bashScript(verbs, flags)}`;
}

/** The word behind a group names its command. */
function intoGroup({ names }: Verb): string {
  return `      ${names.map((name) => `'${name} '*`).join('|')}) verb="$verb $word" place=0 ;;`;
}

function valued({ names, flags }: Verb): string[] {
  const takers = flags.filter(({ value }) => value !== null).flatMap((flag) => flag.names);
  return names.flatMap((name) => takers.map((flag) => `'${name} ${flag}'`));
}

function valueCases({ names, flags }: Verb): string[] {
  return flags.flatMap((flag) =>
    cases(
      names.flatMap((name) => flag.names.map((each) => `'${name} ${each}'`)),
      flag.value,
    ),
  );
}

function placeCases({ names, places }: Verb): string[] {
  return places.flatMap((place, at) =>
    cases(
      names.map((name) => `'${name} ${at}'`),
      place,
    ),
  );
}

function cases(patterns: readonly string[], place: Place | null): string[] {
  if (place === null || place === 'files') return [];
  const words = place === 'models' ? '$("$1" completion --models 2>/dev/null)' : `'${place.join(' ')}'`;
  return [`        ${patterns.join('|')}) words=${words} ;;`];
}
