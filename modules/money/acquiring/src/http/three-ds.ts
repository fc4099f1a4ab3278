import { cacheControl, languageOf, PAGE_TYPE, pageHeaders } from '@tpmall/platform/pages';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { receiveResults } from '../service/receive-results.ts';
import type { Room } from '../service/room.ts';
import { findAuthenticationForShopper } from '../store/authentications.ts';
import { challengePage, gonePage, icon, resultPage, style } from './pages.ts';

/** A CRes with its session data is far smaller; more is not one. */
const FORM_LIMIT_BYTES = 16 * 1024;

/**
 * The 3DS server on the vault's origin. Who holds an authentication's link may see its page; results are
 * taken only at the URL that the directory server alone was told.
 */
export function threeDsRoutes(room: Room): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    await app.register(async (pages) => {
      // Own parser, whatever the application around these routes has: the forms come from other origins.
      if (pages.hasContentTypeParser('application/x-www-form-urlencoded')) {
        pages.removeContentTypeParser('application/x-www-form-urlencoded');
      }
      pages.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: FORM_LIMIT_BYTES },
        (_request, body, done) => done(null, new URLSearchParams(String(body))),
      );

      for (const file of [style, icon]) {
        pages.get<{ Querystring: { v?: string } }>(file.path, async (request, reply) =>
          reply.type(file.type).header('cache-control', cacheControl(file, request.query.v)).send(file.body),
        );
      }

      pages.get<{ Params: { id: string } }>('/3ds/:id', async (request, reply) => {
        const language = languageOf(null, request.headers['accept-language']);
        const stored = await findAuthenticationForShopper(room.db, request.params.id);
        if (!stored) return html(reply.code(404), gonePage(language));
        if (stored.state !== 'challenge' || stored.acsUrl === null)
          return html(reply, resultPage(stored, language));
        return html(reply, challengePage(stored, language), new URL(stored.acsUrl).origin);
      });

      pages.post('/3ds/notify', async (request, reply) => {
        const language = languageOf(null, request.headers['accept-language']);
        const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
        const stored = await findAuthenticationForShopper(room.db, form.get('threeDSSessionData') ?? '');
        // The CRes only brings the shopper back: what it says of the result is the browser's word.
        if (!stored || !belongs(form.get('cres') ?? '', stored.acsTransId)) {
          return html(reply.code(404), gonePage(language));
        }
        return html(reply, resultPage(stored, language));
      });

      pages.post<{ Params: { key: string } }>('/3ds/results/:key', async (request, reply) => {
        const { status, body } = await receiveResults(room, request.params.key, request.body);
        return reply.code(status).send(body);
      });
    });
  };
}

function belongs(cres: string, acsTransId: string | null): boolean {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cres, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  return (
    typeof value === 'object' && value !== null && 'acsTransID' in value && value.acsTransID === acsTransId
  );
}

/** Nothing runs in these pages, and a form goes to its one target only. */
function html(reply: FastifyReply, page: string, formTarget = "'none'"): FastifyReply {
  return reply
    .type(PAGE_TYPE)
    .headers(pageHeaders({ forms: [formTarget] }))
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .send(page);
}
