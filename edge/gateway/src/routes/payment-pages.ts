import { confirmPageParameters, expandParameter, paymentPageToWire } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { checkoutMeanings, commerceParameter } from './commerce-errors.ts';
import { commerceSamples } from './commerce-samples.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { createPaymentRefusal } from './payment-errors.ts';

const PATH = '/v1/payment_pages';
const WHAT = 'payment page';
const shared = { tag: 'Checkout', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'PaymentPage', value: commerceSamples.paymentPage };

/** The hosted page of a session without a page: what command-line clients pay sessions with. */
export function paymentPageRoutes(environment: GatewayEnvironment, { present }: Present): Route[] {
  const { ports, view } = environment;
  const refuseAsItStands = createPaymentRefusal(environment);
  return [
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrievePaymentPage',
      summary: 'Read what the hosted page of a session is made of',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'Of one session', path: { id: '{checkout_session}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const found = await ports.checkout.findSession(call.context, { id });
        if (!found.ok) return refusal(checkoutMeanings.findSession, found.error);
        return present(call, paymentPageToWire(found.value, view), 'payment_page', expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/confirm`,
      operationId: 'confirmPaymentPage',
      triesCards: true,
      summary: 'Pay a session with a card; a decline answers 402 and leaves it open for another card',
      parameters: confirmPageParameters,
      sample,
      examples: [
        {
          title: 'With a card from the vault',
          path: { id: '{checkout_session}' },
          parameters: { payment_method: '{payment_method}' },
        },
      ],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, parameters.expand, 'payment_page');
        if (problem) return problem;
        const { expected_amount, payment_method, return_url } = parameters;
        const paid = await ports.checkout.paySession(call.context, {
          id,
          ip: call.ip,
          ...(expected_amount !== undefined && { expectedAmount: expected_amount }),
          ...(payment_method !== undefined && { paymentMethod: payment_method }),
          ...(return_url !== undefined && { returnUrl: return_url }),
        });
        if (paid.ok) {
          return present(
            call,
            paymentPageToWire(paid.value.session, view),
            'payment_page',
            parameters.expand,
          );
        }
        const { code, ...failure } = paid.error;
        if (code === 'card_declined' || code === 'authentication_required') {
          return refuseAsItStands(call, 'confirmIntent', { ...failure, code }, commerceParameter);
        }
        return refusal(checkoutMeanings.paySession, paid.error, commerceParameter);
      },
    }),
  ];
}
