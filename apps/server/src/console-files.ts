import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGE_TYPE, pageHeaders } from '@tpmall/platform/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where the console is served, on the origin of the API that it speaks to. */
export const CONSOLE_PATH = '/console/';

const BUILT = fileURLToPath(new URL('../../console/dist', import.meta.url));
/** The page that loads the rest; every address of the console answers it, and its script finds the place. */
const PAGE = 'index.html';
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

interface BuiltFile {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

/** Serves the console's built files; what is not built is said to be so, and everything else goes on. */
export function serveConsole(app: FastifyInstance, folder = BUILT): void {
  const files = readBuilt(folder);
  const page = files.get(PAGE);
  app.get(`${CONSOLE_PATH}assets/*`, async (request, reply) => {
    const file = files.get(`assets/${(request.params as { readonly '*': string })['*']}`);
    if (!file) return reply.code(404).type('text/plain; charset=utf-8').send('There is no such file.');
    return reply
      .type(file.type)
      .headers({ 'cache-control': KEEP_FOR_EVER, 'x-content-type-options': 'nosniff' })
      .send(file.body);
  });
  const showPage = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (!page) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    reply.headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache', etag: page.etag });
    if (request.headers['if-none-match'] === page.etag) return reply.code(304).send();
    return reply.type(PAGE_TYPE).send(page.body);
  };
  app.get(CONSOLE_PATH, showPage);
  app.get(`${CONSOLE_PATH}*`, showPage);
}

/** All built files by their path; none where nothing was built. They are read once, at the start. */
function readBuilt(folder: string): ReadonlyMap<string, BuiltFile> {
  if (!existsSync(join(folder, PAGE))) return new Map();
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const body = readFileSync(path);
      const type = TYPES[extname(entry.name)] ?? 'application/octet-stream';
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      return [relative(folder, path).split(sep).join('/'), { type, body, etag }];
    }),
  );
}
