import { chargeToWire, expandParameter, listChargesParameters, listToWire, pageFromWire } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import type { Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { samples } from './samples.ts';

const PATH = '/v1/charges';

/** Charges, over the payments module. Charges are made by confirming payment intents, never directly. */
export function chargeRoutes({ ports, view }: GatewayEnvironment, { present, presentAll }: Present): Route[] {
  const shared = { tag: 'Charges', errors: 'payments', access: 'secret', method: 'GET' } as const;
  return [
    route({
      ...shared,
      path: PATH,
      operationId: 'listCharges',
      summary: 'List charges, newest first',
      parameters: listChargesParameters,
      sample: { name: 'ChargeList', value: listToWire(PATH, [samples.charge], false) },
      examples: [{ title: 'Of one payment', parameters: { payment_intent: '{payment_intent_paid}' } }],
      handle: async (call, parameters) => {
        const listed = await ports.payments.listCharges(call.context, {
          ...pageFromWire(parameters),
          ...(parameters.customer !== undefined && { customer: parameters.customer }),
          ...(parameters.payment_intent !== undefined && { paymentIntent: parameters.payment_intent }),
        });
        if (!listed.ok) return refusal(paymentMeanings.listCharges, listed.error);
        const objects = listed.value.items.map((charge) => chargeToWire(charge, view));
        const all = await presentAll(call, objects, 'charge', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      path: `${PATH}/:id`,
      operationId: 'retrieveCharge',
      summary: 'Read a charge',
      parameters: z.strictObject(expandParameter),
      sample: { name: 'Charge', value: samples.charge },
      examples: [
        {
          title: 'With its payment intent',
          path: { id: '{charge}' },
          parameters: { expand: ['payment_intent'] },
        },
      ],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'charge');
        const found = await ports.payments.findCharge(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.findCharge, found.error);
        return present(call, chargeToWire(found.value, view), 'charge', expand);
      },
    }),
  ];
}
