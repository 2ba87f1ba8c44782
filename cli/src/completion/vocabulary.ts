import type { Argument, Command, Option } from 'commander';
import { STORES } from '../options.ts';

/** What may stand in a place: one of some words, a model, or a file (also where anything may stand). */
export type Place = readonly string[] | 'models' | 'files';

export interface Flag {
  /** `-q --quiet` */
  readonly names: readonly string[];
  readonly text: string;
  /** What follows it; null: nothing does. */
  readonly value: Place | null;
}

export interface Verb {
  /** Name and aliases; of a command in a group `registry deploy`. */
  readonly names: readonly string[];
  readonly text: string;
  readonly flags: readonly Flag[];
  readonly places: readonly Place[];
  /** The commands of a group; none in one that does the work. */
  readonly inside: readonly Verb[];
}

/** Every command that help shows, read from the tree that parses them: what completes can't get out of step. */
export function vocabulary(program: Command): {
  readonly verbs: readonly Verb[];
  readonly flags: readonly Flag[];
} {
  const help = program.createHelp();
  const flagsOf = (command: Command) => help.visibleOptions(command).map(flag);
  const wordsIn = (group: Command) => help.visibleCommands(group).map((command) => command.name());
  const verbsIn = (group: Command, before: readonly string[]): Verb[] =>
    help.visibleCommands(group).map((command) => {
      const names = [command.name(), ...command.aliases()];
      const full = before.flatMap((name) => names.map((each) => `${name}${each}`));
      const inside = verbsIn(
        command,
        full.map((name) => `${name} `),
      );
      const places = command.name() === 'help' ? [wordsIn(program)] : command.registeredArguments.map(place);
      return {
        names: full,
        text: command.description(),
        flags: flagsOf(command),
        places: inside.length > 0 ? [wordsIn(command)] : places,
        inside,
      };
    });
  return { verbs: verbsIn(program, ['']), flags: flagsOf(program) };
}

/** All verbs, those inside a group behind it. */
export function flattened(verbs: readonly Verb[]): readonly Verb[] {
  return verbs.flatMap((verb) => [verb, ...flattened(verb.inside)]);
}

/** Names of arguments that are references. */
const REFERENCES = ['ref', 'left', 'right'];

function flag(option: Option): Flag {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const takes = option.required || option.optional;
  return {
    names,
    text: option.description,
    value: takes ? (option.argChoices ?? placeholder(option.flags)) : null,
  };
}

/** `--store <names>`, `--base <ref>`: the placeholder says what follows. */
function placeholder(flags: string): Place {
  if (flags.endsWith('<names>')) return [...STORES, STORES.join(',')];
  return flags.endsWith('<ref>') ? 'models' : 'files';
}

function place(argument: Argument): Place {
  return argument.argChoices ?? (REFERENCES.includes(argument.name()) ? 'models' : 'files');
}
