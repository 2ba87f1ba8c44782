import type { Command } from 'commander';
import { addCheck } from './check.ts';
import { addDeploy } from './deploy.ts';
import { addMirror } from './mirror.ts';

export function addRegistry(program: Command): void {
  const registry = program
    .command('registry')
    .description('deploy, prove and mirror the registry on a chain')
    .helpCommand(false);
  addDeploy(registry);
  addCheck(registry);
  addMirror(registry);
}
