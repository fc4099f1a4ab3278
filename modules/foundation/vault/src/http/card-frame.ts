import type { Language } from '@tpmall/platform/pages';
import { hashSource, PAGE_TYPE, pageHeaders } from '@tpmall/platform/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type CardGrant, openGrant } from '../service/card-grant.ts';
import type { VaultHttp } from './card-endpoint.ts';
import { readCardForm } from './card-form.ts';
import { framedDone, framedForm, framedRefusal, frameScript, frameStyle } from './card-frame-view.ts';
import { cardFormFields } from './card-page-request.ts';
import { type Words, wordsFor } from './card-page-words.ts';
import { drawNonce, takeFormCard } from './form-card.ts';

/** Where forms for frames of other pages are. */
export const CARD_FRAME_PATH = '/cards/form';

/** A grant with a long address in it; an address has at most 2,000 characters. */
const GRANT_MAX = 4_000;
const lang = z.enum(['en', 'zh']).optional();
const opened = z.object({ grant: z.string().max(GRANT_MAX), lang });
const submitted = z.strictObject({ ...opened.shape, ...cardFormFields });

/**
 * Sends what stands in a frame of another page; only these origins may frame it, and nobody where none is.
 */
export function sendFramed(
  reply: FastifyReply,
  status: number,
  page: string,
  ancestors: readonly string[],
): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': PAGE_TYPE,
      ...pageHeaders({
        styles: [hashSource(frameStyle.text)],
        scripts: [hashSource(frameScript.text)],
        connects: ["'self'"],
        ancestors,
      }),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    })
    .send(page);
}

/**
 * `GET /cards/form` shows a card form and `POST /cards/form` takes it, for the page that `openCardForm` was
 * asked for: only that page's origin may frame it, and only it is told of the card.
 */
export function cardFrameRoutes(app: FastifyInstance, { environment, guard }: VaultHttp): void {
  const { clock, keyStore, random } = environment;
  const send = (reply: FastifyReply, status: number, page: string, grant?: CardGrant): FastifyReply =>
    sendFramed(reply, status, page, grant ? [new URL(grant.returnUrl).origin] : []);

  /** Reads what the form may do; answers the refusal itself, and undefined. */
  const admit = async (reply: FastifyReply, sealed: string, words: Words) => {
    const grant = await openGrant(keyStore, sealed, clock.now());
    if (grant.ok) return grant.value;
    if (grant.error.code === 'expired') {
      send(reply, 410, framedRefusal(words, words.staleTitle, words.stale, null));
    } else send(reply, 400, framedRefusal(words, words.brokenTitle, words.broken('grant'), null));
    return undefined;
  };

  app.get(CARD_FRAME_PATH, async (request, reply) => {
    const read = opened.safeParse(request.query);
    const words = wordsOf(request, read.data?.lang);
    const grant = await admit(reply, read.data?.grant ?? '', words);
    if (!grant || !read.data) return reply;
    const framed = { words, grant, sealed: read.data.grant };
    return send(reply, 200, framedForm(framed, drawNonce(random), null), grant);
  });

  app.post(CARD_FRAME_PATH, async (request, reply) => {
    const read = submitted.safeParse(request.body ?? {});
    const words = wordsOf(request, read.data?.lang);
    const grant = await admit(reply, read.data?.grant ?? '', words);
    if (!grant || !read.data) return reply;
    const { grant: sealed, lang: _lang, ...form } = read.data;
    const framed = { words, grant, sealed };
    const sender = { keyId: `form:${grant.tenant}`, kind: 'publishable' } as const;
    const wait = guard.waitFor(sender, request.ip);
    if (wait > 0) {
      reply.header('retry-after', String(wait));
      return send(reply, 429, framedRefusal(words, words.busyTitle, words.busy, grant.returnUrl), grant);
    }
    const checked = readCardForm(form, words, clock.now());
    if ('refilled' in checked) {
      guard.refused(sender, request.ip);
      return send(reply, 422, framedForm(framed, form.nonce, checked.refilled), grant);
    }
    const taken = { tenant: grant.tenant, actor: 'shopper', form, card: checked.card };
    return send(reply, 200, framedDone(framed, await takeFormCard(environment, taken)), grant);
  });
}

function wordsOf(request: FastifyRequest, language: Language | undefined): Words {
  return wordsFor(language ?? null, request.headers['accept-language']);
}
