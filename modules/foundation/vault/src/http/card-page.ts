import { hashSource, ICON_PATH, icon, PAGE_TYPE, pageHeaders } from '@tpmall/platform/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { safeName } from './api-errors.ts';
import type { VaultHttp } from './card-endpoint.ts';
import { readCardForm } from './card-form.ts';
import { type PageRequest, readPageForm, readPageQuery } from './card-page-request.ts';
import { cardStyle, donePage, formPage, type MadeOfCard, refusalPage } from './card-page-view.ts';
import { type Words, wordsFor } from './card-page-words.ts';
import { authenticate } from './credentials.ts';
import { drawNonce, type FormCard, takeFormCard, takeFormToken } from './form-card.ts';
import { outsideContext } from './request-context.ts';

/**
 * `GET /cards/new` shows the card form and `POST /cards/new` takes it, for the holder of a publishable key.
 * The answer to the form is a page with a link onward, never a redirect: `form-action` would block one to
 * another host. It brings back what the page was opened for: `payment_method`, `token` or
 * `confirmation_token`.
 */
export function cardPageRoutes(app: FastifyInstance, http: VaultHttp): void {
  const { environment, identity, guard } = http;
  const send = (reply: FastifyReply, status: number, page: string): FastifyReply =>
    reply
      .code(status)
      .headers({
        'content-type': PAGE_TYPE,
        ...pageHeaders({ styles: [hashSource(cardStyle.text)] }),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      })
      .send(page);
  const sendBroken = (reply: FastifyReply, words: Words, status: number, parameter: string): FastifyReply =>
    send(reply, status, refusalPage(words, words.brokenTitle, words.broken(safeName(parameter))));

  /**
   * What the page was opened for: the card itself, or what stands for it once. A server that confirms with a
   * confirmation token need not say again where the shopper goes on.
   */
  const madeOf = async (taken: FormCard, { result, returnUrl }: PageRequest): Promise<MadeOfCard> => {
    if (result !== 'payment_method') {
      const isAgreed = result === 'confirmation_token';
      const terms = { returnUrl: returnUrl.href, setupFutureUsage: null, shipping: null };
      return takeFormToken(environment, taken, isAgreed ? terms : null);
    }
    const card = await takeFormCard(environment, taken);
    return { id: card.id, card };
  };

  /** Checks the key; answers the refusal itself, and undefined. */
  const admit = async (request: FastifyRequest, reply: FastifyReply, page: PageRequest, words: Words) => {
    const context = outsideContext(request, environment);
    const principal = await authenticate(identity, context, page.key, ['publishable']);
    if (principal.ok) return principal.value;
    if (principal.error.code === 'unauthorised') sendBroken(reply, words, 401, 'key');
    else send(reply, 503, refusalPage(words, words.busyTitle, words.busy));
    return undefined;
  };

  app.get(ICON_PATH, async (_request, reply) =>
    reply.type('image/svg+xml').header('cache-control', 'public, max-age=3600').send(icon),
  );

  app.get('/cards/new', async (request, reply) => {
    const read = readPageQuery(request.query);
    const words = wordsOf(request, 'page' in read ? read.page : null);
    if ('refusal' in read) return sendBroken(reply, words, 400, read.refusal.parameter);
    if (!(await admit(request, reply, read.page, words))) return reply;
    return send(reply, 200, formPage(words, read.page, drawNonce(environment.random), null));
  });

  app.post('/cards/new', async (request, reply) => {
    const read = readPageForm(request.body ?? {});
    const words = wordsOf(request, 'page' in read ? read.page : null);
    if ('refusal' in read) return sendBroken(reply, words, 400, read.refusal.parameter);
    const { page, form } = read;
    const principal = await admit(request, reply, page, words);
    if (!principal) return reply;
    const wait = guard.waitFor(principal, request.ip);
    if (wait > 0) {
      reply.header('retry-after', String(wait));
      return send(reply, 429, refusalPage(words, words.busyTitle, words.busy));
    }
    const checked = readCardForm(form, words, environment.clock.now());
    if ('refilled' in checked) {
      guard.refused(principal, request.ip);
      return send(reply, 422, formPage(words, page, form.nonce, checked.refilled));
    }
    const taken = { tenant: principal.tenant, actor: `key:${principal.keyId}`, form, card: checked.card };
    return send(reply, 200, donePage(words, page, await madeOf(taken, page)));
  });
}

function wordsOf(request: FastifyRequest, page: PageRequest | null): Words {
  return wordsFor(page?.language ?? null, request.headers['accept-language']);
}
