/** Begun before a case, asked after it. @returns what does not hold, each as a sentence; nothing where all is well */
export type Check = () => Promise<readonly string[]>;

/** What does not hold of all of them together: a case is over once this gives an empty list. */
export async function findings(checks: readonly Check[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const check of checks) found.push(...(await check()));
  return found;
}
