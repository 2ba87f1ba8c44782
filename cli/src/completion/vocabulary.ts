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
  /** Name and aliases. */
  readonly names: readonly string[];
  readonly text: string;
  readonly flags: readonly Flag[];
  readonly places: readonly Place[];
}

/** Every command that help shows, read from the tree that parses them: what completes can't get out of step. */
export function vocabulary(program: Command): {
  readonly verbs: readonly Verb[];
  readonly flags: readonly Flag[];
} {
  const help = program.createHelp();
  const flagsOf = (command: Command) => help.visibleOptions(command).map(flag);
  const commands = help.visibleCommands(program);
  const names = commands.map((command) => command.name());
  const verbs = commands.map((command) => ({
    names: [command.name(), ...command.aliases()],
    text: command.description(),
    flags: flagsOf(command),
    places: command.name() === 'help' ? [names] : command.registeredArguments.map(place),
  }));
  return { verbs, flags: flagsOf(program) };
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
