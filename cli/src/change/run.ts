import type { ChangeOptions, SentChange, SignedAuthorization } from '@ballast-models/storage-manager';
import { keyConfig } from '../options.ts';
import {
  countText,
  paint,
  plural,
  printable,
  writeFields,
  writeHint,
  writeJson,
  writeLine,
} from '../output.ts';
import { askYes } from '../prompt.ts';
import { type Session, withSession } from '../session.ts';
import { costQuestion, requireConsent } from '../store/cost.ts';
import type { ChangeFlags } from './options.ts';

/** A change as it is told to people. */
export interface Told {
  /** `deprecated`: with `would be` before it in a dry run, and what it is where nothing was to be done. */
  readonly done: string;
  /** What was changed: `acme/tiny@1`. */
  readonly what: string;
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

/** A grant, whoever sends it. */
export function grantTold(where: string, account: string, roles: readonly string[]) {
  const done = roles.length === 0 ? 'without roles' : `granted ${roles.join(', ')}`;
  return { what: `${account} in ${where}`, done };
}

type Change = SentChange & { readonly authorization?: SignedAuthorization | null };

/**
 * Makes one change of the registry: agreed to, carried out, told.
 * @param grave what can't be undone of a release: asked for even where nothing is paid
 */
export async function runChange<T extends Change>(
  flags: ChangeFlags & { readonly signOnly?: boolean },
  work: (session: Session, options: ChangeOptions) => Promise<T>,
  told: (result: T) => Told,
  grave?: (release: string) => string,
): Promise<void> {
  const { yes = false, dryRun = false, prepareFor: caller } = flags;
  const run = async (session: Session) => {
    const { engine, settings, progress, call } = session;
    const sends = !dryRun && caller === undefined;
    const paid = settings.chain !== null && !flags.signOnly;
    if (grave !== undefined && sends) requireConsent(engine, yes, 'what is for ever');
    else if (paid && sends) requireConsent(engine, yes, 'the cost of a change on a chain');
    const confirm: ChangeOptions['confirm'] = async (quote, revoked) => {
      if (paid) progress.note('info', costQuestion(quote, 'this'));
      if (grave !== undefined && revoked !== undefined) progress.note('warning', grave(revoked));
      return yes || askYes(grave === undefined ? 'Send it?' : 'Do it?', call.signal);
    };
    const result = await work(session, { ...call, dryRun, caller, confirm });
    progress.clear();
    if (flags.signOnly) printSigned(result, told(result));
    else if (flags.json) writeJson(result);
    else print(result, told(result), dryRun);
  };
  await withSession(flags, keyConfig(flags), run, { signs: caller === undefined });
}

/** The signed action alone is on stdout, for a file or a pipe. */
function printSigned({ authorization }: Change, { done, what }: Told): void {
  if (authorization) writeJson(authorization);
  else writeHint(`nothing to sign: ${what} is already ${done}`);
}

function print(change: Change, { done, what, fields = [] }: Told, dryRun: boolean): void {
  const { changed, call, quote } = change;
  const left = call !== null || (dryRun && quote.transactions > 0);
  const verb = changed ? paint('green', done) : left ? `would be ${done}` : `already ${done}`;
  writeLine(`${paint('bold', printable(what))}: ${verb}`);
  writeFields([...fields, ...(call === null ? ([['chain', costText(change)]] as const) : callFields(call))]);
  if (call !== null) writeHint(`nothing was sent; once ${call.from} has sent it, run the same command again`);
  else if (left) writeHint('nothing was sent');
}

function costText({ changed, transactions, gasUsed, quote }: Change): string {
  if (changed) return `${plural(transactions, 'transaction')}, ${countText(BigInt(gasUsed))} gas`;
  if (quote.transactions === 0) return 'nothing to send';
  return `${plural(quote.transactions, 'transaction')}, about ${countText(BigInt(quote.gas))} gas`;
}

/** As a Safe's transaction builder asks for them. */
function callFields({ chainId, from, to, data }: NonNullable<Change['call']>) {
  return [
    ['chain', String(chainId)],
    ['from', from],
    ['to', to],
    ['value', '0'],
    ['data', data],
  ] as const;
}
