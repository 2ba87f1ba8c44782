import { type JobOptions, note } from '../../events.ts';
import type { Resolution } from '../../interfaces.ts';

/** What whoever uses a release should know although nothing forbids him to. */
export function warn({ release, homeAsOf, successor, dissent }: Resolution, options: JobOptions): void {
  const { model, version, status, reason, homeChain } = release;
  const name = `${model}@${version}`;
  if (status !== 'active') {
    const why = reason === 'none' ? '' : ` (${reason})`;
    note(options, 'warning', `${name} is ${status}${why}: see other versions with ballast list --all`);
  }
  if (homeChain !== null && homeAsOf === null) {
    const home = `chain ${homeChain}`;
    note(
      options,
      'warning',
      `${name} is a mirror: the registry on ${home} decides about it, and what it withdrew may not be known here; a fetch asks it where blockchain.otherChains names it`,
    );
  }
  for (const line of dissent) note(options, 'warning', `${line}: the other endpoints agreed`);
  if (successor !== null) {
    const announced = `the administrators of this registry announce ${successor} as the one that follows it`;
    note(options, 'warning', `${announced}; it is not used until you configure it`);
  }
}
