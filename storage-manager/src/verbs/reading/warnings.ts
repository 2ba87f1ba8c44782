import { type JobOptions, note } from '../../events.ts';
import type { AsOf, Resolution, TrustedRelease } from '../../interfaces.ts';

/** What whoever uses a release should know although nothing forbids him to. */
export function warn(
  { release, trust, asOf, status, resolution }: TrustedRelease,
  options: JobOptions,
): void {
  const name = `${release.model}@${release.version}`;
  const tell = (text: string) => note(options, 'warning', text);
  if (status !== null && status !== 'active') {
    const reason = resolution?.release.reason ?? 'none';
    const why = reason === 'none' ? '' : ` (${reason})`;
    tell(`${name} is ${status}${why}: see other versions with \`ballast list --all\``);
  }
  if (resolution === null) warnUnasked(name, VOUCHES[trust], asOf, tell);
  else warnOf(resolution, name, tell);
}

const VOUCHES = {
  chain: 'the chain',
  local: 'the private chain',
  statement: "a statement of its namespace's key",
  lock: 'the lock file',
} as const;

function warnUnasked(name: string, who: string, { time }: AsOf, tell: Tell): void {
  const since = `what its publisher has said since ${time.toISOString()} is not known here`;
  tell(`not the chain but ${who} vouches for ${name}: ${since}`);
}

function warnOf({ release, homeAsOf, successor, dissent }: Resolution, name: string, tell: Tell): void {
  const { homeChain } = release;
  if (homeChain !== null && homeAsOf === null) {
    const home = `chain ${homeChain}`;
    tell(
      `${name} is a mirror: the registry on ${home} decides about it, and what it withdrew may not be known here; a fetch asks it where blockchain.otherChains names it`,
    );
  }
  for (const line of dissent) tell(`${line}: the other endpoints agreed`);
  if (successor !== null) {
    const announced = `the administrators of this registry announce ${successor} as the one that follows it`;
    tell(`${announced}; it is not used until you configure it`);
  }
}

type Tell = (text: string) => void;
