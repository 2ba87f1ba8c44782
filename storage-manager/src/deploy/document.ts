import type { PublishQuote } from '../interfaces.ts';
import type { Plan } from './plan.ts';
import type { DeploymentRecord } from './record.ts';

/** What a deployment will cost, before anything is sent. */
export type DeploymentQuote = Pick<PublishQuote, 'transactions' | 'gas' | 'wei' | 'maxFeePerGas'>;

/** A transaction that an administrator must send himself. */
export interface PendingCall {
  readonly to: string;
  /** Calldata, `0x` hex. */
  readonly data: string;
  /** What it does, for people. */
  readonly what: string;
}

/** What `ballast registry deploy --json` prints. */
export interface Deployment {
  /** `0x` and 40 lower-case hex digits, as all addresses here. */
  readonly address: string;
  readonly chainId: number;
  /** keccak256 of the code, `0x` hex. */
  readonly codeHash: string;
  /** The contract that the registry created for its reads. */
  readonly reader: string;
  readonly readerCodeHash: string;
  /** The AccessManager; null: no administrators, for ever. */
  readonly authority: string | null;
  /** False after a dry run in which something is left to be sent. */
  readonly deployed: boolean;
  /** Sent by this call: 0 where all of it stood already, and in a dry run. */
  readonly transactions: number;
  /** Decimal, as every amount of gas or wei. */
  readonly gasUsed: string;
  /** What was to be sent when the call began, and its price then. */
  readonly steps: readonly string[];
  readonly quote: { readonly transactions: number; readonly gas: string; readonly wei: string };
  /** What is left to the admin, who is not the signer. */
  readonly pending: readonly PendingCall[];
  /** Where the record was written; null in a dry run. */
  readonly file: string | null;
}

/** What a call has sent; null: it was a dry run. */
export interface Sent {
  readonly transactions: number;
  readonly gasUsed: bigint;
  readonly file: string;
}

/** @param begun what was to be sent when the call began @param left what is left now */
export function deploymentDocument(
  { address, chainId, codeHash, reader, readerCodeHash, authority }: Omit<DeploymentRecord, 'transactions'>,
  begun: Plan,
  left: Plan,
  quote: DeploymentQuote,
  sent: Sent | null,
): Deployment {
  return {
    ...{ address, chainId, codeHash, reader, readerCodeHash, authority },
    deployed: left.steps.length === 0,
    transactions: sent?.transactions ?? 0,
    gasUsed: String(sent?.gasUsed ?? 0),
    steps: begun.steps.map(({ what }) => what),
    quote: { transactions: quote.transactions, gas: String(quote.gas), wei: String(quote.wei) },
    pending: left.pending.map(({ to, data, what }) => ({ to, data, what })),
    file: sent?.file ?? null,
  };
}
