import { languageOf, PAGE_TYPE } from '@tpmall/platform/pages';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { linkPage, sessionPage } from '../pages/checkout-view.ts';
import { type Answer, refusal } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { checkoutMeanings } from './commerce-errors.ts';
import { missing, pathId } from './object-id.ts';
import { aPage, lang } from './page-answers.ts';

const shared = { tag: 'Checkout pages', access: 'public', errors: 'page', answers: PAGE_TYPE } as const;
const parameters = z.strictObject(lang);

/** What a shopper sees without a key: whoever has the address of a session or a link may. */
export function checkoutPageRoutes({ ports }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/c/pay/:id',
      operationId: 'checkoutPage',
      summary: 'The page of a checkout session',
      parameters,
      examples: [{ title: 'Of one session', path: { id: '{checkout_session}' }, parameters: {} }],
      handle: async (call, { lang: asked }) =>
        withId(call, 'checkout session', async (id) => {
          const found = await ports.checkout.showSession(call.context, { id });
          if (!found.ok) return refusal(checkoutMeanings.showSession, found.error);
          return aPage(sessionPage(languageOf(asked, call.acceptLanguage), found.value));
        }),
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/b/:id',
      operationId: 'paymentLinkPage',
      summary: 'The page of a payment link',
      parameters,
      examples: [{ title: 'Of one link', path: { id: '{payment_link}' }, parameters: {} }],
      handle: async (call, { lang: asked }) =>
        withId(call, 'payment link', async (id) => {
          const found = await ports.checkout.showLink(call.context, { id });
          if (!found.ok) return refusal(checkoutMeanings.showLink, found.error);
          return aPage(linkPage(languageOf(asked, call.acceptLanguage), found.value));
        }),
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/b/:id',
      operationId: 'openPaymentLink',
      summary: 'Open a new session of a payment link, and go on to its page',
      goesOn: true,
      parameters: z.strictObject({}),
      examples: [{ title: 'Of one link', path: { id: '{payment_link}' }, parameters: {} }],
      handle: async (call) =>
        withId(call, 'payment link', async (id) => {
          const opened = await ports.checkout.openLink(call.context, { id });
          if (!opened.ok) return refusal(checkoutMeanings.openLink, opened.error);
          return { kind: 'see-other', location: `/c/pay/${opened.value.id}` };
        }),
    }),
  ];
}

function withId(call: Call, what: string, show: (id: string) => Promise<Answer>): Promise<Answer> {
  const id = pathId(call);
  return id === undefined ? Promise.resolve(missing(call, what)) : show(id);
}
