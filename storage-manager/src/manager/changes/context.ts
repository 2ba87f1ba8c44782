import type { SignableAction } from '../../actions.ts';
import type { ModelName, Reference } from '../../ids/reference.ts';
import type { CallOptions } from '../../interfaces.ts';
import { agree, type ChangePorts, change, type Intention, NOTHING } from '../../verbs/changing/change.ts';
import type { NameOf } from '../names.ts';
import { authorizationDocument } from './authorization.ts';
import { type SentChange, sentDocument } from './documents.ts';
import type { ChangeOptions, SignableOptions } from './options.ts';
import { parseCount } from './parse.ts';

/** What the parts of a manager share. */
export interface ChangeContext {
  open(options: CallOptions): Promise<{ readonly ports: ChangePorts; readonly nameOf: NameOf }>;
  reference(text: string): Reference;
  model(text: string): ModelName;
  /** On the private chain: there is no cost to agree to. */
  readonly free: boolean;
}

const DAY_SECONDS = 86_400;

/** Does it. @param grave asked for even where it costs nothing */
export async function perform(
  { free }: ChangeContext,
  ports: ChangePorts,
  intention: Intention,
  options: ChangeOptions,
  grave = false,
): Promise<SentChange> {
  const confirm = free && !grave ? undefined : options.confirm;
  return sentDocument(await change(ports, intention, { ...options, confirm }));
}

/** Does it, or signs it for somebody else to do; what is so already is not signed. */
export async function performOrSign(
  context: ChangeContext,
  ports: ChangePorts,
  intention: Intention<SignableAction>,
  options: SignableOptions,
  grave = false,
) {
  if (!options.signOnly) {
    return { ...(await perform(context, ports, intention, options, grave)), authorization: null };
  }
  if (grave) await agree(NOTHING, options);
  const deadline = Math.floor(Date.now() / 1000) + parseCount(options.validSeconds ?? DAY_SECONDS, 'a time');
  const action = await intention.prepare(false);
  const authorization = action && authorizationDocument(ports.actions.sign(action, deadline));
  return { ...sentDocument(null), authorization };
}
