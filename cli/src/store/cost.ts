import type { PublishQuote } from '@ballast-models/storage-manager';
import { countText, plural } from '../output.ts';
import { canAsk } from '../prompt.ts';

const WEI_PER_ETHER = 10n ** 18n;

/** What it will cost, in one line. @param what is done */
export function costQuestion({ transactions, gas, wei }: PublishQuote, what = 'publishing'): string {
  return `${what} takes ${plural(transactions, 'transaction')} and about ${countText(gas)} gas: ${etherText(wei)} ETH at the present price, at most twice that`;
}

/** Six decimals, rounded up, so that a cost never looks like none. */
export function etherText(wei: bigint): string {
  const millionths = (wei * 1_000_000n + WEI_PER_ETHER - 1n) / WEI_PER_ETHER;
  const decimals = String(millionths % 1_000_000n).padStart(6, '0');
  return `${countText(millionths / 1_000_000n)}.${decimals}`;
}

/**
 * Money is spent only where somebody has agreed to it. Looked at before the work begins, not hours later.
 * @throws UsageError `ARGUMENT_INVALID` where nobody is there to ask and `--yes` was not given
 */
export function requireConsent(
  engine: typeof import('@ballast-models/storage-manager'),
  yes: boolean,
  what = 'the cost of a publish on a chain',
): void {
  if (yes || canAsk()) return;
  throw new engine.UsageError('ARGUMENT_INVALID', {
    should: `${what} must be agreed to`,
    was: 'there is no terminal to ask at',
    next: 'add --yes to agree to it, or --dry-run to see what would be sent, and its cost',
  });
}
