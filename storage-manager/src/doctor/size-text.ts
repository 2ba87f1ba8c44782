import { GiB, MiB } from '../limits.ts';

/** `1.5 GiB`, `64 MiB` */
export function sizeText(bytes: number): string {
  return bytes >= GiB ? `${(bytes / GiB).toFixed(1)} GiB` : `${Math.round(bytes / MiB)} MiB`;
}
