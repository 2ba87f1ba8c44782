import type { BallastEvent, ProgressEvent, ProgressStep, WaitEvent } from '@ballast-models/storage-manager';
import { programName } from './invocation.ts';
import { paint, printable, sizeText } from './output.ts';
import { redact } from './redact.ts';

const REDRAW_MS = 100;
/** Where nobody watches, a line now and then keeps a log readable. */
const LINE_MS = 10_000;
/** The rate is that of the last seconds. */
const RATE_MS = 5_000;
/** Before that a rate is chance. */
const RATE_AFTER_MS = 500;
/** Shorter waits are over before they are read. */
const LEAST_SECONDS = 1;

/** True of what an earlier release has brought and of what an interrupted run has: nobody counts them apart. */
const SAVED: Partial<Record<ProgressStep, string>> = {
  publish: 'stored already',
  plan: 'here already',
  fetch: 'here already',
};

interface Sample {
  readonly time: number;
  readonly bytes: number;
}

/** Draws events on stderr: one line that is drawn over on a terminal, else a line each 10 s. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #quiet: boolean;
  readonly #debug: boolean;
  #step: ProgressStep | null = null;
  #samples: Sample[] = [];
  #drawn = false;
  #next = 0;
  #waitsFor = '';

  /** @param options `quiet`: warnings only; `debug`: every note, and each step */
  constructor(stream: NodeJS.WriteStream, options: { quiet: boolean; debug: boolean }) {
    this.#stream = stream;
    this.#quiet = options.quiet;
    this.#debug = options.debug;
  }

  readonly onEvent = (event: BallastEvent): void => {
    if (event.type === 'progress') this.#progress(event);
    else if (event.type === 'wait') this.#wait(event);
    else if (this.#debug || event.level === 'warning' || (event.level === 'info' && !this.#quiet))
      this.note(event.level, event.text);
  };

  note(level: string, text: string): void {
    this.clear();
    const style = level === 'warning' ? 'yellow' : 'dim';
    const told = printable(redact(text)).replaceAll('`ballast ', `\`${programName()} `);
    this.#stream.write(`${paint(style, `${level}:`, this.#stream)} ${told}\n`);
  }

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[K');
    this.#drawn = false;
  }

  #progress(event: ProgressEvent): void {
    const time = performance.now();
    if (event.step !== this.#step) this.#begin(event.step, time);
    if (this.#quiet || time < this.#next) return;
    this.#samples.push({ time, bytes: event.bytes - event.savedBytes });
    while (this.#samples.length > 2 && time - this.#samples[0]!.time > RATE_MS) this.#samples.shift();
    const terminal = this.#stream.isTTY;
    this.#next = time + (terminal ? REDRAW_MS : LINE_MS);
    const line = progressLine(event, rateOf(this.#samples));
    if (terminal) this.#draw(line);
    else this.#stream.write(`${line}\n`);
  }

  /** Over the line before; a longer one would wrap, and stay. */
  #draw(line: string): void {
    this.#stream.write(`\r${line.slice(0, (this.#stream.columns || 80) - 1)}\u001b[K`);
    this.#drawn = true;
  }

  /** A countdown where somebody watches; else it is told once. */
  #wait({ text, seconds }: WaitEvent): void {
    if (this.#quiet || seconds < LEAST_SECONDS) return;
    const line = printable(`${clock(seconds)} to go: ${redact(text)}`);
    if (this.#stream.isTTY) this.#draw(line);
    else if (text !== this.#waitsFor) this.#stream.write(`${line}\n`);
    this.#waitsFor = text;
  }

  #begin(step: ProgressStep, time: number): void {
    this.#step = step;
    this.#samples = [];
    this.#next = this.#stream.isTTY ? time : time + LINE_MS;
    if (this.#debug) this.note('debug', `step ${step}`);
  }
}

/** Bytes a second; null until there is something to measure. */
function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.time - first.time < RATE_AFTER_MS) return null;
  return ((last.bytes - first.bytes) * 1000) / (last.time - first.time);
}

/** `publish 45 %  1.2 GiB of 2.6 GiB  850.0 MiB/s  ETA 0:02  300.0 MiB stored already` */
export function progressLine(event: ProgressEvent, rate: number | null): string {
  const { step, bytes, totalBytes, savedBytes } = event;
  const parts = [step.padEnd(9)];
  if (totalBytes === null) parts.push(sizeText(bytes));
  else {
    const percent = totalBytes === 0 ? 100 : Math.floor((bytes * 100) / totalBytes);
    parts.push(`${percent} %`.padStart(5), `${sizeText(bytes)} of ${sizeText(totalBytes)}`);
  }
  if (rate !== null && rate > 0) {
    parts.push(`${sizeText(rate)}/s`);
    if (totalBytes !== null) parts.push(`ETA ${clock((totalBytes - bytes) / rate)}`);
  }
  if (savedBytes > 0) parts.push(`${sizeText(savedBytes)} ${SAVED[step] ?? 'saved'}`);
  return parts.join('  ');
}

/** `1:02:03`, `0:07` */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
