import { createHash } from 'node:crypto';
import { type Asset, asset, cacheControl, scriptText } from '@tpmall/platform/pages';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { VaultHttp } from './card-endpoint.ts';
import { sendFramed } from './card-frame.ts';
import { framedFields, framedRefusal } from './card-frame-view.ts';
import { wordsFor } from './card-page-words.ts';
import { authenticate } from './credentials.ts';
import { outsideContext } from './request-context.ts';

/** What stands in the script for the API's origin, with its quotes. */
const API_PLACE = "'%API_ORIGIN%'";

/** The script that a merchant's page loads, with the API's origin in it. */
function fieldsScript(apiUrl: string | undefined): Asset {
  const origin = JSON.stringify(apiUrl === undefined ? null : new URL(apiUrl).origin);
  const parts = ['fields', 'confirm'].map((name) => scriptText(new URL(`./${name}.js`, import.meta.url)));
  const text = parts.join('').replace(API_PLACE, origin);
  return asset('/v1/fields.js', 'text/javascript; charset=utf-8', text);
}

const opened = z.object({
  key: z.string().min(1).max(200),
  /** The page that frames the fields, as its script says; the key must name it. */
  origin: z.string().max(300),
  lang: z.enum(['en', 'zh']).optional(),
});

/** What every page may load, by a plain `script` element and by one that names its integrity. */
const OPEN_HEADERS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * `GET /v1/fields.js` is the script of merchants' pages, `GET /v1/fields.json` its address and the hash that
 * a page may hold it to (W3C Subresource Integrity), and `GET /fields/card` what it puts into a frame. A
 * publishable key names the origins whose pages may frame the fields; only the named one is told of a card.
 */
export function fieldsRoutes(app: FastifyInstance, { environment, identity, apiUrl }: VaultHttp): void {
  const script = fieldsScript(apiUrl);
  app.get<{ Querystring: { v?: string } }>(script.path, async (request, reply) =>
    reply
      .type(script.type)
      .headers({ 'cache-control': cacheControl(script, request.query.v), ...OPEN_HEADERS })
      .send(script.body),
  );
  const integrity = `sha384-${createHash('sha384').update(script.body).digest('base64')}`;
  app.get('/v1/fields.json', async (_request, reply) =>
    reply.headers({ 'cache-control': 'no-cache', ...OPEN_HEADERS }).send({ src: script.href, integrity }),
  );

  app.get('/fields/card', async (request, reply) => {
    const read = opened.safeParse(request.query);
    const words = wordsFor(read.data?.lang ?? null, request.headers['accept-language']);
    const refuse = (status: number, parameter: string) =>
      sendFramed(reply, status, framedRefusal(words, words.brokenTitle, words.broken(parameter), null), []);
    if (!read.success) return refuse(400, String(read.error.issues[0]?.path[0] ?? 'key'));
    const { key, origin } = read.data;
    const context = outsideContext(request, environment);
    const principal = await authenticate(identity, context, key, ['publishable']);
    if (!principal.ok) {
      if (principal.error.code === 'unauthorised') return refuse(401, 'key');
      return sendFramed(reply, 503, framedRefusal(words, words.busyTitle, words.busy, null), []);
    }
    if (!principal.value.origins.includes(origin)) return refuse(403, 'origin');
    return sendFramed(reply, 200, framedFields(words, key, origin), [origin]);
  });
}
