import type { Command } from 'commander';
import { addCreate } from './namespace/create.ts';
import { addGrants } from './namespace/grant.ts';
import { addOwnership } from './namespace/ownership.ts';
import { addShow } from './namespace/show.ts';

export function addNamespace(program: Command): void {
  const namespace = program
    .command('namespace')
    .description('register a namespace, hand it over, say who may do what in it');
  addCreate(namespace);
  addShow(namespace);
  addGrants(namespace);
  addOwnership(namespace);
}
