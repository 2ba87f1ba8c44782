import http from 'node:http';
import https from 'node:https';

export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

export interface TextClientOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly connectMs: number;
  readonly maxAnswerBytes: number;
}

/** An idle connection is given up before most servers do, so that no call goes out on one that is being closed. */
const IDLE_MS = 4_000;

/**
 * Posts text to one URL and takes text, no redirects, over kept connections. Node's own client is enough for that and is
 * loaded by ethers anyway: undici would cost each command 90 ms of CPU time more (measured).
 */
export class TextClient {
  readonly #url: URL;
  readonly #options: TextClientOptions;
  readonly #request: typeof http.request;
  readonly #agent: http.Agent;

  /** @param url http or https */
  constructor(url: URL, options: TextClientOptions) {
    const { request, Agent } = url.protocol === 'https:' ? https : http;
    this.#url = url;
    this.#options = options;
    this.#request = request;
    this.#agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  }

  /** @throws Error with a `code`: the connection's own, `CONNECT_TIMEOUT`, `ANSWER_TOO_LARGE` */
  post(body: string, signal: AbortSignal): Promise<TextAnswer> {
    const { headers, connectMs, maxAnswerBytes } = this.#options;
    return new Promise((resolve, reject) => {
      const asked = this.#request(
        this.#url,
        { method: 'POST', headers, agent: this.#agent, signal },
        (answer) => {
          const status = answer.statusCode ?? 0;
          textOf(answer, maxAnswerBytes).then((text) => resolve({ status, text }), reject);
        },
      );
      asked.on('error', reject);
      asked.once('socket', (socket) => {
        if (!socket.connecting) return;
        const late = setTimeout(() => asked.destroy(failure('CONNECT_TIMEOUT')), connectMs);
        socket.once('connect', () => clearTimeout(late)).once('close', () => clearTimeout(late));
      });
      asked.end(body);
    });
  }

  /** Cuts all connections. */
  close(): void {
    this.#agent.destroy();
  }
}

/** Leaving the loop early cuts the connection. */
async function textOf(answer: http.IncomingMessage, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer) {
    length += piece.byteLength;
    if (length > maxBytes) throw failure('ANSWER_TOO_LARGE');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
