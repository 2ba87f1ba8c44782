import type { SignableAction } from '../../actions.ts';
import type { ModelName, Reference } from '../../ids/reference.ts';
import type { CallOptions, PublishQuote } from '../../interfaces.ts';
import { agree, type ChangePorts, change, type Intention, NOTHING } from '../../verbs/changing/change.ts';
import type { NameOf } from '../names.ts';
import { authorizationDocument } from './authorization.ts';
import { type SentChange, sentDocument } from './documents.ts';
import type { ChangeOptions, SignableOptions } from './options.ts';
import { parseAccount, parseCount } from './parse.ts';

/** What the parts of a manager share. */
export interface ChangeContext {
  open(options: CallOptions): Promise<Opened>;
  reference(text: string): Reference;
  model(text: string): ModelName;
  /** On the private chain: there is no cost to agree to. */
  readonly free: boolean;
}

interface Opened {
  readonly ports: ChangePorts;
  readonly nameOf: NameOf;
}

const DAY_SECONDS = 86_400;

/** Opens it for whoever makes the change. */
export async function openFor(context: ChangeContext, options: ChangeOptions): Promise<Opened> {
  const { caller, ...call } = options;
  if (caller === undefined) return context.open(call);
  const account = await parseAccount(caller, 'the caller');
  const { ports, nameOf } = await context.open(call);
  return { ports: { ...ports, actions: ports.actions.as(account) }, nameOf };
}

/** Does it, or tells what the caller has to send. @param revoked the release that is revoked: asked for even where it costs nothing */
export async function perform(
  { free }: ChangeContext,
  ports: ChangePorts,
  intention: Intention,
  options: ChangeOptions,
  revoked?: string,
): Promise<SentChange> {
  const { confirm, caller } = options;
  if (caller !== undefined) {
    const looked = await change(ports, intention, { ...options, dryRun: true });
    return sentDocument(looked, looked.action && ports.actions.prepare(looked.action));
  }
  const ask = confirm && ((quote: PublishQuote) => confirm(quote, revoked));
  return sentDocument(
    await change(ports, intention, { ...options, confirm: free && revoked === undefined ? undefined : ask }),
  );
}

/** Does it, or signs it for somebody else to do; what is so already is not signed. */
export async function performOrSign(
  context: ChangeContext,
  ports: ChangePorts,
  intention: Intention<SignableAction>,
  options: SignableOptions,
  revoked?: string,
) {
  const { signOnly, confirm } = options;
  if (!signOnly) {
    return { ...(await perform(context, ports, intention, options, revoked)), authorization: null };
  }
  if (revoked !== undefined)
    await agree(NOTHING, { confirm: confirm && ((quote) => confirm(quote, revoked)) });
  const deadline = Math.floor(Date.now() / 1000) + parseCount(options.validSeconds ?? DAY_SECONDS, 'a time');
  const action = await intention.prepare(false);
  // Nobody shall carry about what the registry would refuse.
  if (action !== null) await ports.actions.quote(action, options);
  const authorization = action && authorizationDocument(ports.actions.sign(action, deadline));
  return { ...sentDocument(null), authorization };
}
