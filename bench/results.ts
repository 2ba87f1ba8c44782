import { median, type Sample } from './measure.ts';

/** One line of the table: what we took over what the peer took (or ours alone), and whether that is what we aim at. */
export interface Row {
  readonly name: string;
  readonly ours: string;
  readonly peer: string;
  /** Median of the rounds, each round's two runs beside each other; null where the row is void. */
  readonly ratio: number | null;
  /** The least and the most of the rounds. */
  readonly spread: readonly [number, number] | null;
  /** At most, or at least where `atLeast`; null where nothing was aimed at. */
  readonly target: number | null;
  readonly atLeast?: boolean;
}

/** What one tool took in each round, or why there is nothing. */
export type Taken = readonly Sample[] | string;

export interface Context {
  /** For everything that the benchmark writes. */
  readonly folder: string;
  readonly bytes: number;
  readonly rounds: number;
}

/** Each value divided by that of the same round. */
export function ratioRow(
  name: string,
  ours: Taken,
  peer: Taken,
  target: number | null,
  peerName: string,
): Row {
  if (typeof ours === 'string') return voidRow(name, ours, target);
  if (typeof peer === 'string') return voidRow(name, `${peerName}: ${peer}`, target);
  const ratios = ours.map((sample, round) => sample.seconds / peer[round]!.seconds);
  return {
    name,
    ours: secondsText(ours),
    peer: `${peerName} ${secondsText(peer)}`,
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    target,
  };
}

/** A figure of ours against a bound. @param text of one value, with its unit */
export function figureRow(
  name: string,
  values: readonly number[],
  text: (value: number) => string,
  target: number | null,
  atLeast = false,
  peer = '–',
): Row {
  const middle = median(values);
  const spread = [Math.min(...values), Math.max(...values)] as const;
  return { name, ours: text(middle), peer, ratio: middle, spread, target, atLeast };
}

export function voidRow(name: string, why: string, target: number | null = null): Row {
  return { name, ours: '–', peer: why, ratio: null, spread: null, target };
}

export function within({ ratio, target, atLeast = false }: Row, factor = 1): boolean | null {
  if (ratio === null || target === null) return null;
  return atLeast ? ratio * factor >= target : ratio <= target * factor;
}

function secondsText(samples: readonly Sample[]): string {
  return `${median(samples.map(({ seconds }) => seconds)).toFixed(2)} s`;
}

export function cpuPerGigabyte(samples: readonly Sample[], bytes: number): number[] {
  return samples.map(({ cpuSeconds }) => (cpuSeconds * 1e9) / bytes);
}

export function peaks(samples: readonly Sample[]): number[] {
  return samples.map(({ peakBytes }) => peakBytes / 2 ** 20);
}
