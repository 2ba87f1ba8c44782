import type { Statement } from '../actions.ts';
import { type BallastError, ResourceError, TrustError, UnavailableError } from '../errors.ts';
import { parseStatement, statementPath } from '../format/statement.ts';
import { type Namespace, splitModel } from '../ids/reference.ts';
import type { Address, CallOptions, PinnedRelease, RegistryReader } from '../interfaces.ts';
import type { Rung } from './ladder.ts';
import { isOf, type Lockfile, lockedStatuses } from './lockfile.ts';
import { lastStatus, refuseOther, revoked, worst } from './remembered.ts';
import type { Contact, Seen } from './seen.ts';
import type { StatementPlace } from './statement-places.ts';

/** In milliseconds. */
const DAY = 86_400_000;
/** Of the publisher's clock and of ours. */
const CLOCK_SKEW_SECONDS = 3_600;

/** What statements are held to. */
export interface StatementRungOptions {
  readonly registry: RegistryReader;
  readonly seen: Seen;
  /** Its entries tell of contacts with the chain, too; null: none. */
  readonly lock: Lockfile | null;
  /** Where statements are looked for, in this order. */
  readonly places: readonly StatementPlace[];
  /** How long ago the last contact with the chain may be. */
  readonly maxStaleDays: number;
  /** Whose signature a statement bears: `0x` and 40 lower-case hex digits; null: nobody's. */
  readonly signerOf: (statement: Statement) => Promise<Address | null>;
  /** Milliseconds since 1970. Default: this machine's clock. */
  readonly now?: () => number;
}

/** What this machine knows of the chain without reaching it. */
interface Knowledge {
  readonly contact: Contact;
  /** Who may vouch for the namespace. */
  readonly key: Address;
  /** What to take for the present, in milliseconds since 1970. */
  readonly time: number;
}

/**
 * The second rung: a statement signed by the namespace's statement key. Of exact versions only, while it holds, from the key
 * that the chain named when it was last reached, which must not be long ago; and never against what was heard then.
 */
export function statementRung(options: StatementRungOptions): Rung {
  const { registry, seen, places } = options;
  return async (model, selector, call) => {
    if (selector.kind !== 'version')
      throw refused(`${model}@${selector.channel} may lead anywhere by now`, 'name a version');
    const { version } = selector;
    const name = `${model}@${version}`;
    const remembered = await seen.release(registry.id, { model, version }, call);
    const locked = ((await options.lock?.entries(call)) ?? []).filter((entry) => isOf(entry, registry));
    const status = worst(lastStatus(remembered), ...lockedStatuses(locked, { model, version }));
    if (status === 'revoked') throw revoked({ model, version });
    if (status === 'yanked')
      throw refused(`${name} was yanked when the chain was last reached, or when it was locked`);
    const known = await knowledge(options, splitModel(model).namespace, call);
    const failed: BallastError[] = [];
    for (const place of places) {
      try {
        const text = await place.read(statementPath(model, version), call);
        if (text === null) continue;
        const statement = parseStatement(text, `the statement of ${name} ${place.name}`);
        const release = await judge(statement, { model, version }, known, options);
        refuseOther(release, remembered);
        const { asOf } = known.contact;
        return { release, trust: 'statement', asOf, quorum: null, status, resolution: null };
      } catch (error) {
        if (!goesOn(error)) throw error;
        failed.push(error);
      }
    }
    if (failed.length === 0) throw refused(`no statement of ${name} was found`);
    throw refused(failed.map(({ was }) => was).join('; '));
  };
}

/** Another place may have a better one, and another rung needs none. */
function goesOn(error: unknown): error is BallastError {
  if (error instanceof TrustError) return error.code === 'STATEMENT_REFUSED';
  return error instanceof UnavailableError || error instanceof ResourceError;
}

async function knowledge(
  { registry, seen, lock, maxStaleDays, now = Date.now }: StatementRungOptions,
  namespace: Namespace,
  call?: CallOptions,
): Promise<Knowledge> {
  // The chain was asked about this namespace then: another's releases tell nothing of its key.
  const locked = ((await lock?.entries(call)) ?? [])
    .filter((entry) => isOf(entry, registry))
    .filter(({ release }) => splitModel(release.model).namespace === namespace);
  const contacts = [
    await seen.contact(registry.id, namespace, call),
    ...locked.map(({ block, time }) => ({ at: time.getTime(), asOf: { block, time } })),
  ].filter((contact) => contact !== null);
  const contact = contacts.sort((a, b) => b.at - a.at)[0];
  if (contact === undefined)
    throw refused(`this machine has never reached the chain to learn who may state ${namespace}`);
  // A clock that was set back since makes nothing younger.
  const time = Math.max(now(), contact.at, contact.asOf.time.getTime());
  const days = (time - contact.at) / DAY;
  if (days > maxStaleDays) {
    throw refused(
      `the chain was last asked about ${namespace} ${Math.floor(days)} days ago, and ${maxStaleDays} are the most`,
      'reach it once, or raise trust.maxStaleDays',
    );
  }
  const heard = await seen.statementKey(registry.id, namespace, call);
  // What the chain said last counts, to this machine or to who locked it, also where it said that nobody may any more.
  const keys = [
    ...(heard === null ? [] : [heard]),
    ...locked.map(({ statementKey, time }) => ({ key: statementKey, time })),
  ];
  const key = keys.sort((a, b) => b.time.getTime() - a.time.getTime())[0]?.key;
  if (!key) throw refused(`the chain has named no statement key of ${namespace} to this machine`);
  return { contact, key, time };
}

/** Whether a statement is about this release and holds. @throws TrustError `STATEMENT_REFUSED` */
async function judge(
  statement: Statement,
  { model, version }: Pick<PinnedRelease, 'model' | 'version'>,
  { key, time }: Knowledge,
  { registry, signerOf }: StatementRungOptions,
): Promise<PinnedRelease> {
  const { release, chainId, issuedAt, expiresAt } = statement;
  const pairs = [
    ['chain', registry.chainId, chainId],
    ['registry', registry.contract, statement.registry],
    ['model', model, release.model],
    ['version', version, release.version],
  ] as const;
  for (const [what, should, was] of pairs)
    if (should !== was) throw refused(`the ${what} of the statement is ${was} and not ${should}`);
  if (time >= expiresAt * 1000)
    throw refused(`the statement expired at ${isoTime(expiresAt)}`, 'ask the publisher for a new one');
  if (time < (issuedAt - CLOCK_SKEW_SECONDS) * 1000)
    throw refused(`the statement is of ${isoTime(issuedAt)}, which is still to come`, 'check the clock');
  const signer = await signerOf(statement);
  if (signer !== key) throw refused(`the statement is signed by ${signer ?? 'nobody'} and not by ${key}`);
  return release;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function refused(was: string, next = 'ask the publisher for a statement, or wait for the chain'): TrustError {
  const should = 'a statement of the publisher must vouch for it while the chain is out of reach';
  return new TrustError('STATEMENT_REFUSED', { should, was, next });
}
