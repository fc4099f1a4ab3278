import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Encoded, inAcceptedCoding, PAGE_TYPE, pageHeaders } from '@tpmall/platform/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Where the console is served, on the origin of the API that it speaks to. Every address below it answers the
 * same page, whose script finds the place.
 */
export const CONSOLE_PATH = '/console/';

const BUILT = fileURLToPath(new URL('../../console/dist', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Built files carry a hash of their content in their name. */
const KEEP_FOR_EVER = 'public, max-age=31536000, immutable';
/** Its own scripts and styles, its own origin, and nothing else; no inline script, no inline style. */
const PAGE_HEADERS = pageHeaders({ scripts: ["'self'"], connects: ["'self'"] });
const NOT_BUILT =
  'The console has not been built here. npm start and npm test build it, and so does\n\n' +
  '  node tools/build-console.mjs\n';

interface BuiltFile extends Encoded {
  readonly type: string;
}

/** Serves the console's built files; where it is not built, its page says so. */
export function serveConsole(app: FastifyInstance, folder = BUILT): void {
  const page = readPage(folder);
  const assets = page === undefined ? new Map<string, BuiltFile>() : readAssets(join(folder, 'assets'));
  app.get(`${CONSOLE_PATH}assets/*`, async (request, reply) => {
    const file = assets.get((request.params as { readonly '*': string })['*']);
    if (!file) return reply.code(404).type('text/plain; charset=utf-8').send('There is no such file.');
    const { body, headers } = inAcceptedCoding(file, request.headers['accept-encoding']);
    return reply
      .type(file.type)
      .headers({ ...headers, 'cache-control': KEEP_FOR_EVER, 'x-content-type-options': 'nosniff' })
      .send(body);
  });
  const etag = `"${createHash('sha256')
    .update(page ?? '')
    .digest('base64url')}"`;
  const showPage = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (page === undefined) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    reply.headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache', etag });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(PAGE_TYPE).send(page);
  };
  app.get(CONSOLE_PATH, showPage);
  app.get(`${CONSOLE_PATH}*`, showPage);
}

/** The page as it was built; undefined where nothing was. */
function readPage(folder: string): string | undefined {
  const path = join(folder, 'index.html');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** All built files by their name, with the compressed forms that the build has made of them. */
function readAssets(folder: string): ReadonlyMap<string, BuiltFile> {
  const names = readdirSync(folder).filter((name) => TYPES[extname(name)] !== undefined);
  return new Map(
    names.map((name) => {
      const path = join(folder, name);
      const type = TYPES[extname(name)] ?? '';
      const forms = { gzip: readFileSync(`${path}.gz`), brotli: readFileSync(`${path}.br`) };
      return [name, { type, text: readFileSync(path, 'utf8'), ...forms }];
    }),
  );
}
