/**
 * Paths with equal keys may be one file somewhere: lower then upper case joins ß with SS and the three sigmas, and
 * the Turkish i, dotted or not, counts as i.
 */
export function foldPath(path: string): string {
  return path.toLowerCase().toUpperCase().normalize('NFD').replaceAll('I\u0307', 'I');
}
