/**
 * What a registry is called where it must never be taken for another, such as in the rows of the journal.
 * @param contract address, lower case
 */
export function ethereumId(chainId: number, contract: string): string {
  return `eip155:${chainId}/${contract}`;
}

/** The chain of such an id; null for the private chain of a machine. */
export function chainIdOf(id: string): number | null {
  const digits = /^eip155:(\d+)\//.exec(id)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Whether an id is that of a contract of this address, on any chain: the chain may be out of reach. */
export function isIdOfContract(id: string, contract: string): boolean {
  return id.startsWith('eip155:') && id.endsWith(`/${contract}`);
}

/** @param firstBlock hash of the block that holds the contract's creation: a chain made anew has another */
export function embeddedId(firstBlock: string): string {
  return `embedded:${firstBlock}`;
}
