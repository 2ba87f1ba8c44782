/** Why an exchange failed, as a clause about the peer: `the connection was closed before its answer`. Never a URL. */
export class TransportFault extends Error {
  /** On a kept connection: whoever closed it may not have seen the request. */
  readonly unanswered: boolean;

  constructor(was: string, { unanswered = false, cause }: { unanswered?: boolean; cause?: unknown } = {}) {
    super(was, { cause });
    this.name = 'TransportFault';
    this.unanswered = unanswered;
  }
}

/** @param error of a socket. The code alone is said: a library's message may quote what it should not */
export function connectionFault(error: Error): TransportFault {
  if (error instanceof TransportFault) return error;
  const code = 'code' in error ? String(error.code) : error.name;
  return new TransportFault(`the connection failed: ${code}`, { cause: error });
}
