import {
  asset,
  cacheControl,
  comesFromHere,
  encode,
  FORM_TOKEN,
  ICON_PATH,
  icon,
  inAcceptedCoding,
  isSameToken,
  PAGE_TYPE,
  pageHeaders,
} from '@tpmall/platform/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from './answer.ts';
import { type Cookie, cookieName, setCookie } from './cookies.ts';
import { createEncodedPages } from './encoded-pages.ts';
import { onItsPage } from './form-page.ts';
import { webStyle } from './layout.ts';
import { plainPage } from './plain-page.ts';
import type { PageRoute } from './route.ts';
import { type Place, placeOf, type Visit, visitOf } from './visit.ts';

const FORM = 'application/x-www-form-urlencoded';
/** A form of a page: an address, a message, at most a hundred quantities. */
const FORM_BYTES_MAX = 32 * 1024;
const FIELDS_MAX = 300;
const KEEP_FOR_EVER = 'public, max-age=31536000, immutable';
const YEAR_SECONDS = 365 * 24 * 3600;

/** Serves pages, their assets, and pages that say why there is none. */
export async function servePages(
  app: FastifyInstance,
  environment: WebEnvironment,
  routes: readonly PageRoute[],
): Promise<void> {
  const { config, log } = environment;
  const encodedPage = createEncodedPages();
  const shown = new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => path));
  const onPage = <At extends Place>(route: PageRoute | undefined, at: At): At =>
    route?.method === 'POST' ? onItsPage(route, at, shown) : at;
  await app.register(async (pages) => {
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser(
      FORM,
      { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
      (_request, body, done) => {
        const fields = readFields(String(body));
        if (fields) done(null, fields);
        else done(Object.assign(new Error('too many fields'), { statusCode: 400 }));
      },
    );
    pages.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
      const isOurs = error.statusCode === undefined || error.statusCode >= 500;
      if (isOurs) log.error({ error, request: request.id }, 'a page failed');
      const { method, routeOptions } = request;
      const route = routes.find((one) => one.method === method && one.path === routeOptions.url);
      // Who it is that asks may be the very thing that could not be found out.
      const place = onPage(route, placeOf(environment, request));
      return send(reply, plainPage(place, isOurs ? 'failed' : 'unreadable', request.id));
    });
    for (const file of [webStyle, asset(ICON_PATH, 'image/svg+xml', icon)]) {
      const encoded = encode(file.body, true);
      pages.get<{ Querystring: { v?: string } }>(file.path, async (request, reply) => {
        const { body, headers } = inAcceptedCoding(encoded, request.headers['accept-encoding']);
        return reply
          .type(file.type)
          .headers({
            ...headers,
            'cache-control': cacheControl(file, request.query.v),
            'x-content-type-options': 'nosniff',
          })
          .send(body);
      });
    }
    for (const route of routes) {
      pages.route({
        method: route.method,
        url: route.path,
        handler: async (request, reply) => {
          const visit = onPage(route, await visitOf(environment, request));
          return send(reply, await answerOf(route, request, visit), visit);
        },
      });
    }
    pages.get('/*', async (request, reply) =>
      send(reply, plainPage(await visitOf(environment, request), 'missing')),
    );
  });

  function send(reply: FastifyReply, answer: Answer, visit?: Visit): FastifyReply {
    const cookies: Cookie[] = 'cookies' in answer && answer.cookies ? [...answer.cookies] : [];
    if (visit?.chosenLanguage) {
      cookies.push({
        name: cookieName(config, 'lang'),
        value: visit.chosenLanguage,
        maxAge: YEAR_SECONDS,
      });
    }
    for (const cookie of cookies) reply.header('set-cookie', setCookie(config, cookie));
    reply.header('cache-control', 'no-store');
    switch (answer.kind) {
      case 'page': {
        const { body, headers } = answer.isOpen
          ? inAcceptedCoding(encodedPage(answer.html), reply.request.headers['accept-encoding'])
          : { body: answer.html, headers: {} };
        return reply
          .code(answer.status ?? 200)
          .type(PAGE_TYPE)
          .headers({ ...pageHeaders(answer.policy), ...answer.headers, ...headers })
          .send(body);
      }
      case 'go':
        return reply.redirect(answer.path, 303);
      case 'file': {
        const { body, headers } = inAcceptedCoding(answer.body, reply.request.headers['accept-encoding']);
        return reply
          .type(answer.type)
          .headers({ ...headers, 'cache-control': KEEP_FOR_EVER, 'x-content-type-options': 'nosniff' })
          .send(body);
      }
      case 'download':
        return reply
          .type(answer.type)
          .headers({
            'content-disposition': `attachment; filename="${answer.name}"`,
            'x-content-type-options': 'nosniff',
          })
          .send(answer.body);
      case 'text':
        return reply.type(answer.type).header('x-content-type-options', 'nosniff').send(answer.body);
      case 'json':
        return reply.code(answer.status ?? 200).send(answer.body);
    }
  }
}

/** Lets a route answer whom it is for, and the forms of our own pages only. */
async function answerOf(route: PageRoute, request: FastifyRequest, visit: Visit): Promise<Answer> {
  if (route.method === 'POST') {
    // A browser that brings neither a session nor a guest's token brings nothing that could be abused.
    const needsToken = route.access !== 'holder' && (visit.visitor !== null || !visit.isNewGuest);
    const isOwn = !needsToken || isSameToken(visit.form[FORM_TOKEN], visit.formToken);
    if (!comesFromHere(request.headers) || !isOwn) return plainPage(visit, 'foreign');
  }
  if (route.access === 'person' && (!visit.visitor || visit.visitor.isGuest)) {
    const next = visit.url.pathname + visit.url.search;
    return { kind: 'go', path: `/sign-in?${new URLSearchParams({ next }).toString()}` };
  }
  return route.handle(visit);
}

/**
 * The last value of each name; a name that objects have by nature is a name like any other. Undefined where
 * there are more than any page has.
 */
function readFields(body: string): Record<string, string> | undefined {
  const fields = Object.create(null) as Record<string, string>;
  let count = 0;
  for (const [name, value] of new URLSearchParams(body)) {
    count += 1;
    if (count > FIELDS_MAX) return undefined;
    fields[name] = value;
  }
  return fields;
}
