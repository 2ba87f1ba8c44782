import { join } from 'node:path';
import { fileSystemError } from '../fs/errors.ts';
import { readBounded } from '../fs/regular-file.ts';
import type { CallOptions } from '../interfaces.ts';
import { MAX_STATEMENT_BYTES } from '../limits.ts';
import { HttpClient } from '../transport/client.ts';
import { parseEndpoint } from '../transport/endpoint.ts';

/** Where statements are kept: `ballast/1/<namespace>/<name>/<version>.json` below it. */
export interface StatementPlace {
  /** For people, after "the statement of …": `in /srv/models`, `at https://models.example`. */
  readonly name: string;
  /** null where none lies there. @throws UnavailableError `STORE_UNREACHABLE`; ResourceError `FILE_SYSTEM` */
  read(path: readonly string[], options?: CallOptions): Promise<string | null>;
  close(): void;
}

/** @param text a folder, or the http(s) URL of a mirror */
export function statementPlace(text: string): StatementPlace {
  return /^https?:/.test(text) ? mirrorPlace(text) : folderPlace(text);
}

function folderPlace(folder: string): StatementPlace {
  return {
    name: `in ${folder}`,
    async read(path, options) {
      const file = join(folder, ...path);
      try {
        return await readBounded(file, MAX_STATEMENT_BYTES, options);
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ENOTDIR') return null;
        options?.signal?.throwIfAborted();
        throw fileSystemError(error, file);
      }
    },
    close() {},
  };
}

/** Any web server with such files below the URL. */
function mirrorPlace(url: string): StatementPlace {
  const endpoint = parseEndpoint(url, 'trust.statements');
  const client = new HttpClient(endpoint, { connections: 1 });
  return {
    name: `at ${endpoint.label}`,
    async read(path, options) {
      const request = { method: 'GET', path: `/${path.join('/')}`, what: 'a statement' } as const;
      const { status, text } = await client.text(request, MAX_STATEMENT_BYTES, options);
      return status === 200 ? text : null;
    },
    close: () => client.close(),
  };
}
