import { join } from 'node:path';

/** Where everything of one machine lies, below `BALLAST_HOME`. */
export function placesIn(home: string) {
  return {
    chain: join(home, 'chain'),
    key: join(home, 'key'),
    store: join(home, 'store'),
    cache: join(home, 'cache'),
    locks: join(home, 'locks'),
    workspaces: join(home, 'unpacked'),
    journal: join(home, 'journal.sqlite'),
    tasks: join(home, 'tasks.sqlite'),
    seen: join(home, 'seen.sqlite'),
  };
}
