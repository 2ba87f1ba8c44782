import { parseChannel, parseVersion } from '../../ids/reference.ts';
import type { CallOptions, ReleaseStatus } from '../../interfaces.ts';
import { activityIntention } from '../../verbs/changing/activity.ts';
import { attestIntention } from '../../verbs/changing/attest.ts';
import { cancelIntention } from '../../verbs/changing/cancel.ts';
import { channelIntention } from '../../verbs/changing/channel.ts';
import { statusIntention } from '../../verbs/changing/status.ts';
import { submitIntention } from '../../verbs/changing/submit.ts';
import { history } from '../../verbs/history.ts';
import { actionDocument, readAuthorization } from './authorization.ts';
import { type ChangeContext, openFor, perform, performOrSign } from './context.ts';
import { historyDocument, type ModelHistory, releaseFields } from './documents.ts';
import type { ChangeOptions, Findings, Reasons, SignableOptions, StatementOptions } from './options.ts';
import { parseCount, parseReason, parseReport, parseStatus } from './parse.ts';
import type {
  AttestedRelease,
  ChangedActivity,
  ChangedStatus,
  MovedChannel,
  SubmittedAction,
} from './results.ts';
import { type SignedStatement, stateRelease } from './statement.ts';

/** How a change of a release, a channel or a model is called for: `ModelStorageManager.releases`. */
export class Releases {
  readonly #context: ChangeContext;

  /** @internal */
  constructor(context: ChangeContext) {
    this.#context = context;
  }

  /**
   * Deprecates, yanks or revokes a release, or makes it active again. Revoked is for ever, and only for the owner of the
   * namespace.
   */
  async setStatus(
    ref: string,
    status: ReleaseStatus,
    options: SignableOptions & Reasons = {},
  ): Promise<ChangedStatus> {
    const job = {
      reference: this.#context.reference(ref),
      to: parseStatus(status),
      reason: parseReason(options.reason ?? 'none'),
      report: parseReport(options.reportDigest),
    };
    const { ports, nameOf } = await openFor(this.#context, options);
    const intention = await statusIntention(ports, job, options);
    const { model, version } = intention.release;
    const { to, reason, report } = job;
    const { status: before } = intention.release;
    const said = {
      ...releaseFields(intention.release, nameOf),
      status: to,
      before,
      reason,
      reportDigest: report,
    };
    const record = await ports.registry.model(model, options);
    const channels = (record?.channels ?? []).filter((each) => each.version === version);
    const revoked = to === 'revoked' ? `${said.model}@${version}` : undefined;
    const done = await performOrSign(this.#context, ports, intention, options, revoked);
    return { ...said, channels: channels.map(({ channel }) => channel), ...done };
  }

  /** Points a channel to a version, unless somebody else moves it at the same time. */
  async setChannel(
    model: string,
    channel: string,
    version: string,
    options: SignableOptions = {},
  ): Promise<MovedChannel> {
    const job = {
      model: this.#context.model(model),
      channel: parseChannel(channel),
      version: parseVersion(version),
    };
    const { ports, nameOf } = await openFor(this.#context, options);
    const intention = await channelIntention(ports, job, options);
    const done = await performOrSign(this.#context, ports, intention, options);
    return { ...releaseFields(job, nameOf), channel: job.channel, ...done };
  }

  /** States on chain, for everybody to read, what this account has found in the stores. */
  async attest(ref: string, findings: Findings, options: SignableOptions = {}): Promise<AttestedRelease> {
    const checked = parseCount(findings.checked, 'the number of checked chunks');
    const ok = parseCount(findings.ok, 'the number of right chunks');
    const asOf = findings.asOf === undefined ? undefined : parseCount(findings.asOf, 'a block');
    const report = parseReport(findings.reportDigest);
    const reference = this.#context.reference(ref);
    const { ports, nameOf } = await openFor(this.#context, options);
    const intention = await attestIntention(ports, { reference, checked, ok, asOf, report }, options);
    const done = await performOrSign(this.#context, ports, intention, options);
    const full = checked === intention.release.chunkCount;
    const said = { checked, ok, full, asOf: intention.asOf, reportDigest: report };
    return { ...releaseFields(intention.release, nameOf), ...said, ...done };
  }

  /**
   * Signs what the chain says of a release, so that it can be fetched while nobody can ask the chain; the configured key must
   * be the namespace's statement key. Whoever fetches finds the file where `trust.statements` says, or beside his lock file.
   */
  state(ref: string, options: StatementOptions): Promise<SignedStatement> {
    return stateRelease(this.#context, ref, options);
  }

  /** Makes a model resolve by exact version only, or undoes that. */
  async setActive(
    model: string,
    active: boolean,
    options: ChangeOptions & Reasons = {},
  ): Promise<ChangedActivity> {
    const report = parseReport(options.reportDigest);
    const job = {
      ...{ model: this.#context.model(model), active },
      ...{ reason: parseReason(options.reason ?? 'none'), report },
    };
    const { ports, nameOf } = await openFor(this.#context, options);
    const intention = await activityIntention(ports, job, options);
    const done = await perform(this.#context, ports, intention, options);
    return { model: nameOf(job.model), active, reason: job.reason, reportDigest: report, ...done };
  }

  /** Sends an action that somebody else has signed. @param signed as `--sign-only` prints it */
  async submit(signed: unknown, options: ChangeOptions = {}): Promise<SubmittedAction> {
    const authorized = readAuthorization(signed);
    const { ports } = await openFor(this.#context, options);
    const done = await perform(this.#context, ports, submitIntention(authorized), options);
    return { action: actionDocument(authorized.action), signer: authorized.authorization.signer, ...done };
  }

  /** Makes an action that this account has signed worth nothing, before anybody sends it. @param signed as `--sign-only` prints it */
  async cancel(signed: unknown, options: ChangeOptions = {}): Promise<SubmittedAction> {
    const authorized = readAuthorization(signed);
    const { ports } = await openFor(this.#context, options);
    const done = await perform(this.#context, ports, cancelIntention(ports, authorized), options);
    return { action: actionDocument(authorized.action), signer: authorized.authorization.signer, ...done };
  }

  /**
   * What happened to a model, or to one release of it, and to its namespace, by the events of the chain. A node may leave
   * events out: never decide by them what to use.
   * @param ref `model`: all of it; `model@version`: what concerns that release
   */
  async history(
    ref: string,
    options: CallOptions & { readonly fromBlock?: number | undefined } = {},
  ): Promise<ModelHistory> {
    const { fromBlock } = options;
    const from = fromBlock === undefined ? undefined : parseCount(fromBlock, 'a block');
    const reference = this.#context.reference(ref);
    const { ports, nameOf } = await this.#context.open(options);
    const job = { reference, whole: !ref.includes('@'), fromBlock: from };
    return historyDocument(await history(ports, job, options), nameOf);
  }
}
