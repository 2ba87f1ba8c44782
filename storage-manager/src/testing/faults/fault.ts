/** What goes wrong with one exchange, as plain data: a script of faults can be written down and run again. */
export type HttpFault =
  /** Nothing: the honest answer. */
  | { readonly kind: 'pass' }
  /** One bit of the body is turned. */
  | { readonly kind: 'flip'; readonly at: Place; readonly bit?: number }
  /** The body ends after this part of it, and the connection with it. `framing`: what the head has said of its end. */
  | { readonly kind: 'cut'; readonly at: number; readonly framing: 'length' | 'chunked' | 'close' }
  /** So many bytes follow the right ones, and the head has announced them. */
  | { readonly kind: 'append'; readonly bytes: number }
  /** A body that never ends. Default status: 200. */
  | { readonly kind: 'inf'; readonly status?: number }
  /** One byte of the body at a time. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** Silence: without reading the request's body; before the head; after it; in the midst of the body. */
  | { readonly kind: 'stall'; readonly at: 'request' | 'head' | 'body' | 'middle' }
  /** The connection is reset. */
  | { readonly kind: 'rst'; readonly at: 'head' | 'middle' }
  /** The honest answer, later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The honest answer to another request. */
  | { readonly kind: 'swap'; readonly target: string }
  /** Another answer. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** A head of 20 KiB, one of 10,000 fields, or interim heads without end. */
  | { readonly kind: 'header'; readonly bomb: 'long' | 'many' | 'interim' }
  /** 302 to there. */
  | { readonly kind: 'redirect'; readonly to: string }
  /** The body in an encoding nobody asked for, that unfolds to so many MiB. */
  | { readonly kind: 'bomb'; readonly encoding: 'gzip' | 'br'; readonly unfolds: number }
  /** 206, and a part of the body from another place than was asked for. */
  | { readonly kind: 'range'; readonly from: number; readonly length: number }
  /** The request's body is read and dropped, and the answer says that all is well. */
  | { readonly kind: 'lie'; readonly body: string }
  /** A second answer follows the honest one, for whoever asks next. */
  | { readonly kind: 'surplus' };

/** Which byte: the first, the one in the middle, or the last. */
export type Place = 'first' | 'middle' | 'last';

/** Its verb. */
export type FaultKind = HttpFault['kind'];

export const PASS: HttpFault = { kind: 'pass' };
